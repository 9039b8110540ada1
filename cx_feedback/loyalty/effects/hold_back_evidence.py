"""The results of past hold-backs among readers who were absent, by groups of like readers.

Like readers have about as many periods with a visit and about as long an absence. The difference
of a group is drawn towards that of all, the more the fewer readers it has (DerSimonian and Laird
1986), so that a small group doesn't lead the list by chance.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, FloatField, IntegerField, QuerySet, Value, When

from cx_feedback.core.experiment_statistics import MIN_READERS, get_standard_error
from cx_feedback.core.pages import site_time
from cx_feedback.loyalty.effects.day_numbers import (
    DayNumber,
    day_number_sql,
    get_day_number,
    period_sql,
)
from cx_feedback.loyalty.effects.experiments import get_first_follow_ups
from cx_feedback.loyalty.reports.report_models import HoldBackEvidence
from cx_feedback.loyalty.site_settings import get_loyalty_config
from cx_feedback.readers.models import PastVisits, Reader, VisitDay
from cx_feedback.readers.periods import get_past_column
from cx_feedback.readers.visits.visit_retention import get_last_deleted_day

#: Periods with a visit, and days of absence, from which a reader is in the next group.
PERIODS, ABSENCES = (4, 12), (57,)
#: Days of absence from which a reader counts as absent.
ABSENT = 14


@dataclass(frozen=True)
class GroupEvidence:
    """The result of a group of like readers; ``uplift`` is the difference drawn towards all."""

    row: HoldBackEvidence
    uplift: float


def measure_evidence(*, as_of: datetime.date, horizon_weeks: int | None = None) -> int:
    """Count both groups of all experiments by groups of like absent readers, and store them."""
    weeks = horizon_weeks or get_loyalty_config().horizon_weeks
    counts: dict[int, dict[str, int]] = {}
    for name in ("written", "held"):
        for group, readers, came in _count_like_readers(name == "held", as_of, weeks):
            found = counts.setdefault(group, {})
            found[name], found[f"{name}_returned"] = readers, came
    with transaction.atomic():
        HoldBackEvidence.objects.all().delete()
        rows = [HoldBackEvidence(like=like, as_of=as_of, **n) for like, n in counts.items()]
        return len(HoldBackEvidence.objects.bulk_create(rows))


def _count_like_readers(held: bool, as_of: datetime.date, weeks: int) -> list[tuple[int, ...]]:
    """Return (group, readers whose weeks are over, their returns)."""
    select, params = get_first_follow_ups(held, as_of).query.sql_with_params()
    day, visits = day_number_sql("v.day"), VisitDay._meta.db_table
    # Whose visit days after an email were deleted says nothing any more.
    deleted, past = get_last_deleted_day(), PastVisits._meta.db_table
    since = 0 if deleted is None else get_day_number(deleted)
    group = (
        f"({_steps_sql('h.periods', PERIODS)}) * 10 + ({_steps_sql('h.base - h.seen', ABSENCES)})"
    )
    came = (
        f"EXISTS (SELECT 1 FROM {visits} v WHERE v.reader_id = h.reader_id "
        f"AND {day} > h.base AND {day} <= h.base + {7 * weeks})"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH f (rule, percent, reader_id, base) AS ({select}), "
            f"h AS (SELECT f.rule, f.percent, f.reader_id, f.base, MAX({day}) AS seen, "
            f"COUNT(DISTINCT {period_sql(day)}) + COALESCE(MAX(p.{get_past_column()}), 0) "
            f"AS periods FROM f LEFT JOIN {past} p ON p.reader_id = f.reader_id JOIN {visits} v "
            f"ON v.reader_id = f.reader_id AND {day} <= f.base "
            f"WHERE f.base + {7 * weeks} <= {get_day_number(as_of)} AND f.base > {since} "
            "GROUP BY f.rule, f.percent, f.reader_id, f.base) "
            f"SELECT {group} AS alike, COUNT(*), SUM(CASE WHEN {came} THEN 1 ELSE 0 END) "
            f"FROM h WHERE h.base - h.seen >= {ABSENT} GROUP BY {group}",
            params,
        )
        return [tuple(map(int, row)) for row in cursor.fetchall()]


def _steps_sql(value: str, borders: tuple[int, ...]) -> str:
    return " + ".join(f"CASE WHEN {value} >= {border} THEN 1 ELSE 0 END" for border in borders)


def get_evidence() -> dict[int, GroupEvidence]:
    """Return the evidence by group of like readers; none below MIN_READERS on either side."""
    rows = [
        row
        for row in HoldBackEvidence.objects.order_by("like")
        if min(row.written, row.held) >= MIN_READERS
    ]
    if not rows:
        return {}
    gaps = [row.written_returned / row.written - row.held_returned / row.held for row in rows]
    errors = [
        get_standard_error(row.written_returned, row.written, row.held_returned, row.held) ** 2
        for row in rows
    ]
    weights = [1 / error for error in errors]
    total = sum(weights)
    mean = sum(w * gap for w, gap in zip(weights, gaps, strict=True)) / total
    spread = sum(w * (gap - mean) ** 2 for w, gap in zip(weights, gaps, strict=True))
    scale = total - sum(w * w for w in weights) / total
    between = max(0.0, (spread - (len(rows) - 1)) / scale) if scale > 0 else 0.0
    return {
        row.like: GroupEvidence(row, mean + between / (between + error) * (gap - mean))
        for row, gap, error in zip(rows, gaps, errors, strict=True)
    }


def with_evidence(
    readers: QuerySet[Reader], evidence: dict[int, GroupEvidence]
) -> QuerySet[Reader]:
    """Annotate readers with ``like``, their group, and ``uplift``, None without evidence."""
    away = Value(get_day_number(site_time.localdate())) - DayNumber("last_day")
    like = 10 * _steps("active_periods", PERIODS) + _steps("away", ABSENCES)
    whens = [When(like=group, then=Value(found.uplift)) for group, found in evidence.items()]
    return (
        readers.annotate(away=away)
        .annotate(like=like)
        .annotate(uplift=Case(*whens, default=None, output_field=FloatField(null=True)))
    )


def _steps(name: str, borders: tuple[int, ...]) -> Any:
    whens = [
        When(**{f"{name}__gte": border}, then=Value(n))
        for n, border in sorted(enumerate(borders, 1), reverse=True)
    ]
    return Case(*whens, default=Value(0), output_field=IntegerField())
