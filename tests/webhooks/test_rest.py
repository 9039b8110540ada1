"""Webhooks over REST: what is stored and shown, what is refused, lists by cursor."""

import datetime
import json
import re

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry, Site

from cx_feedback.webhooks import services
from cx_feedback.webhooks.models import Endpoint, EndpointSecret, EventDelivery
from tests.conftest import OWN
from tests.tokens.conftest import make_token, program  # noqa: F401

pytestmark = pytest.mark.django_db
LIST = "/feedback/api/v1/webhooks/"
FORM = {"name": "Shop", "url": "https://example.com/hook", "events": ["comment.created"]}
SECRET = re.compile(r"whsec_[\w+/=]{44}")
SCOPES = [f"cx_feedback_webhooks.{one}_endpoint" for one in ("view", "add", "change", "delete")]


@pytest.fixture
def staff(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def token(program):  # noqa: F811
    return program(*SCOPES)


def call(client, method, path="", data=None):
    body = {"data": json.dumps(data if data is not None else {})}
    sent = {} if method == "get" else {**body, "content_type": "application/json"}
    return getattr(client, method)(f"{LIST}{path}", **sent, **OWN)


def read_all(client, url, name):
    """Return the ids of a list, part by part, and the number of parts."""
    ids, parts = [], 0
    while url:
        answer = client.get(url, **OWN).json()
        ids += [one["id"] for one in answer[name]]
        url, parts = answer["next"], parts + 1
    return ids, parts


def test_the_secret_is_in_one_answer_only(staff, owner):
    response = call(staff, "post", data=FORM)
    assert response.status_code == 201
    assert response["Cache-Control"] == "no-store"
    made = response.json()
    assert SECRET.fullmatch(made["secret"])
    endpoint = Endpoint.objects.get()
    assert (endpoint.owner, endpoint.events) == (owner, FORM["events"])
    assert made["webhook"]["account"] == "maker"
    one = f"{endpoint.pk}/"
    for path in ("", one, f"{one}deliveries/"):
        assert not SECRET.search(call(staff, "get", path).content.decode()), path
    assert not SECRET.search(call(staff, "patch", one, {"name": "Store"}).content.decode())
    actions = ModelLogEntry.objects.values_list("action", flat=True)
    assert set(actions) == {"cx_feedback.webhooks.create", "cx_feedback.webhooks.update"}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"url": "http://example.com/"}, "url", "Must begin with https://"),
        ({"url": "https://10.0.0.1/"}, "url", "not a public one"),
        ({"url": "https://[::ffff:a00:1]/"}, "url", "not a public one"),
        ({"url": "https://2130706433/"}, "url", "not a public one"),
        ({"url": "https://testserver/x"}, "url", "This is the site itself."),
        ({"url": "nonsense"}, "url", "Must be an address such as"),
        ({"url": None}, "url", "Must be an address such as"),
        ({"url": f"https://example.com/{'x' * 500}"}, "url", "at most 500"),
        ({"url": 5}, "url", "Not a valid string."),
        ({"events": []}, "events", "Choose among the events"),
        ({"events": ["comment.created", "comment.exploded"]}, "events", "event: comment.exploded."),
        ({"events": "comment.created"}, "events", "Choose among the events"),
        ({"events": [["comment.created"]]}, "events", "Choose among the events"),
        ({"events": None}, "events", "Choose among the events"),
        ({"name": ""}, "name", "cannot be blank"),
        ({"name": "x" * 81}, "name", "at most 80"),
        ({"with_texts": "yes"}, "with_texts", "Must be true or false."),
    ],
)
def test_wrong_input_names_the_field_and_stores_nothing(staff, change, field, words):
    Site.objects.update(hostname="testserver", port=443)
    made = call(staff, "post", data=FORM).json()["webhook"]
    for method, path in (("post", ""), ("patch", f"{made['id']}/")):
        response = call(staff, method, path, {**FORM, **change})
        assert response.status_code == 400, response.content
        errors = response.json()["errors"]
        assert set(errors) == {field}
        assert words in errors[field][0]
    assert call(staff, "get", f"{made['id']}/").json() == made
    assert Endpoint.objects.count() == 1


