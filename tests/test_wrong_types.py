"""A member of a body whose type is none that the document says: refused by name, nothing stored."""

import json
import re
import uuid

import pytest
from django.core.cache import cache

from cx_feedback.comments.models import Comment
from cx_feedback.conversations.models import Conversation
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import PartialResponse, Response, Survey
from tests.conftest import OWN
from tests.pages import make_widget
from tests.surveys.conftest import GOOD, stream
from tests.surveys.flow.conftest import block
from tests.surveys.questions.asking import raw
from tests.test_storable import API, ids, is_of_staff  # noqa: F401

pytestmark = pytest.mark.django_db
#: For each type of JSON, values of others.
OTHERS = {
    "string": [5, True, [], {"a": 1}],
    "boolean": ["1", 0, [], {}],
    "number": ["5", True, [], {}],
    "integer": ["x", True, 1.5, {}],
    "array": ["x", True, {"a": 1}],
    "object": ["x", 5, []],
}


def iterate_members(document):
    """Iterate over the writes of the document: path, method, and the types of their members."""
    schemas = document["components"]["schemas"]

    def find(schema):
        named = [schema, *schema.get("allOf", [])]
        [to] = [one["$ref"] for one in named if "$ref" in one] or [""]
        return find(schemas[to.rpartition("/")[2]]) if to else schema

    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                members = find(media["schema"])["properties"].items()
                yield path, method, {name: find(schema)["type"] for name, schema in members}


def make_paged_survey():
    """Return a survey whose answered pages are kept."""
    made = {"open_by_address": True, "keeps_partials": True}
    pages = [*stream(), block("page_break", "two"), raw("rating")]
    return surveys.publish_survey(survey=Survey(title="In pages", questions=pages, **made))


def build_body(room, page):
    """Return a body that every form of a room takes; each leaves aside what it does not know."""
    answers = {"nps": {"score": 9}, "surveys": {"q-choice": GOOD}}.get(room, {})
    body = {"page": page, "partial": str(uuid.uuid4()), "sequence": 1, "answers": answers}
    address = {"email": "ana@example.org", "name": "Ana", "text": "Words"}
    return {**body, "upto": next(iter(answers), ""), **address}


def count_rows():
    return [model.objects.count() for model in (Response, PartialResponse, Comment, Conversation)]


def test_a_value_of_another_type_is_refused_by_name(client, admin_client, ids, settings):  # noqa: F811
    settings.CX_FEEDBACK = {"SURVEYS_PARTIAL_DAYS": 30}
    ids |= {"nps": make_widget(keeps_partials=True).pk, "surveys": make_paged_survey().pk}
    before, asked = count_rows(), 0
    for path, method, members in iterate_members(client.get(f"{API}schema/").json()):
        room = path.split("/")[4]
        address = re.sub(r"\{\w+\}", str(ids.get(room, 1)), path)
        send = getattr(admin_client if is_of_staff(path) else client, method)
        for member, kind in members.items():
            for value in OTHERS[kind]:
                cache.clear()
                body = json.dumps({**build_body(room, ids["page"]), member: value})
                response = send(address, body, content_type="application/json", **OWN)
                assert response.status_code == 400, (path, member, value, response.content)
                assert member in response.json()["errors"], (path, member, value)
                asked += 1
    assert asked > 250
    assert count_rows() == before
