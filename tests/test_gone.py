"""What was public and is gone answers 410; what never was, or must not be known, 404."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse
from wagtail.models import PageViewRestriction

import cx_feedback
from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Comment, State, Thread
from cx_feedback.newsletter.models import Issue, MailingList
from cx_feedback.nps.models import NPSWidget
from cx_feedback.readers.models import Tombstone
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Survey
from tests.comments.conftest import moderator, talk, write  # noqa: F401
from tests.conftest import OWN
from tests.pages import make_survey, make_widget
from tests.surveys.conftest import GOOD

API = "/feedback/api/v1/"
ESCAPED = '</textarea><script>alert(1)</script> "quoted" & ünïcode'


def statuses(client, *addresses):
    found = set()
    for address in addresses:
        response = client.get(address)
        if address.startswith(API):
            assert response["Content-Type"] == "application/problem+json", address
        found.add(response.status_code)
    return found


def of_survey(survey):
    word = "nps" if survey.kind == "nps" else "surveys"
    return f"{API}{word}/{survey.pk}/", f"/feedback/{word}/{survey.pk}/ask/"


def of_comment(comment):
    page = f"/feedback/comments/{comment.pk}/"
    return (f"{API}comments/{comment.pk}/", page, f"{page}reply/", f"{page}flags/", f"{page}edit/")


def areas(response):
    """Return what stands in the page's text areas, as a browser shows it."""
    html = response.content.decode()
    assert "<script>alert" not in html
    return [unescape(text) for text in re.findall(r"<textarea[^>]*>\n?([^<]*)</textarea>", html)]


# Surveys and NPS widgets


@pytest.mark.parametrize("make", [make_survey, make_widget])
def test_a_survey_is_unpublished_and_deleted(client, db, make, django_assert_max_num_queries):
    survey = make()
    survey.unpublish()
    assert statuses(client, *of_survey(survey)) == {410}
    surveys.publish_survey(survey=survey)
    assert client.get(of_survey(survey)[0]).status_code == 200
    addresses = of_survey(survey)
    survey.delete()
    cache.clear()
    assert statuses(client, *addresses) == {410}
    with django_assert_max_num_queries(3):
        client.get(addresses[0])


def test_a_draft_was_never_public(client, db):
    draft = Survey.objects.create(title="A draft", live=False)
    assert statuses(client, *of_survey(draft)) == {404}
    addresses = of_survey(draft)
    draft.delete()
    assert statuses(client, *addresses) == {404}
    assert not Tombstone.objects.exists()


def test_one_kind_says_nothing_of_another(client, db):
    widget = make_widget()
    address = f"{API}surveys/{widget.pk}/"
    widget.delete()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("way", ["one", "bulk"])
def test_an_editor_deletes(admin_client, client, db, way):
    survey, widget = make_survey(), make_widget()
    for one in (survey, widget):
        model = type(one)
        if way == "one":
            name = model.snippet_viewset.get_url_name("delete")
            admin_client.post(reverse(name, args=[one.pk]))
        else:
            label = (model._meta.app_label, model._meta.model_name, "delete")
            address = reverse("wagtail_bulk_action", args=label)
            admin_client.post(f"{address}?id={one.pk}")
        assert not model.objects.filter(pk=one.pk).exists()
    cache.clear()
    assert statuses(client, *of_survey(survey), *of_survey(widget)) == {410}
    assert not {"title", "name", "text"} & {f.name for f in Tombstone._meta.get_fields()}


def test_answers_to_what_is_unpublished_are_given_back(client, db, article):
    survey = make_survey()
    survey.unpublish()
    posted = {"answers.q-choice": GOOD, "answers.q-text": ESCAPED, "page": article.pk}
    response = client.post(f"/feedback/surveys/{survey.pk}/", {**posted, "lang": "es"}, **OWN)
    assert response.status_code == 410
    assert ESCAPED in areas(response)
    html = response.content.decode()
    assert '<html lang="es">' in html
    assert "No se ha guardado" in html
    assert GOOD not in html.replace(survey.title, "")
    for question in survey.definition().questions:
        if question.key in ("q-choice", "q-text"):
            assert question.label in html
    address = f"/feedback/surveys/{survey.pk}/"
    survey.delete()
    cache.clear()
    response = client.post(address, posted, **OWN)
    assert (response.status_code, ESCAPED in areas(response)) == (410, True)


