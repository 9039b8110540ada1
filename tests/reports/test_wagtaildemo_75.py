"""wagtaildemo#75: submitting a form in a preview.

A form that an editor sent from a preview was taken as a reader's. Here a comment went live.
"""

import re

import pytest
from django.core import mail
from django.db import models

from cx_feedback.comments.models import Comment, Vote
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.nps.models import NPSWidget
from cx_feedback.readers.models import Reader
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.services import publish_survey
from tests.conftest import OWN
from tests.pages import publish
from tests.surveys.questions.asking import raw

pytestmark = pytest.mark.django_db

SAID = "This is a preview, so nothing was stored."
FORM = re.compile(r"<form\b[^>]*>")


@pytest.fixture
def previewed(admin_client, article):
    """An article with the forms of two rooms: its address, and the preview's."""
    MailingList.objects.create(name="News")
    publish(article, ("comments", {"heading": "", "order": "newest"}), ("subscribe", {}))
    return article, f"/admin/pages/{article.pk}/view_draft/"


def forms_of(client, url):
    return FORM.findall(client.get(url).content.decode())


def nothing_is_stored():
    stored: list[type[models.Model]] = [Comment, Vote, Subscription, Reader]
    assert not mail.outbox
    return not any(model.objects.exists() for model in stored)


def test_every_form_of_a_preview_is_marked_and_those_of_the_page_are_not(
    client, admin_client, previewed
):
    article, preview = previewed
    drafts, live = forms_of(admin_client, preview), forms_of(client, article.url)
    assert len(drafts) == len(live) >= 3
    for form in drafts:
        addresses = re.findall(r'(?:action|data-cx-api)="([^"]+)"', form)
        assert addresses, form
        assert all(address.endswith("?preview=1") for address in addresses), form
    assert "preview=1" not in client.get(article.url).content.decode()
    assert live == [form.replace("?preview=1", "") for form in drafts]


def test_a_preview_says_once_that_nothing_is_stored(admin_client, previewed):
    html = admin_client.get(previewed[1]).content.decode()
    assert html.count("Preview: nothing that you send from here is stored.") == 3  # one a block


def test_sent_by_its_form_it_is_refused_and_the_words_come_back(client, previewed):
    values = {"page": previewed[0].pk, "name": "Ana", "text": "Only trying", "lang": "en"}
    answer = client.post("/feedback/comments/post/?preview=1", values, **OWN)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert SAID in html
    assert "Only trying" in html
    assert nothing_is_stored()


@pytest.mark.parametrize("query", ["?preview=1", ""])
def test_over_rest_it_is_a_problem_that_says_so(client, previewed, query):
    article, preview = previewed
    sent = {"page": article.pk, "name": "Ana", "text": "Only trying"}
    headers = dict(OWN)
    if not query:  # what no mark reaches is told by where it comes from
        headers["HTTP_REFERER"] = f"http://testserver{preview}"
    answer = client.post(
        f"/feedback/api/v1/comments/{query}", sent, content_type="application/json", **headers
    )
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:cx-feedback:problem:preview"
    assert answer.json()["detail"].startswith(SAID)
    assert nothing_is_stored()


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/feedback/api/v1/subscriptions/", {"email": "ana@example.org"}),
        ("/feedback/api/v1/visits/", {}),
        ("/feedback/consent/", {"agree": "yes"}),
        ("/feedback/newsletter/subscribe/", {"email": "ana@example.org"}),
        ("/feedback/newsletter/guide/", {"email": "ana@example.org", "guide": "x"}),
        ("/feedback/comments/1/votes/", {"value": 1}),
        ("/feedback/surveys/{survey}/", {"answers.x": 1}),
        ("/feedback/nps/{nps}/", {"answers.score": 9}),
        ("/feedback/api/v1/nps/{nps}/responses/", {"answers": {"score": 9}}),
    ],
)
def test_every_way_in_refuses_what_a_preview_sends(client, previewed, address, sent):
    """The addresses of previews of pages, new ones and old versions, and of snippets."""
    asked = {
        "survey": publish_survey(
            survey=Survey(title="Asked", questions=[raw("text")], open_by_address=True)
        ).pk,
        "nps": publish_survey(survey=NPSWidget(title="Would you?", open_by_address=True)).pk,
    }
    address = address.format(**asked)
    for path in (
        f"/admin/pages/{previewed[0].pk}/edit/preview/?mode=",
        f"/admin/pages/add/tests_site/articlepage/{previewed[0].pk}/preview/",
        f"/admin/pages/{previewed[0].pk}/revisions/{previewed[0].latest_revision_id}/view/",
        "/admin/cx-feedback/nps/preview/1/",
    ):
        kind = {"content_type": "application/json"} if "/api/" in address else {}
        headers = {**OWN, "HTTP_REFERER": f"https://example.org{path}"}
        answer = client.post(address, sent, **kind, **headers)
        assert answer.status_code == 403, path
        assert "preview" in answer.content.decode()
    assert nothing_is_stored()


def test_an_article_about_previews_takes_comments(client, home, article):
    article.slug = "preview"
    publish(article, ("comments", {"heading": "", "order": "newest"}))
    values = {"page": article.pk, "name": "Ana", "text": "For real", "lang": "en"}
    headers = {**OWN, "HTTP_REFERER": f"http://testserver{article.url}"}
    assert client.post("/feedback/comments/post/", values, **headers).status_code == 303
    assert Comment.objects.count() == 1
