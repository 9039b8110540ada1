import re

import pytest
from django.template import Context, Template

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.core.pages import served_page
from cx_feedback.readers.models import Reader
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db
POST = "/feedback/comments/post/"
REMOVED = "This comment has been removed."


def html_of(client, page):
    return client.get(page.url).content.decode()


def order_of(html):
    return [int(pk) for pk in re.findall(r'id="cx-comment-(\d+)"', html)]


def test_post_thanks_waiting_page_and_approval(client, django_user_model, talk):
    response = client.post(
        POST, {"page": talk.pk, "name": "Ana", "text": "Good *words*", "lang": "en"}, **OWN
    )
    assert response.status_code == 303
    assert response["Location"] == f"{talk.url}#cx-comment-thanks"
    assert "Good" not in html_of(client, talk)
    waiting = client.get(f"/feedback/comments/mine/?page={talk.pk}&lang=en")
    assert "Good <em>words</em>" in waiting.content.decode()
    assert "no-store" in waiting["Cache-Control"]
    client.cookies.clear()
    assert "Good" not in client.get("/feedback/comments/mine/").content.decode()
    services.approve_comments(ids=[Comment.objects.get().pk])
    assert "Good <em>words</em>" in html_of(client, talk)


def test_the_page_is_the_same_for_every_reader(client, talk, write):
    write(state="published", email="ana@example.org")
    before = html_of(client, talk)
    response = client.post(POST, {"page": talk.pk, "name": "Eva", "text": "Mine"}, **OWN)
    assert response.cookies
    assert html_of(client, talk) == before
    assert "csrf" not in before
    assert "example.org" not in before


def test_a_thread_costs_four_queries_at_first_and_one_then(talk, write, django_assert_num_queries):
    for _ in range(12):
        first = write(state="published")
        write(parent=write(parent=first, state="published"), state="published")
    template = Template("{% load cx_feedback_comments %}{% cx_comments %}")
    assert talk.full_url  # Wagtail looks sites up once
    for queries in (4, 1):  # thread, raised, roots, replies; then the thread alone
        with django_assert_num_queries(queries):
            html = template.render(Context({"page": talk}))
        assert len(order_of(html)) == 36


