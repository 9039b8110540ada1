"""Cohorts: the readers whose first visit was in a month, and their visits in later months."""

import datetime
from dataclasses import dataclass

from django.db import connection, transaction

from cx_feedback.loyalty.effects.day_numbers import month_sql
from cx_feedback.loyalty.reports.report_models import CohortMonth
from cx_feedback.readers.models import PastVisits, VisitDay
from cx_feedback.readers.visits.visit_retention import get_last_deleted_day

PAST = PastVisits._meta.db_table
#: Months of first visits that are included.
MONTHS = 12
#: Fewest readers of a cohort whose shares are shown.
MIN_READERS = 30


@dataclass(frozen=True)
class Cohort:
    """The new readers of a month, and the number of them in each later month, in order."""

    month: datetime.date
    readers: int
    active: list[int]


def measure_cohorts(*, as_of: datetime.date) -> int:
    """Count the cohorts of the last whole months as of a day; return the number of figures.

    Only whole months count, because the current month would always look like a loss.
    """
    last = (as_of + datetime.timedelta(days=1)).replace(day=1) - datetime.timedelta(days=1)
    end, since = _month_number(last), _get_first_whole_month()
    visits = VisitDay._meta.db_table
    first_month, this_month = month_sql("f.day"), month_sql("v.day")
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH f (reader_id, day) AS (SELECT d.reader_id, COALESCE(p.first_day, MIN(d.day)) "
            f"FROM {visits} d LEFT JOIN {PAST} p ON p.reader_id = d.reader_id "
            "GROUP BY d.reader_id, p.first_day "
            "HAVING COALESCE(p.first_day, MIN(d.day)) BETWEEN %s AND %s) "
            f"SELECT {first_month}, {this_month} - {first_month}, COUNT(DISTINCT v.reader_id) "
            f"FROM f JOIN {visits} v ON v.reader_id = f.reader_id WHERE v.day <= %s "
            f"GROUP BY {first_month}, {this_month} - {first_month}",
            (_first_day(end - MONTHS + 1), last, last),
        )
        rows = cursor.fetchall()
    counts = {(first, offset): n for first, offset, n in rows if first + offset >= since}
    # Months whose days were deleted can't be counted again: they stay as they were counted.
    for row in CohortMonth.objects.all():
        first = _month_number(row.month)
        if end - MONTHS < first and first + row.offset < since:
            counts[first, row.offset] = row.active
    with transaction.atomic():
        CohortMonth.objects.all().delete()
        kept = CohortMonth.objects.bulk_create(
            CohortMonth(month=_first_day(first), offset=offset, readers=counts[first, 0], active=n)
            for (first, offset), n in sorted(counts.items())
            if (first, 0) in counts
        )
    return len(kept)


def _get_first_whole_month() -> int:
    """Return the number of the first month of which all visit days are kept."""
    deleted = get_last_deleted_day()
    return 0 if deleted is None else _month_number(deleted) + 1


def get_cohorts() -> list[Cohort]:
    """Return the stored cohorts, the oldest first, with 0 for months without visits."""
    found = list(CohortMonth.objects.order_by("month", "offset"))
    if not found:
        return []
    end = max(_month_number(row.month) + row.offset for row in found)
    active = {(row.month, row.offset): row.active for row in found}
    sizes = {row.month: row.readers for row in found}
    return [
        Cohort(day, n, [active.get((day, k), 0) for k in range(1, end - _month_number(day) + 1)])
        for day, n in sizes.items()
    ]


def get_shown_cohorts() -> list[Cohort]:
    """Return the cohorts with enough readers and at least one later month."""
    return [cohort for cohort in get_cohorts() if cohort.readers >= MIN_READERS and cohort.active]


def _month_number(day: datetime.date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(number: int) -> datetime.date:
    return datetime.date(number // 12, number % 12 + 1, 1)
