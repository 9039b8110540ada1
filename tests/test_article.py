"""An article with every block: the same HTML for every reader, and few queries more."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Comment
from tests.conftest import OWN
from tests.pages import make_survey, make_widget, publish

pytestmark = pytest.mark.django_db
TEXT = ("text", "Something worth reading.")


def queries(url: str) -> int:
    """Return the queries of a first view, with nothing in any cache."""
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as captured:
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
    comments.approve(ids=Comment.objects.values_list("pk", flat=True))
    with_blocks = queries(article.url)
    publish(article, TEXT)
    assert with_blocks - queries(article.url) <= 6


def test_the_html_is_the_same_for_readers_who_acted_and_who_did_not(full_article):
    acted = Client()
    write_comment(full_article, acted)
    assert "cx_reader" in acted.cookies
    response = acted.get(full_article.url)
    assert response.content == Client().get(full_article.url).content
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "csrf" not in response.content.decode().lower()
