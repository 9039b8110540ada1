"""Settling deliveries whose arrival is known although their run didn't learn the result."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Least
from django.utils import timezone

from cx_feedback.mail.models import Delivery, DeliveryQuerySet, MailReport
from cx_feedback.mail.selectors import get_by_reference

State = Delivery.State
Kind = MailReport.Kind
#: Kinds of reports that exist only for messages that the recipient's server accepted.
ARRIVAL_KINDS = (Kind.DELIVERED, Kind.OPENED, Kind.CLICKED, Kind.UNSUBSCRIBED, Kind.COMPLAINED)
#: States in which a message could be sent again, by itself or by an editor. The result of one that
#: is being sent is written by its run.
UNSETTLED_STATES = (State.IN_DOUBT, State.FAILED, State.PENDING, State.CLAIMED, State.HELD)


def settle_arrived(rows: DeliveryQuerySet, *, states: Collection[str] = UNSETTLED_STATES) -> int:
    """Mark those of ``rows`` in ``states`` as sent that are known to have arrived.

    Returns their number. A claimed row is taken from its run, which sends only what it holds.
    """
    reports = MailReport.objects.filter(delivery=OuterRef("pk"), kind__in=ARRIVAL_KINDS)
    first = Subquery(reports.order_by("occurred_at").values("occurred_at")[:1])
    return rows.filter(Exists(reports), state__in=states).update(**_get_sent_values(first))


def record_arrival(*, reference: str) -> bool:
    """Mark the delivery of ``reference`` as sent and return whether that was unknown.

    Nothing is stored about the visitor or the time.
    """
    delivery = get_by_reference(reference)
    if delivery is None or delivery.state not in UNSETTLED_STATES:
        return False
    row = Delivery.objects.filter(pk=delivery.pk, state__in=UNSETTLED_STATES)
    return bool(row.update(**_get_sent_values(Value(timezone.now()))))


def _get_sent_values(seen: Any) -> dict[str, Any]:
    # It was sent at due_at, unless that was changed later, and no later than it was seen.
    return {
        "state": State.SENT,
        "sent_at": Least(F("due_at"), seen),
        "error": "",
        "claimed_by": "",
        "lease_until": None,
    }
