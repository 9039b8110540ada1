"""An article with every block: the same HTML for every reader, and few queries more."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Comment
from cx_feedback.newsletter.models import MailingList
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Survey
from tests.conftest import OWN
from tests.pages import make_survey, make_widget, publish
from tests.site.models import ArticlePage
from tests.surveys.conftest import stream

pytestmark = pytest.mark.django_db
TEXT = ("text", "Something worth reading.")


def queries(url: str) -> int:
    """Return the queries of a view after another one."""
    Client().get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert Client().get(url).status_code == 200
    return len(captured)


def first_queries(url: str) -> int:
    """Return the queries of a first view, with nothing in any cache."""
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(url).status_code == 200
    return len(captured)


@pytest.fixture
def full_article(article):
    return publish(article, TEXT, *three_blocks(), ("subscribe", {}))


def three_blocks():
    return [
        ("survey", {"survey": make_survey().pk}),
        ("nps", {"widget": make_widget().pk}),
        ("comments", {}),
    ]


def write_comment(page, client, text="I came back."):
    response = client.post(
        "/feedback/api/v1/comments/",
        {"page": page.pk, "text": text, "name": "Ana"},
        content_type="application/json",
        **OWN,
    )
    assert response.status_code == 201, response.content


def test_survey_nps_and_comments_cost_at_most_six_queries(article):
    publish(article, TEXT, *three_blocks())
    for number in range(3):
        write_comment(article, Client(), f"Thought {number}")
    comments.approve_comments(ids=Comment.objects.values_list("pk", flat=True))
    with_blocks, at_first = queries(article.url), first_queries(article.url)
    publish(article, TEXT)
    assert with_blocks - queries(article.url) <= 6
    # With nothing in any cache the rules of the page's comments are looked up too: the page's
    # path, the site's setting, the policies above, and whether anybody may see it.
    assert at_first - first_queries(article.url) <= 10


def test_the_html_is_the_same_for_readers_who_acted_and_who_did_not(full_article):
    acted = Client()
    write_comment(full_article, acted)
    assert "cx_reader" in acted.cookies
    response = acted.get(full_article.url)
    assert response.content == Client().get(full_article.url).content
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "csrf" not in response.content.decode().lower()


def test_no_number_in_an_attribute_is_grouped(home, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    page = home.add_child(instance=ArticlePage(pk=123_456, title="Late", slug="late"))
    survey = Survey.objects.create(pk=123_457, title="Visit", live=False, questions=stream())
    publish(
        page,
        ("survey", {"survey": surveys.publish_survey(survey=survey).pk}),
        ("nps", {"widget": make_widget().pk}),
        ("comments", {}),
        ("subscribe", {"mailing_list": MailingList.objects.create(pk=123_458, name="Friday").pk}),
    )
    html = Client().get(page.url).content.decode()
    assert html.count('name="page" value="123456"') == 5
    assert 'maxlength="10000"' in html
    assert not re.findall(r'(?:value|href|maxlength|data-[a-z-]+)="[^"]*\d,\d{3}[^"]*"', html)
