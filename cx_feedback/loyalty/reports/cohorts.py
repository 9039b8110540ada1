"""Cohorts: of the readers who first came in a month, who came in each month after it."""

import datetime
from dataclasses import dataclass

from django.db import connection, transaction

from cx_feedback.loyalty.effects.days import month_sql
from cx_feedback.loyalty.reports.report_tables import CohortMonth
from cx_feedback.readers.models import VisitDay

#: Months of first visits that are looked at.
MONTHS = 12
#: Readers below which a cohort's shares are not shown.
MIN_READERS = 30


@dataclass(frozen=True)
class Cohort:
    """A month's new readers, and how many of them came in each later month, the next one first."""

    month: datetime.date
    readers: int
    active: list[int]


def measure_cohorts(*, as_of: datetime.date) -> int:
    """Count the cohorts of the last whole months as of a day; return how many figures are kept.

    One statement over the visit days. Only whole months count: the running one would always
    look like a loss.
    """
    last = (as_of + datetime.timedelta(days=1)).replace(day=1) - datetime.timedelta(days=1)
    end = _month_number(last)
    visits = VisitDay._meta.db_table
    first_month, this_month = month_sql("f.day"), month_sql("v.day")
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH f (reader_id, day) AS (SELECT reader_id, MIN(day) FROM {visits} "
            "GROUP BY reader_id HAVING MIN(day) BETWEEN %s AND %s) "
            f"SELECT {first_month}, {this_month} - {first_month}, COUNT(DISTINCT v.reader_id) "
            f"FROM f JOIN {visits} v ON v.reader_id = f.reader_id WHERE v.day <= %s "
            f"GROUP BY {first_month}, {this_month} - {first_month}",
            (_first_day(end - MONTHS + 1), last, last),
        )
        rows = cursor.fetchall()
    sizes = {first: n for first, offset, n in rows if offset == 0}
    with transaction.atomic():
        CohortMonth.objects.all().delete()
        kept = CohortMonth.objects.bulk_create(
            CohortMonth(month=_first_day(first), offset=offset, readers=sizes[first], active=n)
            for first, offset, n in rows
        )
    return len(kept)


def get_cohorts() -> list[Cohort]:
    """Return the kept cohorts, the oldest first; a month in which nobody came has a 0."""
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
    """Return the cohorts whose shares may be shown: enough readers, and a month after theirs."""
    return [cohort for cohort in get_cohorts() if cohort.readers >= MIN_READERS and cohort.active]


def _month_number(day: datetime.date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(number: int) -> datetime.date:
    return datetime.date(number // 12, number % 12 + 1, 1)
