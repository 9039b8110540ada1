"""Parameters and headers that are not what the OpenAPI document says: refused by name, unused."""

import json

import pytest

from cx_feedback.comments.models import Vote
from cx_feedback.surveys.models import Survey
from tests.comments.conftest import talk, write  # noqa: F401
from tests.conftest import OWN
from tests.pages import make_survey, make_widget

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"


def assert_refused(response, field):
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]


@pytest.mark.parametrize("key", ["x" * 65, "cl\u00e9"])
def test_a_key_that_is_none_protects_from_nothing_and_is_refused(client, write, key):  # noqa: F811
    comment = write("Words", state="published")
    response = client.post(
        f"{API}comments/{comment.pk}/votes/",
        json.dumps({"value": 1}),
        content_type="application/json",
        headers={"Idempotency-Key": key},
        **OWN,
    )
    assert_refused(response, "Idempotency-Key")
    assert not Vote.objects.exists()


@pytest.mark.parametrize("page", ["abc", "true", "-1", "1.5", "9" * 20])
def test_a_page_that_is_no_id(client, page):
    survey, widget = make_survey(), make_widget()
    for path in (f"surveys/{survey.pk}/", f"nps/{widget.pk}/", f"surveys/{survey.pk}/poll/"):
        assert_refused(client.get(f"{API}{path}?page={page}"), "page")


@pytest.mark.parametrize("only", ["", "mine", "news"])
@pytest.mark.parametrize(
    ("query", "field"), [("order=worst", "order"), ("limit=2.5", "limit"), ("after=x", "after")]
)
def test_a_list_of_comments_whatever_is_asked_for(client, talk, only, query, field):  # noqa: F811
    only = f"&only={only}" if only else ""
    assert_refused(client.get(f"{API}comments/?page={talk.pk}{only}&{query}"), field)


@pytest.mark.parametrize("key", [True, 3, ["x"]])
def test_a_form_key_that_is_no_text(client, key):
    survey = make_survey()
    for path in ("starts", "responses"):
        body = json.dumps({"key": key, "answers": {"q-choice": "c-good"}})
        url = f"{API}surveys/{survey.pk}/{path}/"
        assert_refused(client.post(url, body, content_type="application/json", **OWN), "key")
    assert Survey.objects.get().responses.count() == 0


def test_the_document_says_what_an_edit_needs(client):
    document = client.get(f"{API}schema/").json()
    body = document["paths"][f"{API}comments/{{comment_id}}/"]["patch"]["requestBody"]
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    found = document["components"]["schemas"][name]
    assert (body["required"], found["required"]) == (True, ["text"])
