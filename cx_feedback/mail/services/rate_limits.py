"""Speed limits: which deliveries may go now, and when exactly.

A limit gives out moments at equal distances (the generic cell rate algorithm without a burst),
from a row that runs lock, so any number of them keep it together. Each message goes at its own
moment, or takes another: what is late never catches up. A run takes moments for two seconds only:
an urgent mail never waits behind a long mailing.
"""

import datetime
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cx_feedback.mail.models import Delivery, RateLimit

#: Moments are given out so far ahead, and again once no more than a little of that is left.
AHEAD, LITTLE = datetime.timedelta(seconds=2), datetime.timedelta(seconds=0.5)
SECOND = datetime.timedelta(seconds=1)
#: A message may be so late for its moment, and with its way to the server so late at all.
TOLERANCE, LATE = datetime.timedelta(milliseconds=20), datetime.timedelta(milliseconds=50)
#: Until the first moment: what committing takes.
LEAD, LONGEST_LEAD = datetime.timedelta(seconds=0.1), datetime.timedelta(seconds=5)


def compute_interval(per_minute: int) -> datetime.timedelta:
    """Return the distance of two moments, by which no second has more than ⌈rate⌉ messages.

    Were a minute just divided, one message a little late would make one too many of the second
    that begins with it: with 600 a minute, the moments are 105 ms apart.
    """
    even = datetime.timedelta(minutes=1) / per_minute
    strict = (SECOND + LATE) / math.ceil(per_minute / 60)
    return max(even, strict) + datetime.timedelta(microseconds=1)


@dataclass(frozen=True)
class RateLimits:
    """The limits as one claim finds them."""

    rows: Sequence[RateLimit]
    now: datetime.datetime

    @property
    def full(self) -> list[RateLimit]:
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

    @property
    def most(self) -> int | None:
        """How many moments there are at most for one claim; None where some need none."""
        of_all = [row.per_minute for row in self.rows if not row.domains]
        if not of_all:
            return None
        return math.ceil(AHEAD / compute_interval(min(of_all))) + 1

    def kept_out(self) -> Q:
        """Return the condition on deliveries whose domain has no moment left."""
        domains = [domain for row in self.full for domain in row.domains.split()]
        kept = Q()
        for domain in domains:
            kept |= Q(address__endswith=f"@{domain}")
        return kept

    def split(self, deliveries: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
        """Return those that no limit is about, and the others."""
        if not self.rows:
            return list(deliveries), []
        free: list[Delivery] = []
        limited: list[Delivery] = []
        about = _LimitMatcher(self.rows)
        for delivery in deliveries:
            (limited if about.of(delivery) else free).append(delivery)
        return free, limited


def get_rate_limits() -> RateLimits:
    """Return the limits as they stand."""
    return RateLimits(list(RateLimit.objects.order_by("pk")), timezone.now())


class _LimitMatcher:
    """Which of ``rows`` are about a delivery, as their places."""

    def __init__(self, rows: Sequence[RateLimit]) -> None:
        self._domains = [set(row.domains.split()) for row in rows]

    def of(self, delivery: Delivery) -> tuple[int, ...]:
        domain = delivery.address.rpartition("@")[2]
        found = enumerate(self._domains)
        return tuple(place for place, domains in found if not domains or domain in domains)


@dataclass
class Slots:
    """When each delivery of a claim may go, and those for which there is no moment yet."""

    at: dict[int, datetime.datetime] = field(default_factory=dict)
    later: list[int] = field(default_factory=list)


@transaction.atomic
def reserve_slots(
    deliveries: Sequence[Delivery],
    *,
    lead: datetime.timedelta = LEAD,
    ahead: datetime.timedelta | None = AHEAD,
) -> Slots:
    """Give a moment to as many of ``deliveries`` as the limits allow for so far ``ahead``.

    Whatever may go first gets the next moment, so all its limits hold at that one moment.
    """
    rows = list(RateLimit.objects.select_for_update().order_by("pk"))
    first, slots, groups = timezone.now() + lead, Slots(), _LimitMatcher(rows)
    waiting: dict[tuple[int, ...], deque[Delivery]] = {}
    for delivery in deliveries:
        waiting.setdefault(groups.of(delivery), deque()).append(delivery)

    def earliest(group: tuple[int, ...]) -> datetime.datetime:
        return max([first, *(rows[place].next_at or first for place in group)])

    while waiting:
        group = min(waiting, key=earliest)
        slot = earliest(group)
        if ahead is not None and slot > first + ahead:
            break
        slots.at[waiting[group].popleft().pk] = slot
        for place in group:
            rows[place].next_at = slot + compute_interval(rows[place].per_minute)
        if not waiting[group]:
            del waiting[group]
    slots.later = [delivery.pk for left in waiting.values() for delivery in left]
    RateLimit.objects.bulk_update(rows, ["next_at"])
    return slots


def batch_by_slot(deliveries: Sequence[Delivery], slots: Slots, size: int) -> list[list[Delivery]]:
    """Cut ``deliveries`` into batches of up to ``size`` that go within a second, in their order."""
    found: list[list[Delivery]] = []
    for delivery in sorted(deliveries, key=lambda each: slots.at[each.pk]):
        at = slots.at[delivery.pk]
        if not found or len(found[-1]) >= size or at - slots.at[found[-1][0].pk] > SECOND:
            found.append([])
        found[-1].append(delivery)
    return found
