"""Sending due events: claim one by a lease, send it, store what came of it.

A process that dies leaves a claim, which ends with its lease; the event is sent again then. It
arrives at least once.
"""

import datetime
import time
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.webhooks.models import Attempt, EventDelivery
from cx_feedback.webhooks.services import endpoint_failures
from cx_feedback.webhooks.transport.pinned_connection import PostResult, post_message
from cx_feedback.webhooks.transport.signed_message import build_body, build_headers

State = EventDelivery.State
#: Seconds after which a run leaves the rest to the next one.
RUN_SECONDS = 60.0
#: Errors of an endpoint that is away, and how many in a row end a run. One may be chance.
_AWAY = frozenset(
    (Attempt.Error.TIMEOUT, Attempt.Error.CONNECTION, Attempt.Error.NAME, Attempt.Error.SECRET)
)
_AWAY_IN_A_ROW = 3


@dataclass(frozen=True)
class RunSummary:
    """The numbers of a run; ``more`` says that it ended before all due events were sent."""

    delivered: int = 0
    failed: int = 0
    more: bool = False


def find_due_endpoints() -> list[int]:
    """Return the ids of the endpoints that something is due for."""
    due = EventDelivery.objects.due(timezone.now())
    return sorted(due.order_by().values_list("endpoint", flat=True).distinct())


def send_events(*, endpoint_id: int, seconds: float = RUN_SECONDS) -> RunSummary:
    """Send the due events of an endpoint, oldest first, one after the other."""
    end = time.monotonic() + seconds
    delivered = failed = in_a_row = 0
    while time.monotonic() < end:
        delivery = claim_event(endpoint_id=endpoint_id)
        if delivery is None:
            return RunSummary(delivered, failed)
        result = _send_event(delivery)
        store_result(delivery, result)
        if not result.error:
            delivered, in_a_row = delivered + 1, 0
            continue
        failed += 1
        in_a_row = in_a_row + 1 if result.error in _AWAY else 0
        if in_a_row == _AWAY_IN_A_ROW or result.is_gone:
            return RunSummary(delivered, failed)
    return RunSummary(delivered, failed, more=True)


def claim_event(*, endpoint_id: int) -> EventDelivery | None:
    """Claim the oldest due event of an endpoint, None if there is none.

    Rows that another process is claiming are skipped.
    """
    locks = connection.features.has_select_for_update
    while True:
        now = timezone.now()
        with transaction.atomic():
            due = EventDelivery.objects.due(now).filter(endpoint=endpoint_id)
            due = due.select_related("endpoint__owner")
            if locks:
                due = due.select_for_update(skip_locked=True, of=("self",))
            row = due.order_by("due_at", "pk").first()
            if row is None:
                return None
            # The number of the attempt decides where rows can't be locked.
            mine = EventDelivery.objects.filter(
                pk=row.pk, state=State.PENDING, attempts=row.attempts
            )
            lease = now + datetime.timedelta(seconds=conf.get("WEBHOOKS_LEASE"))
            if mine.update(lease_until=lease, attempts=F("attempts") + 1):
                row.attempts += 1
                row.lease_until = lease
                return row


def store_result(delivery: EventDelivery, result: PostResult) -> None:
    """Store the outcome of the attempt that ``delivery`` was claimed for.

    What another process has claimed or erased since keeps what that process says of it.
    """
    now = timezone.now()
    with transaction.atomic():
        mine = EventDelivery.objects.filter(
            pk=delivery.pk, state=State.PENDING, attempts=delivery.attempts
        )
        if not mine.update(**_get_outcome(delivery, result, now)):
            return
        Attempt.objects.create(
            delivery=delivery,
            at=now,
            status=result.status,
            error=result.error,
            milliseconds=result.milliseconds,
        )
        if result.error:
            endpoint_failures.record_failure(delivery.endpoint, is_gone=result.is_gone, now=now)
        else:
            endpoint_failures.record_success(delivery.endpoint)


def _get_outcome(
    delivery: EventDelivery, result: PostResult, now: datetime.datetime
) -> dict[str, object]:
    """Return the fields of the row after an attempt."""
    if not result.error:
        done: dict[str, object] = {"state": State.DELIVERED, "lease_until": None}
        # The ids of erased readers have arrived where they are needed.
        return {**done, "data": {}} if delivery.event == "reader.erased" else done
    pauses = conf.get("WEBHOOKS_RETRY_PAUSES")
    failures = delivery.failures + 1
    if failures > len(pauses):
        return {"state": State.FAILED, "failures": failures, "lease_until": None}
    pause = datetime.timedelta(seconds=pauses[failures - 1])
    return {"failures": failures, "due_at": now + pause, "lease_until": None}


def _send_event(delivery: EventDelivery) -> PostResult:
    body = build_body(delivery)
    headers = build_headers(delivery, body, now=timezone.now())
    if headers is None:
        return PostResult(None, Attempt.Error.SECRET, 0)
    return post_message(delivery.endpoint.url, body.encode(), headers)
