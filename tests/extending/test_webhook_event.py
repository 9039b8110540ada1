"""``docs/extending/adding-a-webhook-event.md``: its event arrives, signed, and is offered."""

import json
import re
import types
from dataclasses import dataclass
from decimal import Decimal
from html import unescape

import pytest
from django.core.cache import cache
from django.core.checks import run_checks
from django.db import transaction

from cx_feedback.core.privacy.lookups import Person
from cx_feedback.webhooks import services
from cx_feedback.webhooks.events import event_types
from cx_feedback.webhooks.events.event_types import EVENT_TYPES, EventType, get_event_label
from cx_feedback.webhooks.forms import EndpointForm
from cx_feedback.webhooks.models import EventDelivery
from tests.extending.guides import install, load_example
from tests.webhooks.conftest import (  # noqa: F401
    allow_local,
    make_endpoint,
    owner,
    receiver,
    send_all,
)

pytestmark = pytest.mark.django_db
GUIDE = "adding-a-webhook-event.md"
NAME = "order.paid"


@pytest.fixture
def events(settings, monkeypatch):
    """The module of the guide, installed as its settings say."""
    own = load_example(GUIDE, "mysite/settings/base.py").CX_FEEDBACK
    module = load_example(GUIDE, "magazine/events.py")
    install(monkeypatch, module)
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, **own}
    cache.clear()
    event_types._build_event_types.cache_clear()  # of the module of another test
    return module


def make_order(reader_id=3):
    return types.SimpleNamespace(pk=7, issues=2, reader_id=reader_id, save=lambda: None)


def test_the_event_of_the_guide_arrives(events, make_endpoint, receiver, send_all):  # noqa: F811
    make_endpoint(events=[NAME])
    events.mark_as_paid(make_order())
    send_all()
    [request] = receiver.requests
    body = json.loads(request.body)
    assert (body["type"], body["data"]) == (NAME, {"order": 7, "issues": 2, "reader": 3})
    assert request.headers["webhook-signature"].startswith("v1,")


def test_it_is_rolled_back_with_what_happened(events, make_endpoint):  # noqa: F811
    make_endpoint(events=[NAME])
    with transaction.atomic():
        events.mark_as_paid(make_order())
        assert EventDelivery.objects.count() == 1
        transaction.set_rollback(True)
    assert EventDelivery.objects.count() == 0


def test_it_is_erased_with_its_reader(events, make_endpoint):  # noqa: F811
    make_endpoint(events=[NAME])
    events.mark_as_paid(make_order())
    services.erase_events(Person(reader_ids=frozenset({3})))
    assert EventDelivery.objects.count() == 0


def test_nobody_wants_it(events, make_endpoint):  # noqa: F811
    make_endpoint(events=["comment.created"])
    events.mark_as_paid(make_order())
    assert EventDelivery.objects.count() == 0


def test_mistakes_of_the_site_are_found_though_nobody_wants_it(events):
    with pytest.raises(ValueError, match="WEBHOOKS_EVENTS"):
        services.record_event(event="order.lost", payloads=[])
    with pytest.raises(TypeError, match="must be of OrderPayload"):
        services.record_event(event=NAME, payloads=[({"order": 7}, None)])


def test_it_is_offered_to_editors_and_programs(events, make_endpoint, client, owner):  # noqa: F811
    client.force_login(owner)
    page = client.get("/admin/cx-feedback/webhooks/new/").content.decode()
    assert "An order was paid" in page
    schema = client.get("/feedback/api/v1/schema/?format=json").content.decode()
    assert f'"{NAME}"' in schema


def test_a_webhook_outlives_its_event(
    events, make_endpoint, client, owner, settings, receiver, send_all  # noqa: F811
):  # fmt: skip
    endpoint, _secret = make_endpoint(events=[NAME, "comment.created"])
    events.mark_as_paid(make_order())
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "WEBHOOKS_EVENTS": []}
    words = "An event that this site no longer has (order.paid)"
    assert get_event_label(NAME) == words
    client.force_login(owner)
    assert words in client.get(f"/admin/cx-feedback/webhooks/log/{endpoint.pk}/").content.decode()
    field = EndpointForm(instance=endpoint).fields["events"]
    assert dict(field.choices)[NAME] == words
    edit = f"/admin/cx-feedback/webhooks/edit/{endpoint.pk}/"
    html = client.get(edit).content.decode()
    assert words in html
    version = unescape(re.search(r'name="cx-version" value="([^"]*)"', html)[1])
    form = {"name": "Renamed", "url": endpoint.url, "events": [NAME], "active": "on"}
    assert client.post(edit, {**form, "cx-version": version}).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.events) == ("Renamed", [NAME])
    changed = services.update_endpoint(endpoint_id=endpoint.pk, user=owner, events=[NAME])
    assert changed.events == [NAME]
    send_all()
    assert [json.loads(one.body)["type"] for one in receiver.requests] == [NAME]


@dataclass
class Good:
    """Plain values."""

    order: int
    names: list[str]
    weight: float | None


@dataclass
class Bad:
    """A value that JSON does not have."""

    price: Decimal


@dataclass
class Unknown:
    """A type that is nowhere."""

    price: "Nowhere"  # noqa: F821


good = EventType("order.sent", "An order was sent", Good)
same = EventType("order.sent", "Another", Good)
taken = EventType("comment.created", "Taken", Good)
no_dot = EventType("orderpaid", "A name without a dot", Good)
too_long = EventType(f"order.{'x' * 40}", "A long name", Good)
no_text = EventType(7, "A number for a name", Good)
no_class = EventType("order.lost", "No payload", dict)
not_plain = EventType("order.lost", "A price", Bad)
unknown = EventType("order.lost", "A price", Unknown)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["nothing"], "does not define"),
        (["Good"], "it is no EventType"),
        (["taken"], "that of a built-in event"),
        (["good", "same"], "that of another event of this setting"),
        (["no_dot"], "must be like 'order.paid'"),
        (["too_long"], "at most 40"),
        (["no_text"], "its name 7 must be like 'order.paid'"),
        (["no_class"], "its payload is no dataclass"),
        (["not_plain"], "the field price of its payload is no plain value"),
        (["unknown"], "unknown types"),
    ],
)
def test_the_check_says_what_is_wrong(settings, names, words):
    settings.CX_FEEDBACK = {"WEBHOOKS_EVENTS": [f"{__name__}.{name}" for name in names]}
    found = run_checks(tags=["cx_feedback"])
    assert {error.id for error in found} == {"cx_feedback.E061"}
    assert words in found[0].msg
    assert "adding-a-webhook-event.md" in found[0].hint
    assert get_event_label("comment.created") == str(EVENT_TYPES["comment.created"].label)


def test_a_good_one_passes_the_check(settings):
    settings.CX_FEEDBACK = {"WEBHOOKS_EVENTS": [f"{__name__}.good"]}
    assert run_checks(tags=["cx_feedback"]) == []
