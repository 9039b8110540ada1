"""The histories of readers as of the end of a day, in SQL, so that no reader is loaded.

The figures stored on a reader are right unless the reader has come since that day. Only for
readers who have, the visit days are grouped again. Scoring yesterday therefore costs one pass
over the readers, and scoring a day long ago one pass over the visit days. Later visits never
influence the result.
"""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count, Max, Min, QuerySet
from django.utils.translation import gettext as _

from cx_feedback.core.errors import FeedbackError
from cx_feedback.loyalty.model import Cells
from cx_feedback.readers.models import PastVisits, Reader, VisitDay
from cx_feedback.readers.periods import (
    EARLIEST,
    PeriodOf,
    get_first_day,
    get_past_column,
    get_period,
    get_period_length,
)
from cx_feedback.readers.tier_names import Tier
from cx_feedback.readers.visits.visit_retention import get_last_deleted_day


class StaleFigures(FeedbackError):
    """The figures of readers were counted in periods of another length."""

    code = "stale-figures"
    title = _("Readers' periods have a different length. Run cx_rebuild_periods first.")


class DaysDeleted(FeedbackError):
    """The visit days up to a day are needed, and some of them were deleted."""

    code = "days-deleted"
    title = _("Visit days were deleted after the time for which the site keeps them.")


def check_days_kept(as_of: datetime.date) -> None:
    """Raise DaysDeleted if readers can't be counted as of a day any more."""
    deleted = get_last_deleted_day()
    if deleted is not None and as_of < deleted:
        raise DaysDeleted(
            _(
                "Visit days up to %(deleted)s were deleted, because the site keeps them no longer; "
                "%(as_of)s is before that."
            )
            % {"deleted": deleted.isoformat(), "as_of": as_of.isoformat()}
        )


@dataclass(frozen=True)
class SQL:
    """A SELECT and its parameters."""

    text: str
    params: tuple[Any, ...]


def get_elapsed_share(day: datetime.date) -> float:
    """Return the share of ``day``'s period that has passed at the end of ``day``."""
    passed = (day - get_first_day(get_period(day))).days + 1
    return passed / get_period_length()


COLUMNS = ("reader_id", "first_period", "last_period", "active_periods", "last_day", "tier")


def get_unchanged_readers(as_of: datetime.date) -> QuerySet[Reader]:
    """Return the readers whose stored figures are right as of a day, with no visit after it."""
    return get_scored_readers().filter(last_day__lte=as_of)


def get_scored_readers() -> QuerySet[Reader]:
    """Return the readers who are scored: their visits are counted, and they are no programs."""
    return Reader.objects.filter(visits_withdrawn=False).exclude(tier=Tier.PROGRAM)


def get_withdrawn_readers() -> QuerySet[Any, Any]:
    """Return the readers who withdrew their consent to visits: an absence may be none."""
    return Reader.objects.filter(visits_withdrawn=True).values("pk")


def recent_histories_sql(as_of: datetime.date, *, ids: tuple[int, int] | None = None) -> SQL | None:
    """Return SQL of ``COLUMNS`` for readers with later visits; None if there are none.

    With ``ids`` only for readers in that range, both ends inclusive.
    """
    if not VisitDay.objects.filter(day__gt=as_of).exists():
        return None
    days = VisitDay.objects.filter(
        day__lte=as_of, reader__in=get_scored_readers().filter(last_day__gt=as_of)
    )
    past = PastVisits.objects.filter(
        until__lte=as_of, reader__last_day__gt=as_of, reader__visits_withdrawn=False
    ).exclude(reader__tier=Tier.PROGRAM)
    if ids:
        days = days.filter(reader_id__gte=ids[0], reader_id__lte=ids[1])
        past = past.filter(reader_id__gte=ids[0], reader_id__lte=ids[1])
    grouped = _compile_sql(_group_days(days))
    return _add_past_visits(grouped, past) if past.exists() else grouped


def _add_past_visits(grouped: SQL, past: QuerySet[PastVisits]) -> SQL:
    """Return SQL of the histories with the visits whose days were deleted."""
    counted = _compile_sql(
        past.order_by()
        .annotate(first=PeriodOf("first_day"), last=PeriodOf("last_day"))
        .values_list("reader_id", "first", "last", get_past_column(), "last_day", "reader__tier")
    )
    names = ", ".join(COLUMNS)
    return SQL(
        f"SELECT {names} FROM (WITH u ({names}) AS ({grouped.text} UNION ALL {counted.text}) "
        "SELECT reader_id, MIN(first_period) AS first_period, MAX(last_period) AS last_period, "
        "CAST(SUM(active_periods) AS integer) AS active_periods, MAX(last_day) AS last_day, "
        "MAX(tier) AS tier FROM u GROUP BY reader_id) z",
        grouped.params + counted.params,
    )


def histories_sql(as_of: datetime.date, *, readers: QuerySet[Any, Any] | None = None) -> SQL:
    """Return SQL of ``COLUMNS`` with one row per reader, optionally only of ``readers`` (ids)."""
    own = get_unchanged_readers(as_of)
    if readers is not None:
        own = own.filter(pk__in=readers)
    parts = [_compile_sql(own.values_list("pk", *COLUMNS[1:]))]
    if (since := recent_histories_sql(as_of)) is not None:
        parts.append(since)
    names = ", ".join(COLUMNS)
    where = ""
    if readers is not None:
        among = _compile_sql(readers)
        where = f" WHERE reader_id IN ({among.text})"
        parts.append(SQL("", among.params))
    union = " UNION ALL ".join(part.text for part in parts if part.text)
    return SQL(
        f"WITH h ({names}) AS ({union}) SELECT {names} FROM h{where}",
        tuple(param for part in parts for param in part.params),
    )


def count_cells(as_of: datetime.date) -> Cells:
    """Count the readers with visits up to ``as_of`` by cell, with one GROUP BY.

    Raises DaysDeleted.
    """
    check_days_kept(as_of)
    source = histories_sql(as_of)
    rows = _fetch_rows(
        "SELECT first_period, last_period, active_periods, COUNT(*) "
        f"FROM ({source.text}) h GROUP BY first_period, last_period, active_periods",
        source.params,
    )
    return _build_cells(rows, as_of)


def _group_days(days: QuerySet[VisitDay]) -> QuerySet[VisitDay, tuple[Any, ...]]:
    return (
        days.order_by()
        .values("reader_id")
        .annotate(
            first=Min(PeriodOf("day")),
            last=Max(PeriodOf("day")),
            active=Count(PeriodOf("day"), distinct=True),
            latest=Max("day"),
            its_tier=Max("reader__tier"),
        )
        .values_list("reader_id", "first", "last", "active", "latest", "its_tier")
    )


def _build_cells(rows: list[tuple[int, ...]], as_of: datetime.date) -> Cells:
    # The database gives groups in any order; sums rounded in one order make one fit of one count.
    first, last, active, readers = np.array(sorted(rows), dtype=np.int64).reshape(-1, 4).T
    if (first < get_period(EARLIEST)).any():  # numbers of weeks would be days of the 1970s
        raise StaleFigures
    try:
        return Cells(
            x=active - 1,
            t_x=last - first,
            n=get_period(as_of) - first,
            readers=readers,
            elapsed=get_elapsed_share(as_of),
        )
    except ValueError as error:
        raise StaleFigures from error


def _compile_sql(queryset: QuerySet[Any, Any]) -> SQL:
    text, params = queryset.query.get_compiler(connection=connection).as_sql()
    return SQL(text, tuple(params))


def _fetch_rows(text: str, params: tuple[Any, ...]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return list(cursor.fetchall())