def test_a_change_is_of_the_named_fields_and_by_whom_it_was_sent(
    staff, make_endpoint, django_user_model
):
    endpoint, _secret = make_endpoint(with_texts=True)
    other = django_user_model.objects.create_superuser("other", "other@example.org", "x")
    Endpoint.objects.update(owner=other)
    before = call(staff, "get", f"{endpoint.pk}/").json()
    answer = call(staff, "patch", f"{endpoint.pk}/", {"name": " Store ", "id": 9}).json()
    assert answer == {**before, "name": "Store", "account": "maker"}
    response = call(staff, "patch", f"{endpoint.pk}/", {"unknown": 1})
    assert response.status_code == 400
    assert set(response.json()["errors"]) == {"body"}


def test_what_was_switched_off_for_failures_is_switched_on(staff, make_endpoint):
    endpoint, _secret = make_endpoint()
    Endpoint.objects.update(active=False, off_reason="failing", failing_since=timezone.now())
    answer = call(staff, "patch", f"{endpoint.pk}/", {"active": True}).json()
    assert (answer["active"], answer["off_reason"], answer["failing_since"]) == (True, "", None)


def test_a_removed_webhook_is_not_found(staff, make_endpoint):
    one = f"{make_endpoint()[0].pk}/"
    assert call(staff, "delete", one).status_code == 204
    assert call(staff, "get").json()["webhooks"] == []
    for method, path in (
        *(("get", one), ("patch", one), ("delete", one), ("post", f"{one}secrets/")),
        *(("delete", f"{one}secrets/"), ("post", f"{one}tests/"), ("get", f"{one}deliveries/")),
        ("get", f"{2**63}/"),
    ):
        assert call(staff, method, path, {"name": "x"}).status_code == 404, (method, path)


def test_a_token_has_no_texts_sent(token, staff, make_endpoint, owner):
    made = call(token, "post", data=FORM)
    assert made.status_code == 201
    refused = call(token, "post", data={**FORM, "with_texts": True})
    assert set(refused.json()["errors"]) == {"with_texts"}
    with_texts, _secret = make_endpoint(with_texts=True)
    one = f"{with_texts.pk}/"
    before = call(staff, "get", one).json()
    changes = ({"url": "https://elsewhere.example/"}, {"with_texts": True}, {"active": True})
    for change in (*changes, {"active": False, "url": "https://elsewhere.example/"}):
        response = call(token, "patch", one, change)
        assert (response.status_code, set(response.json()["errors"])) == (400, {"with_texts"})
        assert call(staff, "get", one).json() == before
    assert call(token, "patch", one, {"active": False}).json()["active"] is False
    without = call(token, "patch", one, {"with_texts": False, "active": True}).json()
    assert (without["with_texts"], without["active"]) == (False, True)


def test_a_token_gets_no_secret_of_a_webhook_with_texts(token, staff, make_endpoint):
    with_texts, _secret = make_endpoint(with_texts=True)
    secrets = f"{with_texts.pk}/secrets/"
    call(staff, "post", secrets)
    for method in ("post", "delete"):
        refused = call(token, method, secrets)
        assert (refused.status_code, set(refused.json()["errors"])) == (400, {"with_texts"})
    assert with_texts.secrets.count() == 2
    assert call(staff, "delete", secrets).status_code == 204


def test_a_token_with_sections_is_refused(program, article):  # noqa: F811
    client = program(*SCOPES, sections=[article.pk])
    for method in ("get", "post"):
        response = call(client, method, data=FORM)
        assert response.json()["type"] == "urn:cx-feedback:problem:section-required"
    assert Endpoint.objects.count() == 0


def test_a_new_secret_and_the_end_of_the_old_one(staff, make_endpoint):
    endpoint, old = make_endpoint()
    one = f"{endpoint.pk}/secrets/"
    response = call(staff, "post", one)
    assert response.status_code == 201
    assert SECRET.fullmatch(response.json()["secret"])
    assert response.json()["secret"] != old
    ends_at = datetime.datetime.fromisoformat(response.json()["old_ends_at"])
    assert ends_at - timezone.now() > datetime.timedelta(hours=23)
    assert EndpointSecret.objects.signing(timezone.now()).count() == 2
    assert call(staff, "delete", one).status_code == 204
    assert EndpointSecret.objects.signing(timezone.now()).count() == 1


