"""Texts that no database keeps, in every text of every REST endpoint and in public addresses."""

import json
import re

import pytest

from cx_feedback.comments import services as comments
from cx_feedback.comments.submission import comment_input
from cx_feedback.newsletter.models import MailingList
from tests.conftest import OWN
from tests.pages import make_survey, make_widget

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"
BROKEN = ["\ud800", "a\udfffb", "\x00", "words\x00"]


@pytest.fixture
def ids(article):
    MailingList.objects.create(name="Friday letter")
    draft = comment_input.parse_comment({"name": "Ana", "text": "Words"}, page_id=article.pk)
    comment = comments.store_comment(draft=draft).comment
    comments.approve_comments(ids=[comment.pk])
    found = {"surveys": make_survey().pk, "nps": make_widget().pk, "comments": comment.pk}
    return {**found, "page": article.pk}


def writes(document):
    """Iterate over the writes of the OpenAPI document and the names of their members."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if content := operation.get("requestBody", {}).get("content"):
                [schema] = {json.dumps(media["schema"]) for media in content.values()}
                name = json.loads(schema).get("$ref", "").rpartition("/")[2]
                members = document["components"]["schemas"].get(name, {}).get("properties", {})
                yield path, method, list(members)


def is_of_staff(path):
    """Return whether only accounts with a permission may write at the address."""
    parts = ("/decisions/", "/objections/", "/webhooks/", "/{conversation_id}/")
    return any(part in path for part in parts)


@pytest.mark.parametrize("broken", BROKEN, ids=ascii)
def test_every_text_by_rest_is_refused_by_its_name(client, admin_client, ids, settings, broken):
    settings.CX_FEEDBACK = {"RATES": dict.fromkeys(("write", "visit", "mail"))}
    asked = 0
    for path, method, members in writes(client.get(f"{API}schema/").json()):
        room = path.split("/")[4]
        address = re.sub(r"\{\w+\}", str(ids.get(room, 1)), path)
        for member in members:
            for value, name in ((broken, member), ({"q": broken}, f"{member}.q")):
                who = admin_client if is_of_staff(path) else client
                send = getattr(who, method)
                body = json.dumps({"page": ids["page"], member: value})
                response = send(address, body, content_type="application/json", **OWN)
                assert response.status_code == 400, (path, member)
                assert list(response.json()["errors"]) == [name]
                asked += 1
    assert asked > 30


def test_a_flag_names_its_text(client, ids):
    body = '{"reason": "spam", "text": "\\ud800"}'
    address = f"{API}comments/{ids['comments']}/flags/"
    response = client.post(address, body, content_type="application/json", **OWN)
    assert (response.status_code, list(response.json()["errors"])) == (400, ["text"])


def test_a_broken_name_of_a_member_is_told_of_the_body(client, ids):
    address = f"{API}surveys/{ids['surveys']}/responses/"
    for body, name in (('{"\\ud800": 1}', "body"), ('{"answers": {"\\ud800": 1}}', "answers")):
        response = client.post(address, body, content_type="application/json", **OWN)
        assert (response.status_code, list(response.json()["errors"])) == (400, [name])


def test_half_of_a_pair_that_is_whole_is_text(client, ids):
    body = json.dumps({"page": ids["page"], "name": "Ana", "text": "\U0001f600"})
    response = client.post(f"{API}comments/", body, content_type="application/json", **OWN)
    assert response.status_code < 300


@pytest.mark.parametrize("value", ["0", "-1", "abc", "%00", "%ED%A0%80", "9" * 19, "9" * 5000])
def test_any_query_of_a_public_address(client, ids, value):
    names = [
        "page",
        "after",
        "before",
        "order",
        "only",
        "lang",
        "q",
        "v",
        "comment",
        "span",
        "since",
        "until",
        "p",
        "cursor",
    ]
    query = "&".join(f"{name}={value}" for name in names)
    survey, nps = ids["surveys"], ids["nps"]
    for address in (
        *("surveys/", f"surveys/{survey}/", f"surveys/{survey}/results/", f"nps/{nps}/results/"),
        *("comments/", f"comments/{ids['comments']}/", "me/", "loyalty/"),
    ):
        assert client.get(f"{API}{address}?{query}").status_code < 500
        for name in names:
            assert client.get(f"{API}{address}?{name}={value}").status_code < 500
