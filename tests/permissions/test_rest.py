"""Every path of REST by role, against the table of permissions."""

import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cx_feedback.comments import services as comments
from cx_feedback.comments.submission import comment_input
from cx_feedback.readers import services as readers
from tests.conftest import OWN
from tests.permissions.address_table import EVERYBODY, OWN_READER, REST, is_satisfied
from tests.permissions.addresses import list_rest_addresses, write_statements
from tests.permissions.conftest import ROLES

pytestmark = pytest.mark.django_db
ADDRESSES = list_rest_addresses()
METHODS = ("get", "post", "put", "patch", "delete")
#: Of what a client may have sent wrongly, none is about who it is.
LET_IN = {200, 201, 202, 204, 400, 404, 409, 410, 422}


@pytest.fixture
def url_of(objects, reader):
    """Return a function that gives a path for something that exists."""
    surveys, widgets = (
        {"pk": objects[f"wagtailsnippets_cx_feedback_{model}"]["pk"]}
        for model in ("surveys_survey", "nps_npswidget")
    )
    moderated = objects["cx_comments"]
    comment = {
        "comment_id": moderated["pk"],
        "reader_id": reader,
        "batch": moderated["batch"],
        "objection_id": moderated["objection"],
        "conversation_id": objects["cx_conversations"]["pk"],
        "token": "0" * 32,
        "webhook_id": objects["cx_webhooks"]["pk"],
        "delivery_id": objects["cx_webhooks"]["event"],
    }

    def url_of(address):
        about = widgets if address.name.startswith("api-nps") else surveys
        return address.fill({**about, **comment})

    return url_of


def call(client, url, method, **data):
    cache.clear()  # the rates of one role are not those of the next
    body = {"data": json.dumps(data), "content_type": "application/json"}
    return getattr(client, method)(url, **({} if method == "get" else body), **OWN)


def refused_by(client, url_of):
    """Return which method of which path does not let ``client`` in."""
    found = set()
    for address, _view in ADDRESSES:
        for method in REST[address.name]:
            status = call(client, url_of(address), method).status_code
            assert status in LET_IN | {403}, (address, method, status)
            if status == 403:
                found.add((address.name, method))
    return found


def closed_for(held):
    """Return what the table closes for an account that holds ``held``."""
    return {
        (name, method)
        for name, methods in REST.items()
        for method, rule in methods.items()
        if rule not in (EVERYBODY, OWN_READER) and not is_satisfied(rule, held)
    }


def test_every_path_and_method_is_in_the_table():
    found = {a.name: {m for m in METHODS if hasattr(view, m)} for a, view in ADDRESSES}
    assert found == {name: set(methods) for name, methods in REST.items()}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_in_where_the_table_says(of_role, url_of, role):
    client, held = of_role(role)
    assert refused_by(client, url_of) == closed_for(held)


@pytest.mark.parametrize("who", ["nobody", "reader", "account"])
def test_without_permissions_there_is_what_is_for_everybody(
    url_of, known_reader, django_user_model, who
):
    client = known_reader if who == "reader" else Client()
    if who == "account":
        client.force_login(django_user_model.objects.create_user("ana", "ana@example.org", "x"))
    assert refused_by(client, url_of) == closed_for(set())


def test_own_comments_alone_can_be_changed(reader, known_reader, pages, of_role):
    draft = comment_input.parse_comment(
        {"name": "Ana", "text": "Words"}, page_id=pages["inside"].pk
    )
    comment = comments.store_comment(draft=draft, reader=reader).comment
    comments.approve_comments(ids=[comment.pk])
    [own] = [address for address, _view in ADDRESSES if address.name == "api-comment"]
    url = own.fill({"comment_id": comment})
    stranger = Client()
    stranger.cookies["cx_reader"] = readers.create_reader().key.hex
    superuser, _held = of_role("superuser")
    methods = [method for method, rule in REST[own.name].items() if rule == OWN_READER]
    assert methods == ["patch", "delete"]
    for method in methods:
        for client in (Client(), stranger, superuser):
            with CaptureQueriesContext(connection) as captured:
                assert call(client, url, method, text="Other").status_code in (403, 404)
            assert write_statements(captured) == []
        assert call(known_reader, url, method, text="Other").status_code in (200, 204)
