"""The share of conversations in which a promise was kept."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils import timezone

from cx_feedback.conversations.models import Conversation, PromiseClock
from cx_feedback.core.caching.shared_cache import cache

#: Days that readers are told of, and conversations below which they are told nothing.
DAYS, SHOW_FROM = 90, 10
#: Seconds for which the figure of a promise is cached.
CACHED_FOR = 600

_NOT_COUNTED = (Conversation.Outcome.SPAM, Conversation.Outcome.MERGED)


@dataclass(frozen=True)
class KeptShare:
    """The number ``n`` of conversations with a promise whose time is over, and of those kept."""

    kept: int
    n: int

    @property
    def shown(self) -> bool:
        """Return whether there are enough to say something."""
        return self.n >= SHOW_FROM

    @property
    def percent(self) -> int:
        """Return the share in per cent, rounded down: 100 means all."""
        return self.kept * 100 // self.n if self.n else 0


def find_decided_clocks(
    *, since: datetime.datetime, now: datetime.datetime, goal: str = PromiseClock.Goal.FIRST
) -> QuerySet[PromiseClock]:
    """Return the clocks begun since a moment of which it is known whether they were in time.

    ``kept`` says it. Whoever still waits after the promised time counts as late. Whoever may still
    be answered in time doesn't count yet, nor does what was closed without an answer.
    """
    rows = PromiseClock.objects.filter(begun_at__gte=since, begun_at__lte=now, goal=goal)
    return annotate_kept(rows, now=now).filter(kept__isnull=False)


def annotate_kept(clocks: QuerySet[Any], *, now: datetime.datetime) -> QuerySet[Any]:
    """Return clocks with ``kept``: whether they were in time, None where it isn't known yet.

    Those of spam and of merged conversations are left out.
    """
    rows = clocks.exclude(conversation__outcome__in=_NOT_COUNTED)
    return rows.annotate(kept=build_kept(now))


def build_kept(now: datetime.datetime) -> Case:
    """Return the expression that says whether a clock was in time, None where it isn't known."""
    late = Q(done_at=None, running_since__isnull=False, due_at__lt=now)
    return Case(When(late, then=False), default=F("on_time"))


def count_kept(clocks: QuerySet[PromiseClock]) -> KeptShare:
    """Return the share of ``find_decided_clocks`` in one query."""
    found = clocks.aggregate(n=Count("pk"), kept_number=Count("pk", filter=Q(kept=True)))
    return KeptShare(kept=found["kept_number"], n=found["n"])


def get_public_share(promise_id: int) -> KeptShare:
    """Return how well first answers of a promise were kept in the last ``DAYS``, cached."""
    key = f"cx:conversations:kept:{promise_id}"
    found = cache.get(key)
    if found is None:
        now = timezone.now()
        clocks = find_decided_clocks(since=now - datetime.timedelta(days=DAYS), now=now)
        share = count_kept(clocks.filter(promise=promise_id))
        found = (share.kept, share.n)
        cache.set(key, found, CACHED_FOR)
    return KeptShare(*found)
