"""Rate limits: which deliveries may be sent now, and at what time.

A limit gives out slots at equal intervals (the generic cell rate algorithm without bursts) from a
row that runs lock, so that it holds for any number of runs together. Each message is sent in its
slot or gets a new one, since late messages must not catch up. A run reserves slots for two seconds
only, so that urgent emails don't wait behind a long mailing.
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

#: The period for which slots are reserved, and what must be left of it to reserve more.
RESERVED_PERIOD, MIN_REMAINING = datetime.timedelta(seconds=2), datetime.timedelta(seconds=0.5)
SECOND = datetime.timedelta(seconds=1)
#: How late a message may be for its slot, and how late including its way to the server.
TOLERANCE, MAX_DELAY = datetime.timedelta(milliseconds=20), datetime.timedelta(milliseconds=50)
#: Time until the first slot, which is needed for the commit.
LEAD_TIME, MAX_LEAD_TIME = datetime.timedelta(seconds=0.1), datetime.timedelta(seconds=5)


def compute_interval(per_minute: int) -> datetime.timedelta:
    """Return the interval of slots with which no second has more than ⌈rate⌉ messages.

    If a minute was simply divided, a message that is a little late would be one too many for the
    second that begins with it. With 600 per minute, the interval is 105 ms.
    """
    even = datetime.timedelta(minutes=1) / per_minute
    strict = (SECOND + MAX_DELAY) / math.ceil(per_minute / 60)
    return max(even, strict) + datetime.timedelta(microseconds=1)


@dataclass(frozen=True)
class RateLimits:
    """The limits at the time of a claim."""

    rows: Sequence[RateLimit]
    now: datetime.datetime

    @property
    def exhausted(self) -> list[RateLimit]:
        """The limits that have no slot for a while."""
        border = self.now + MIN_REMAINING
        return [row for row in self.rows if row.next_at and row.next_at > border]

    @property
    def next_free_at(self) -> datetime.datetime | None:
        """The time at which the first of the exhausted limits has slots again."""
        return min(
            (row.next_at - MIN_REMAINING for row in self.exhausted if row.next_at), default=None
        )

    @property
    def blocks_everything(self) -> bool:
        return any(not row.domains for row in self.exhausted)

    @property
    def max_claim(self) -> int | None:
        """The most slots of one claim, or None if some deliveries need no slot."""
        of_all = [row.per_minute for row in self.rows if not row.domains]
        if not of_all:
            return None
        return math.ceil(RESERVED_PERIOD / compute_interval(min(of_all))) + 1

    def get_exclusion(self) -> Q:
        """Return the condition for deliveries whose domain has no slot left."""
        domains = [domain for row in self.exhausted for domain in row.domains.split()]
        condition = Q()
        for domain in domains:
            condition |= Q(address__endswith=f"@{domain}")
        return condition

    def split_deliveries(
        self, deliveries: Sequence[Delivery]
    ) -> tuple[list[Delivery], list[Delivery]]:
        """Return the deliveries without limits, and the others."""
        if not self.rows:
            return list(deliveries), []
        free: list[Delivery] = []
        limited: list[Delivery] = []
        matcher = _LimitMatcher(self.rows)
        for delivery in deliveries:
            (limited if matcher.find_limits(delivery) else free).append(delivery)
        return free, limited


def get_rate_limits() -> RateLimits:
    """Return the current limits."""
    return RateLimits(list(RateLimit.objects.order_by("pk")), timezone.now())


class _LimitMatcher:
    """Finds the limits that apply to a delivery, as indexes of ``rows``."""

    def __init__(self, rows: Sequence[RateLimit]) -> None:
        self._domains = [set(row.domains.split()) for row in rows]

    def find_limits(self, delivery: Delivery) -> tuple[int, ...]:
        domain = delivery.address.rpartition("@")[2]
        found = enumerate(self._domains)
        return tuple(index for index, domains in found if not domains or domain in domains)


@dataclass
class Slots:
    """The slots of the deliveries of a claim by ID, and the IDs for which there is none yet."""

    times: dict[int, datetime.datetime] = field(default_factory=dict)
    without_slot: list[int] = field(default_factory=list)


@transaction.atomic
def reserve_slots(
    deliveries: Sequence[Delivery],
    *,
    lead: datetime.timedelta = LEAD_TIME,
    ahead: datetime.timedelta | None = RESERVED_PERIOD,
) -> Slots:
    """Reserve slots for as many of ``deliveries`` as the limits allow in the period ``ahead``.

    The delivery that can be sent first gets the next slot, at which all of its limits hold.
    """
    rows = list(RateLimit.objects.select_for_update().order_by("pk"))
    first, slots, groups = timezone.now() + lead, Slots(), _LimitMatcher(rows)
    waiting: dict[tuple[int, ...], deque[Delivery]] = {}
    for delivery in deliveries:
        waiting.setdefault(groups.find_limits(delivery), deque()).append(delivery)

    def earliest(group: tuple[int, ...]) -> datetime.datetime:
        return max([first, *(rows[index].next_at or first for index in group)])

    while waiting:
        group = min(waiting, key=earliest)
        slot = earliest(group)
        if ahead is not None and slot > first + ahead:
            break
        slots.times[waiting[group].popleft().pk] = slot
        for index in group:
            rows[index].next_at = slot + compute_interval(rows[index].per_minute)
        if not waiting[group]:
            del waiting[group]
    slots.without_slot = [delivery.pk for left in waiting.values() for delivery in left]
    RateLimit.objects.bulk_update(rows, ["next_at"])
    return slots


def batch_by_slot(deliveries: Sequence[Delivery], slots: Slots, size: int) -> list[list[Delivery]]:
    """Split ``deliveries`` into batches of up to ``size`` that are sent within a second."""
    found: list[list[Delivery]] = []
    for delivery in sorted(deliveries, key=lambda each: slots.times[each.pk]):
        at = slots.times[delivery.pk]
        if not found or len(found[-1]) >= size or at - slots.times[found[-1][0].pk] > SECOND:
            found.append([])
        found[-1].append(delivery)
    return found
