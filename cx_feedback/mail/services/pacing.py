"""Speed limits: which deliveries may go now, and when exactly.

A limit gives out moments at equal distances (the generic cell rate algorithm without a burst),
from a row that runs lock, so any number of them keep it together. A run takes moments for a few
seconds only: an urgent mail never waits behind a long mailing.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cx_feedback.mail.models import Delivery, SpeedLimit

#: Moments are given out so far ahead, and again once no more than a little of that is left.
AHEAD, LITTLE = datetime.timedelta(seconds=10), datetime.timedelta(seconds=2)
SOON = datetime.timedelta(seconds=1)


@dataclass(frozen=True)
class Limits:
    """The limits as one claim finds them."""

    rows: Sequence[SpeedLimit]
    now: datetime.datetime

    @property
    def full(self) -> list[SpeedLimit]:
        """Those that have no moment to give for a while."""
        border = self.now + LITTLE
        return [row for row in self.rows if row.next_at and row.next_at > border]

    @property
    def free_at(self) -> datetime.datetime | None:
        """When the first of the full ones gives moments again."""
        return min((row.next_at - LITTLE for row in self.full if row.next_at), default=None)

    @property
    def nothing_goes(self) -> bool:
        return any(not row.domains for row in self.full)

    def kept_out(self) -> Q:
        """Return the condition on deliveries whose domain has no moment left."""
        domains = [domain for row in self.full for domain in row.domains.split()]
        kept = Q()
        for domain in domains:
            kept |= Q(address__endswith=f"@{domain}")
        return kept


def limits() -> Limits:
    """Return the limits as they stand."""
    return Limits(list(SpeedLimit.objects.order_by("pk")), timezone.now())


@dataclass
class Slots:
    """When each delivery of a claim may go, and those for which there is no moment yet."""

    at: dict[int, datetime.datetime] = field(default_factory=dict)
    later: list[int] = field(default_factory=list)


@transaction.atomic
def reserve(deliveries: Sequence[Delivery]) -> Slots:
    """Give a moment within the next seconds to as many of ``deliveries`` as the limits allow."""
    rows = list(SpeedLimit.objects.select_for_update().order_by("pk"))
    domains = {row.pk: set(row.domains.split()) for row in rows}
    now, slots = timezone.now(), Slots()
    for delivery in deliveries:
        domain = delivery.address.rpartition("@")[2]
        mine = [row for row in rows if not domains[row.pk] or domain in domains[row.pk]]
        moments = [max(now, row.next_at or now) for row in mine]
        slot = max(moments, default=now)
        if slot > now + AHEAD:
            slots.later.append(delivery.pk)
            continue
        slots.at[delivery.pk] = slot
        for row, moment in zip(mine, moments, strict=True):
            row.next_at = moment + datetime.timedelta(minutes=1) / row.per_minute
    SpeedLimit.objects.bulk_update(rows, ["next_at"])
    return slots


def batches(
    deliveries: Sequence[Delivery], slots: Slots, size: int
) -> list[tuple[datetime.datetime, list[Delivery]]]:
    """Cut ``deliveries`` into batches of up to ``size`` that may go at about the same moment.

    Each comes with the moment at which the last of it may go.
    """
    found: list[tuple[datetime.datetime, list[Delivery]]] = []
    first = None
    for delivery in sorted(deliveries, key=lambda each: slots.at[each.pk]):
        at = slots.at[delivery.pk]
        if first is None or len(found[-1][1]) >= size or at - first > SOON:
            found.append((at, []))
            first = at
        found[-1] = (at, [*found[-1][1], delivery])
    return found
