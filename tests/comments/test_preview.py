"""A preview shows how a comment will look, and stores nothing."""

import pytest

from cx_feedback.comments.models import Comment, CommentSettings, Rule, Thread
from cx_feedback.readers.models import Reader
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db
POST = "/feedback/comments/post/"


def preview(client, page, text, **more):
    given = {"page": page.pk, "text": text, "lang": "en", "preview": "1", **more}
    return client.post(POST, given, **(more.pop("headers", None) or OWN))


def test_the_plain_form_shows_the_text_above_itself_and_keeps_it(client, talk):
    response = preview(client, talk, "A **bold** word\n<b>&", name="Ana", email="ana@example.org")
    html = response.content.decode()
    assert response.status_code == 200
    assert "<p>A <strong>bold</strong> word<br>\n&lt;b&gt;&amp;</p>" in html
    assert html.index("<strong>bold") < html.index("<textarea")
    assert "A **bold** word\n&lt;b&gt;&amp;</textarea>" in html
    assert 'value="Ana"' in html
    assert 'value="ana@example.org"' in html
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert not any(model.objects.exists() for model in (Comment, Thread, Reader))


def test_a_preview_of_a_reply_stays_a_reply(client, talk, write):
    parent = write("First", name="Eva", state="published")
    html = preview(client, talk, "*so*", parent=parent.pk).content.decode()
    assert f'name="parent" value="{parent.pk}"' in html
    assert "<em>so</em>" in html
    sent = {"page": talk.pk, "text": "*so*", "name": "Ana", "parent": parent.pk}
    assert client.post(POST, sent, **OWN).status_code == 303
    assert Comment.objects.get(parent=parent).text == "*so*"


def test_a_preview_has_the_bounds_of_a_comment(
    client, talk, settings, django_assert_max_num_queries
):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_LENGTH": 20}
    with django_assert_max_num_queries(14):
        long = preview(client, talk, "x" * 21)
    assert long.status_code == 400
    assert "has 21 characters" in long.content.decode()
    assert "x" * 21 in long.content.decode()
    assert preview(client, talk, " \u200b").status_code == 400
    assert preview(client, talk, "x", headers=FOREIGN).status_code == 403
    talk.unpublish()
    assert preview(client, talk, "x").status_code == 410
    assert not Comment.objects.exists()


def test_a_closed_thread_has_no_preview_and_gives_the_words_back(client, talk):
    CommentSettings.objects.create(site=talk.get_site(), rule=Rule.CLOSED)
    closed = preview(client, talk, "My words")
    assert closed.status_code == 409
    assert "My words" in closed.content.decode()


def test_previews_count_against_the_rate_of_writes(client, talk, settings):
    rates = {**settings.CX_FEEDBACK["RATES"], "write": "2/m"}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "RATES": rates}
    assert [preview(client, talk, "x").status_code for _ in range(3)] == [200, 200, 429]
