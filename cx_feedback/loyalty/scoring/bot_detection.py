"""Detection of bots: readers who come every day without exception are shown apart from the others.

A monitor, a feed reader or a script that runs each night looks like the most faithful reader. Of
1,350 students in a real community the most eager one came on 35 days in a row, so six weeks
without one day's absence are taken for a program. A site that counts weeks knows one day of each
and sees none.
"""

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count, FilteredRelation, Q

from cx_feedback.loyalty.effects.day_numbers import DayNumber, get_day_number
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.models import Fit, Silence, TierCount
from cx_feedback.loyalty.scoring.tier_announcements import announce_moves
from cx_feedback.loyalty.scoring.uncounted_days import get_day
from cx_feedback.readers.models import Reader, VisitDay
from cx_feedback.readers.periods import get_period_length
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
    known, candidates = _find_candidates(days)
    released = _find_irregular(known, days)
    new = _find_regular(candidates, days)
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


def _find_candidates(days: list[datetime.date]) -> tuple[set[int], set[int]]:
    """Return the known programs, and others who came on the first day and whose figures fit.

    One query answers both, since it reads all readers. Nobody may be one if too few days are known.
    """
    wanted = Q(tier=Tier.PROGRAM)
    readers = Reader.objects.all()
    if len(days) == DAYS:
        on_first_day = FilteredRelation("visit_days", condition=Q(visit_days__day=days[0]))
        readers = readers.annotate(first_visit=on_first_day)
        wanted |= Q(
            visits_withdrawn=False,
            last_day__gte=days[-1],
            active_periods__gte=DAYS // get_period_length(),
            first_visit__isnull=False,
        )
    rows = list(readers.filter(wanted).values_list("pk", "tier"))
    known = {pk for pk, tier in rows if tier == Tier.PROGRAM}
    return known, {pk for pk, _tier in rows} - known


def _find_regular(candidates: set[int], days: list[datetime.date]) -> set[int]:
    """Return those of the candidates who came on each of the days."""
    found: set[int] = set()
    for ids in _split(candidates):
        came = VisitDay.objects.filter(reader__in=ids, day__in=days).order_by().values("reader")
        each = came.annotate(days=Count("pk")).filter(days=DAYS)
        found.update(each.values_list("reader", flat=True))
    return found


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
