"""Rows of events: written with what happened, sent again by hand, erased, deleted."""

import datetime
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.privacy.lookups import Person
from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.webhooks.events.event_types import TEST, get_event_types
from cx_feedback.webhooks.events.payloads import ReadersPayload, TestPayload
from cx_feedback.webhooks.events.wanted_events import is_event_wanted
from cx_feedback.webhooks.models import Endpoint, EventDelivery

State = EventDelivery.State
SEND_TASK = "cx_feedback.webhooks.send_due_events"
#: Seconds in which one task at most is started for new events; the beat schedule finds the last.
NUDGE_INTERVAL = 1


def record_event(*, event: str, payloads: Iterable[tuple[Any, int | None]]) -> int:
    """Store an event for each endpoint that wants it; return the number of rows.

    ``payloads`` are pairs of a payload and the id of the reader whom it is about. Call it in the
    transaction of what happened. Raises ValueError for an event that nobody registered, and
    TypeError for a payload that is not of its class.
    """
    payloads = list(payloads)
    _check_payloads(event, payloads)
    if not is_event_wanted(event):
        return 0
    endpoints = [e.pk for e in Endpoint.objects.active().only("events") if event in e.events]
    now = timezone.now()
    rows = [
        EventDelivery(
            endpoint_id=pk,
            event=event,
            data=asdict(payload),
            reader_id=reader_id,
            occurred_at=now,
            due_at=now,
        )
        for payload, reader_id in payloads
        for pk in endpoints
    ]
    if rows:
        EventDelivery.objects.bulk_create(rows, batch_size=500)
        nudge(SEND_TASK, every=NUDGE_INTERVAL)
    return len(rows)


def _check_payloads(event: str, payloads: list[tuple[Any, int | None]]) -> None:
    """Refuse what receivers do not expect, wanted or not, so that a site's tests find it."""
    known = get_event_types().get(event)
    if known is None:
        raise ValueError(f"{event!r} is no event of webhooks: name it in WEBHOOKS_EVENTS")
    for payload, _reader_id in payloads:
        if not isinstance(payload, known.payload):
            raise TypeError(f"the payload of {event} must be of {known.payload.__name__}")


@transaction.atomic
def send_test(*, endpoint_id: int) -> EventDelivery:
    """Queue an event for an endpoint that is a test."""
    row = EventDelivery.objects.create(
        endpoint_id=endpoint_id, event=TEST.name, data=asdict(TestPayload(endpoint_id))
    )
    nudge(SEND_TASK)
    return row


@transaction.atomic
def resend_event(*, endpoint_id: int, delivery_id: int) -> bool:
    """Send an event again, at once; return whether it can be.

    It can't while it is being sent, and where its ids were erased when it had arrived.
    """
    rows = EventDelivery.objects.filter(pk=delivery_id, endpoint=endpoint_id)
    row = rows.select_for_update().first()
    now = timezone.now()
    if row is None or not row.data or (row.lease_until is not None and row.lease_until > now):
        return False
    row.state, row.due_at, row.failures, row.lease_until = State.PENDING, now, 0, None
    row.save(update_fields=["state", "due_at", "failures", "lease_until"])
    nudge(SEND_TASK)
    return True


@transaction.atomic
def erase_events(person: Person) -> int:
    """Erase the events about a person, sent or not, and tell the endpoints that want to know.

    The ids of the readers stay in that one event until it has arrived.
    """
    ids = list(person.reader_ids)
    erased = EventDelivery.objects.filter(reader_id__in=ids).delete()[1]
    if ids:
        record_event(event="reader.erased", payloads=[(ReadersPayload(ids), None)])
    return erased.get(EventDelivery._meta.label, 0)


def find_old_events(now: datetime.datetime | None = None) -> list[QuerySet[Any]]:
    """Return the events that are too old, and the removed endpoints without younger ones."""
    cutoff = get_cutoff("webhook_events", now=now)
    old = EventDelivery.objects.filter(occurred_at__lt=cutoff)
    removed = Endpoint.objects.filter(removed_at__lt=cutoff)
    return [old, removed]


def delete_old_events(*, now: datetime.datetime | None = None) -> int:
    """Delete what ``find_old_events`` returns and return the number of rows."""
    labels = {EventDelivery._meta.label, Endpoint._meta.label}
    done = 0
    for rows in find_old_events(now):
        counts = rows.delete()[1]
        done += sum(n for label, n in counts.items() if label in labels)
    return done


def erase_conclusions(*, reader_ids: list[int]) -> int:
    """Erase the events that say what was concluded about readers; return their number."""
    names = ("reader.silent", "reader.returned", "reader.tier_changed")
    rows = EventDelivery.objects.filter(reader_id__in=reader_ids, event__in=names)
    return rows.delete()[1].get(EventDelivery._meta.label, 0)
