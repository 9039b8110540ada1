"""Detection of bots: readers who come every day without exception are shown apart from the others.

A monitor, a feed reader or a script that runs each night looks like the most faithful reader. Of
1,350 students in a real community the most eager one came on 35 days in a row, so six weeks
without one day's absence are taken for a program. A site that counts weeks knows one day of each
and sees none.
"""

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count

from cx_feedback.loyalty.effects.day_numbers import DayNumber, get_day_number
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.models import Fit, Silence, TierCount
from cx_feedback.loyalty.scoring.tier_announcements import announce_moves
from cx_feedback.loyalty.scoring.uncounted_days import get_day
from cx_feedback.readers.models import Reader, VisitDay
from cx_feedback.readers.tier_names import Tier

#: Days in a row on which a program came.
DAYS = 42
#: Readers who are updated by one statement.
BATCH = 500


def update_programs(*, as_of: datetime.date, gaps: Sequence[CountingGap]) -> int:
    """Find programs as of the end of a day, and release those that missed one; return their number.

    Days without counting don't count. A program that stopped stays one: no absence is announced.
    """
    days = _list_counted_days(as_of, gaps)
    known = set(Reader.objects.filter(tier=Tier.PROGRAM).values_list("pk", flat=True))
    released = _find_irregular(known, days)
    new = set(_find_regular(days)) - known
    for ids in _split(released):
        # The tier follows with the scores of the same run.
        with transaction.atomic():
            Reader.objects.filter(pk__in=ids, tier=Tier.PROGRAM).update(tier="")
            announce_moves(ids, "")
    for ids in _split(new):
        with transaction.atomic():
            rows = Reader.objects.filter(pk__in=ids, visits_withdrawn=False)
            from_a_tier = list(rows.exclude(tier="").values_list("pk", flat=True))
            rows.update(tier=Tier.PROGRAM)
            announce_moves(from_a_tier, Tier.PROGRAM)
        Silence.objects.filter(reader__in=ids, announced_at__isnull=True).update(late=True)
    return len(known) + len(new) - len(released)


def get_known_programs(fit: Fit | None) -> int:
    """Return the number of programs that ``fit`` knew of."""
    if fit is None:
        return 0
    counts = TierCount.objects.filter(fit=fit, tier=Tier.PROGRAM)
    return counts.values_list("readers", flat=True).first() or 0


def _list_counted_days(as_of: datetime.date, gaps: Sequence[CountingGap]) -> list[datetime.date]:
    """Return the last DAYS days on which visits were counted, the oldest first."""
    today = get_day_number(as_of)
    uncounted = {day for gap in gaps for day in range(gap.first, gap.last + 1)}
    counted = (day for day in range(today, today - 20 * DAYS, -1) if day not in uncounted)
    return [get_day(day) for _index, day in zip(range(DAYS), counted, strict=False)][::-1]


def _find_regular(days: list[datetime.date]) -> Iterable[int]:
    if len(days) < DAYS:
        return []
    # Few came on all of these three days: neither the days of the others nor the table of readers
    # is read.
    first, middle, last = days[0], days[DAYS // 2 + 3], days[-1]
    some = VisitDay.objects.filter(day=first).values("reader")
    for day in (middle, last):
        some = some.filter(reader__in=VisitDay.objects.filter(day=day).values("reader"))
    of_readers = VisitDay.objects.filter(day__in=days, reader__in=some).order_by().values("reader")
    found = of_readers.annotate(days=Count("pk")).filter(days=DAYS).values_list("reader", flat=True)
    return [
        pk
        for ids in _split(found)
        for pk in Reader.objects.filter(pk__in=ids, visits_withdrawn=False).values_list(
            "pk", flat=True
        )
    ]


def _find_irregular(known: set[int], days: list[datetime.date]) -> set[int]:
    """Return the programs that came on some of the days and missed one before their last."""
    if not days:
        return set()
    numbers = [get_day_number(day) for day in days]
    found = set()
    for ids in _split(known):
        came: dict[int, list[int]] = {pk: [] for pk in ids}
        visits = VisitDay.objects.filter(reader__in=ids, day__in=days)
        for pk, day in visits.values_list("reader_id", DayNumber("day")):
            came[pk].append(day)
        for pk, visited in came.items():
            expected = [day for day in numbers if visited and day <= max(visited)]
            if len(visited) < len(expected):
                found.add(pk)
    return found


def _split(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))