def test_a_reason_for_a_score_is_given_back(client, db):
    widget = make_widget()
    NPSWidget.objects.get(pk=widget.pk).unpublish()
    posted = {"answers.score": "9", "answers.reason": ESCAPED}
    response = client.post(f"/feedback/nps/{widget.pk}/", posted, **OWN)
    assert response.status_code == 410
    assert areas(response) == ["9", ESCAPED]


def test_answers_from_an_unpublished_page_are_given_back(client, talk):  # noqa: F811
    survey = make_survey()
    talk.unpublish()
    posted = {"answers.q-text": ESCAPED, "page": talk.pk}
    response = client.post(f"/feedback/surveys/{survey.pk}/", posted, **OWN)
    assert (response.status_code, areas(response)) == (410, [ESCAPED])


# Comments


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.HIDDEN, 410),
        (State.TOMBSTONE, 410),
        (State.ERASED, 410),
        (State.REJECTED, 404),
        (State.SPAM, 404),
        (State.PENDING, 404),
        (State.AWAITING, 404),
    ],
)
def test_a_comment_in_each_state(client, write, state, status):  # noqa: F811
    comment, waiting = write(state="published"), write()
    Comment.objects.update(state=state)
    assert statuses(client, *of_comment(comment)) == {status}
    assert statuses(client, *of_comment(waiting)) == {404}
    for part, sent in (("votes", '{"value": 1}'), ("flags", '{"reason": "spam"}')):
        address = f"{API}comments/{comment.pk}/{part}/"
        response = client.post(address, sent, content_type="application/json", **OWN)
        assert response.status_code == (status if status == 410 else 404)


def test_what_is_gone_on_a_private_page_is_not_known(client, write, talk):  # noqa: F811
    comment = write(state="published")
    comments.hide_comments(ids=[comment.pk])
    PageViewRestriction.objects.create(page=talk, restriction_type="login")
    assert statuses(client, *of_comment(comment)) == {404}
    addresses = [*of_comment(comment), f"/feedback/comments/page/{talk.pk}/"]
    talk.delete()
    assert statuses(client, *addresses) == {404}
    assert not Tombstone.objects.exists()


def test_a_page_is_unpublished_and_deleted(client, write, talk):  # noqa: F811
    shown, waiting, spam = write(state="published"), write(), write(state="published")
    comments.mark_spam(ids=[spam.pk])
    page_id = str(talk.pk)
    of_page = (f"/feedback/comments/page/{talk.pk}/", f"{API}comments/?page={talk.pk}")
    for change in (talk.unpublish, talk.delete):
        change()
        cache.clear()
        assert statuses(client, *of_comment(shown), *of_page) == {410}
        assert statuses(client, *of_comment(waiting), *of_comment(spam)) == {404}
    assert set(Tombstone.objects.values_list("kind", "key")) == {
        ("page", page_id),
        ("comment", str(shown.pk)),
    }


def test_a_section_is_deleted_by_an_editor(admin_client, client, write, talk, home):  # noqa: F811
    shown = write(state="published")
    admin_client.post(f"/admin/pages/{talk.pk}/delete/")
    assert not Thread.objects.exists()
    assert statuses(client, *of_comment(shown)) == {410}


def test_a_comment_is_deleted_by_hand_with_its_replies(client, write):  # noqa: F811
    first = write(state="published")
    answer, waiting = write(parent=first, state="published"), write(parent=first)
    Comment.objects.filter(pk=first.pk).delete()
    assert statuses(client, *of_comment(first), *of_comment(answer)) == {410}
    assert statuses(client, *of_comment(waiting)) == {404}


@pytest.mark.parametrize("deleted", [False, True])
def test_who_answers_what_is_gone_gets_the_words_back(client, write, talk, deleted):  # noqa: F811
    parent = write(state="published")
    comments.hide_comments(ids=[parent.pk])
    if deleted:
        Comment.objects.filter(pk=parent.pk).delete()
    posted = {
        "page": talk.pk, "parent": parent.pk, "text": ESCAPED, "name": "Zoë", "email": "z@e.org",
    }  # fmt: skip
    response = client.post("/feedback/comments/post/", posted, **OWN)
    assert (response.status_code, areas(response)) == (410, [ESCAPED, "Zoë", "z@e.org"])
    assert talk.url in response.content.decode()
    rest = client.post(
        f"{API}comments/", {**posted, "lang": "en"}, content_type="application/json", **OWN
    )
    assert (rest.status_code, list(rest.json()["errors"])) == (410, ["parent"])
    assert not Comment.objects.filter(author_name="Zoë").exists()