def test_orders_and_more_without_scripts(client, talk, write, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_SHOWN": 2}
    made = [write(state="published").pk for _ in range(5)]
    html = html_of(client, talk)
    assert order_of(html) == made[:2:-1]
    seen = order_of(html)
    while match := re.search(r'data-cx-more\s+href="([^"]+)"', html):
        link = match[1].replace("&amp;", "&")
        link = link if link.startswith("/") else f"/feedback/comments/page/{talk.pk}/{link}"
        html = client.get(link).content.decode()
        seen += order_of(html)
    assert seen == made[::-1]
    talk.body = [("comments", {"heading": "Say it", "order": "oldest"})]
    talk.save_revision().publish()
    html = html_of(client, talk)
    assert "Say it" in html
    assert order_of(html) == made[:2]


def test_nesting_is_capped_and_says_whom_it_answers(client, talk, write):
    comment = write(name="A0", state="published")
    for level in range(1, 6):
        comment = write(parent=comment, name=f"A{level}", state="published")
    html = html_of(client, talk)
    assert html.count('<ol class="cx-replies">') == 3
    assert "in reply to A3" in html
    assert "in reply to A4" in html
    assert "in reply to A2" not in html


def test_many_replies_end_in_a_link(client, talk, write, settings):
    settings.CX_FEEDBACK = {
        **settings.CX_FEEDBACK,
        "COMMENTS_REPLIES_SHOWN": 3,
        "COMMENTS_SHOWN": 3,
    }
    root = write(state="published")
    answers = [write(parent=root, state="published").pk for _ in range(8)]
    html = html_of(client, talk)
    assert order_of(html) == [root.pk, *answers[:3]]
    assert "5 more replies" in html
    path = f"/feedback/comments/{root.pk}/"
    html = client.get(path).content.decode()
    assert order_of(html) == [root.pk, *answers[:6]]
    html = client.get(path + re.search(r'href="(\?after=[^"&]+)', html)[1]).content.decode()
    assert order_of(html) == [root.pk, *answers[6:]]


def test_a_hidden_comment_leaves_a_place_when_it_was_answered(client, talk, write):
    first = write("Bad words", state="published", name="Zed")
    answer = write("An answer", parent=first, state="published")
    services.hide_comments(ids=[first.pk])
    html = html_of(client, talk)
    assert REMOVED in html
    assert "An answer" in html
    assert "Bad words" not in html
    assert "Zed" not in html
    below = client.get(f"/feedback/comments/{first.pk}/").content.decode()
    assert "Bad words" not in below
    assert "Zed" not in below
    services.hide_comments(ids=[answer.pk])
    assert REMOVED not in html_of(client, talk)
    assert client.get(f"/feedback/comments/{first.pk}/").status_code == 410


@pytest.mark.parametrize(
    ("data", "status", "field"),
    [
        ({"name": ""}, 400, "name"),
        ({"email": "nobody"}, 400, "email"),
        ({"text": "x" * 5001}, 400, "text"),
        ({"challenge": "solved"}, 400, "challenge"),
        ({"parent": "4242"}, 400, "parent"),
        ({"page": "4242"}, 400, "page"),
        ({"page": ""}, 400, "page"),
    ],
)
def test_the_words_are_given_back(client, talk, data, status, field):
    sent = {"page": talk.pk, "name": "Ana <b>", "text": "My & words", "lang": "en", **data}
    response = client.post(POST, sent, **OWN)
    html = response.content.decode()
    assert response.status_code == status
    assert response.context["error"].fields[field][0] in html.replace("&#x27;", "'")
    assert sent["text"].replace("&", "&amp;") in html
    assert sent["name"].replace("<", "&lt;").replace(">", "&gt;") in html
    assert not Comment.objects.exists()
    assert not Reader.objects.exists()


def test_other_sites_and_closed_threads_are_refused(client, talk):
    sent = {"page": talk.pk, "name": "Ana", "text": "My words"}
    assert client.post(POST, sent, **FOREIGN).status_code == 403
    services.set_thread_closed(page_id=talk.pk, closed=True)
    response = client.post(POST, sent, **OWN)
    assert response.status_code == 409
    assert "My words" in response.content.decode()
    assert 'id="cx-comment-form"' not in html_of(client, talk)
    assert client.get(POST).status_code == 405
    assert not Comment.objects.exists()


def test_replying_without_scripts(client, talk, write):
    first = write("What do you think?", name="Eva", state="published")
    html = client.get(f"/feedback/comments/{first.pk}/reply/?lang=es").content.decode()
    assert 'lang="es"' in html
    assert "What do you think?" in html
    assert f'name="parent" value="{first.pk}"' in html
    sent = {"page": talk.pk, "name": "Ana", "text": "A lot", "parent": str(first.pk)}
    assert client.post(POST, sent, **OWN).status_code == 303
    assert Comment.objects.get(text="A lot").parent == first
    waiting = Comment.objects.get(text="A lot")
    assert client.get(f"/feedback/comments/{waiting.pk}/reply/").status_code == 404


def test_an_unsaved_page_shows_an_empty_thread_in_its_preview(talk):
    template = Template("{% load cx_feedback_comments %}{% cx_comments %}")
    with served_page.note_served_page(
        served_page.ServedPage(type(talk)(title="New"), is_preview=True)
    ):
        assert "cx-comment-form" in template.render(Context({}))
    assert template.render(Context({"page": type(talk)(title="New")})) == ""


def test_numbers_in_links_are_never_grouped(client, talk, write, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    comment = write()
    comment.key = comment.path = "z" * 13
    comment.pk, comment.idempotency_key, comment.state = 1_234_567, "", "published"
    comment.save(force_insert=True)
    rebuild_counters()
    html = html_of(client, talk)
    assert 'id="cx-comment-1234567"' in html
    assert "1,234,567" not in html