def test_a_repeated_request_makes_no_second_webhook(staff, owner, django_user_model):
    made = call(staff, "post", data=FORM).json()["webhook"]
    for data in (FORM, {**FORM, "name": "Store", "url": f" {FORM['url']} "}):
        response = call(staff, "post", data=data)
        assert (response.status_code, list(response.json()["errors"])) == (400, ["url"])
        assert f"Your webhook {made['id']}, “Shop”" in response.json()["errors"]["url"][0]
    assert (Endpoint.objects.count(), EndpointSecret.objects.count()) == (1, 1)
    other = django_user_model.objects.create_superuser("other", "other@example.org", "x")
    services.create_endpoint(owner=other, **FORM)
    call(staff, "patch", f"{made['id']}/", {"active": False})
    second = call(staff, "post", data=FORM)
    assert second.status_code == 201
    response = call(staff, "patch", f"{made['id']}/", {"active": True})
    assert (response.status_code, list(response.json()["errors"])) == (400, ["url"])
    call(staff, "delete", f"{second.json()['webhook']['id']}/")
    assert call(staff, "patch", f"{made['id']}/", {"active": True}).json()["active"]


def test_webhooks_and_their_events_are_read_by_cursor(
    staff, make_endpoint, django_assert_num_queries
):
    made = [make_endpoint()[0].pk for _ in range(5)]
    assert read_all(staff, f"{LIST}?limit=2", "webhooks") == (made, 3)
    events = [services.send_test(endpoint_id=made[0]).pk for _ in range(5)]
    services.send_test(endpoint_id=made[1])
    EventDelivery.objects.filter(pk=events[1]).update(state="failed")
    deliveries = f"{LIST}{made[0]}/deliveries/"
    assert read_all(staff, f"{deliveries}?limit=2", "deliveries") == (events[::-1], 3)
    assert read_all(staff, f"{deliveries}?state=failed&limit=1", "deliveries") == ([events[1]], 1)
    for query in ("limit=0", "limit=1001", "cursor=x", "state=lost"):
        response = staff.get(f"{deliveries}?{query}")
        assert set(response.json()["errors"]) == {query.partition("=")[0]}
    with django_assert_num_queries(5):  # session, account, webhook, events, their attempts
        staff.get(deliveries)


def test_a_test_is_sent_and_sent_again_under_its_id(
    staff, make_endpoint, receiver, django_capture_on_commit_callbacks
):
    one = f"{make_endpoint()[0].pk}/"
    with django_capture_on_commit_callbacks(execute=True):
        response = call(staff, "post", f"{one}tests/")
    assert response.status_code == 202
    event = f"{one}deliveries/{response.json()['id']}/"
    stored = call(staff, "get", event).json()
    assert (stored["state"], stored["next_attempt_at"]) == ("delivered", None)
    with django_capture_on_commit_callbacks(execute=True):
        again = call(staff, "post", f"{event}resend/")
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    ids = {request.headers["webhook-id"] for request in receiver.requests}
    assert (len(receiver.requests), ids) == (2, {response.json()["message_id"]})
    assert len(call(staff, "get", event).json()["attempts"]) == 2


def test_what_is_being_sent_or_of_another_webhook_is_not_sent_again(staff, make_endpoint):
    mine, other = make_endpoint()[0], make_endpoint()[0]
    event = services.send_test(endpoint_id=mine.pk)
    until = timezone.now() + datetime.timedelta(minutes=1)
    EventDelivery.objects.update(lease_until=until)
    response = call(staff, "post", f"{mine.pk}/deliveries/{event.pk}/resend/")
    assert response.status_code == 409
    assert response.json()["type"] == "urn:cx-feedback:problem:conflict"
    for path in (f"{other.pk}/deliveries/{event.pk}/", f"{mine.pk}/deliveries/{2**63}/"):
        assert call(staff, "get", path).status_code == 404
        assert call(staff, "post", f"{path}resend/").status_code == 404
    assert EventDelivery.objects.get().lease_until == until