def test_a_closed_thread_gives_the_words_back(client, write, talk):  # noqa: F811
    write(state="published")
    Thread.objects.update(closed=True)
    cache.clear()
    posted = {"page": talk.pk, "text": ESCAPED, "name": "Zoë"}
    response = client.post("/feedback/comments/post/", posted, **OWN)
    assert (response.status_code, areas(response)) == (409, [ESCAPED, "Zoë"])


@pytest.mark.parametrize("change", ["unpublish", "delete"])
def test_a_page_that_is_gone_gives_the_words_back(client, write, talk, change):  # noqa: F811
    write(state="published")
    posted = {"page": talk.pk, "text": ESCAPED, "name": "Zoë"}
    getattr(talk, change)()
    response = client.post("/feedback/comments/post/", posted, **OWN)
    assert (response.status_code, areas(response)) == (410, [ESCAPED, "Zoë"])


def test_a_complaint_and_an_edit_are_given_back(client, write):  # noqa: F811
    comment = write(state="published")
    comments.hide_comments(ids=[comment.pk])
    for part, more in (("flags", {"reason": "abuse"}), ("edit", {})):
        address = f"/feedback/comments/{comment.pk}/{part}/"
        response = client.post(address, {"text": ESCAPED, **more}, **OWN)
        assert (response.status_code, areas(response)) == (410, [ESCAPED]), part


# Newsletter


def test_an_issue_leaves_the_archive(client, db):
    friday = MailingList.objects.create(name="Friday letter")
    made = [
        Issue.objects.create(mailing_list=friday, subject=s, state="posted", sent_html="<p>Hi</p>")
        for s in "ab"
    ]
    hidden = Issue.objects.create(
        mailing_list=friday, subject="c", state="posted", in_archive=False
    )
    draft = Issue.objects.create(mailing_list=friday, subject="d")
    address = {one.pk: f"/feedback/newsletter/issues/{one.key}/" for one in [*made, hidden, draft]}
    hidden_at, draft_at = address[hidden.pk], address[draft.pk]
    made[0].in_archive = False
    made[0].save()
    assert statuses(client, address[made[0].pk]) == {410}
    public = address[made[1].pk]
    assert client.get(public).status_code == 200
    Issue.objects.all().delete()
    assert statuses(client, public) == {410}
    assert statuses(client, hidden_at, draft_at) == {404}


def test_a_list_is_deleted(client, db):
    friday = MailingList.objects.create(name="Friday letter")
    archive = f"/feedback/newsletter/archive/{friday.pk}/"
    assert client.get(archive).status_code == 200
    number = friday.pk
    friday.delete()
    assert statuses(client, archive, f"{archive}rss/") == {410}
    posted = {"list": number, "email": "ana@example.org", "name": "Ana & Eva"}
    response = client.post("/feedback/newsletter/subscribe/", posted, **OWN)
    assert (response.status_code, areas(response)) == (410, ["ana@example.org", "Ana & Eva"])
    rest = client.post(f"{API}subscriptions/", posted, content_type="application/json", **OWN)
    assert (rest.status_code, list(rest.json()["errors"])) == (410, ["list"])
    unknown = {**posted, "list": number + 1}
    response = client.post("/feedback/newsletter/subscribe/", unknown, **OWN)
    assert (response.status_code, areas(response)) == (400, ["ana@example.org", "Ana & Eva"])


# Forms


def test_every_form_says_where_it_goes():
    """What a script lifts into an article would be sent to the article otherwise."""
    found = 0
    for path in Path(cx_feedback.__file__).parent.rglob("templates/**/*.html"):
        for tag in re.findall(r"<form\b(?:[^>\"]|\"[^\"]*\")*>", path.read_text()):
            found += 1
            is_read = 'method="get"' in tag and "/admin/" in f"{path}/admin/"
            assert is_read or "action=" in tag or 'method="dialog"' in tag, (path, tag)
    assert found > 40


def test_an_own_comment_s_forms_lead_to_it(client, write, reader):  # noqa: F811
    comment = write(state="published", reader=reader)
    client.cookies["cx_reader"] = reader.key.hex
    for part in ("edit", "delete"):
        address = f"/feedback/comments/{comment.pk}/{part}/"
        assert f'action="{address}"' in client.get(address, **OWN).content.decode()
