"""Compare the actual returns of readers with the expected ones, for every cause at once.

The database does this in temporary tables. Only the distinct histories (cells) and one row of
sums per cause are loaded into memory, whatever the number of readers.

1. ``cx_touch``: the readers of each cause, with the base of their first touch.
2. ``cx_past``: the history of each reader as of that base, and whether they returned in time.
3. ``cx_expected``: the model's probability of a return for each distinct history.
4. One GROUP BY over the three.

The model counts periods. A reader who visited in the period of the base returns by a visit in a
later period. For all others the weeks begin on the day after the base.
"""

import datetime
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from django.db import connection, transaction

from cx_feedback.core import conf
from cx_feedback.loyalty.effects.day_numbers import day_number_sql, get_day_number, period_sql
from cx_feedback.loyalty.effects.experiment_statistics import Sums, difference_to_expected
from cx_feedback.loyalty.effects.participant_queries import iter_touches
from cx_feedback.loyalty.loyalty_settings import get_loyalty_config
from cx_feedback.loyalty.model import Cells, Parameters, p_return
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.reports.report_models import Effect
from cx_feedback.readers.models import VisitDay
from cx_feedback.readers.periods import get_first_day, get_period, get_period_length

#: Weeks of touches that are included.
WEEKS = 26
#: Weeks of touches for which the same fit is used: the last one before them.
WEEKS_OF_A_FIT = 4
#: Rows of one INSERT of probabilities.
BATCH = 2000

TABLES = {
    "cx_touch": "kind varchar(8), cause bigint, reader_id bigint, base integer",
    "cx_past": "reader_id bigint, base integer, x integer, t_x integer, n integer, "
    "passed integer, fit integer, returned integer",
    "cx_expected": "x integer, t_x integer, n integer, passed integer, fit integer, "
    "p double precision",
}


@dataclass(frozen=True)
class Span:
    """The days of the touches (inclusive), and the weeks in which a return counts.

    The weeks after the last touch end on ``as_of``.
    """

    since: datetime.date
    until: datetime.date
    as_of: datetime.date
    horizon_weeks: int

    @classmethod
    def before(cls, as_of: datetime.date, horizon_weeks: int) -> "Span":
        """Return the newest span whose weeks are over at the end of ``as_of``."""
        open_ = as_of - datetime.timedelta(days=7 * horizon_weeks - 1)
        until = get_first_day(get_period(open_)) - datetime.timedelta(days=1)
        since = until - datetime.timedelta(days=7 * WEEKS - 1)
        return cls(since, until, as_of, horizon_weeks)


@dataclass(frozen=True)
class Cause:
    """A cause and its sums."""

    kind: str
    cause_id: int
    sums: Sums


def measure_effects(*, as_of: datetime.date, horizon_weeks: int | None = None) -> list[Effect]:
    """Measure every article, section, survey and rule as of a day, replacing the stored effects.

    Returns the stored effects. Before the first fit it changes nothing and returns none.
    """
    span = Span.before(as_of, horizon_weeks or get_loyalty_config().horizon_weeks)
    parameters = _get_parameters(span)
    if not parameters:
        return []
    with transaction.atomic():
        effects = [_build_effect(cause, span) for cause in _sum_causes(span, parameters)]
        Effect.objects.all().delete()
        return Effect.objects.bulk_create(effects, batch_size=1000)


def _build_effect(cause: Cause, span: Span) -> Effect:
    found = difference_to_expected(cause.sums)
    return Effect(
        kind=cause.kind,
        cause_id=cause.cause_id,
        since=span.since,
        until=span.until,
        as_of=span.as_of,
        horizon_weeks=span.horizon_weeks,
        readers=cause.sums.readers,
        returned=cause.sums.returned,
        expected=cause.sums.expected / cause.sums.readers,
        difference=found.value,
        low=found.low,
        high=found.high,
    )


def _get_parameters(span: Span) -> list[tuple[int, Parameters]]:
    """Return (first day number, parameters) for each part of the span, the newest first.

    The parameters are those of the last fit before the part, so that they don't depend on later
    visits; if there was none yet, those of the first fit.
    """
    fits = list(
        Fit.objects.filter(
            completed_at__isnull=False, period=conf.get("PERIOD"), as_of__lte=span.as_of
        ).order_by("as_of", "pk")
    )
    found = []
    start = span.since
    while fits and start <= span.until:
        fit = next((f for f in reversed(fits) if f.as_of < start), fits[0])
        found.append((get_day_number(start), fit.parameters))
        start += datetime.timedelta(weeks=WEEKS_OF_A_FIT)
    return found[::-1]


def _sum_causes(span: Span, parameters: list[tuple[int, Parameters]]) -> list[Cause]:
    with _TemporaryTables():
        for rows in iter_touches(span.since, span.until):
            select, params = rows.query.sql_with_params()
            _execute_sql(f"INSERT INTO cx_touch (kind, cause, reader_id, base) {select}", params)
        _create_index("cx_touch", "reader_id, base")
        _store_histories(span, parameters)
        _create_index("cx_past", "reader_id, base")
        _store_expected(span, parameters)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.kind, t.cause, COUNT(*), SUM(h.returned), SUM(e.p), SUM(e.p * e.p), "
                "SUM(h.returned * e.p) FROM "
                "(SELECT kind, cause, reader_id, MIN(base) AS base FROM cx_touch "
                "GROUP BY kind, cause, reader_id) t "
                "JOIN cx_past h ON h.reader_id = t.reader_id AND h.base = t.base "
                "JOIN cx_expected e ON e.x = h.x AND e.t_x = h.t_x AND e.n = h.n "
                "AND e.passed = h.passed AND e.fit = h.fit "
                "GROUP BY t.kind, t.cause HAVING COUNT(*) > 1 ORDER BY t.kind, t.cause"
            )
            return [
                Cause(kind, cause, Sums(int(readers), int(returned), *map(float, sums)))
                for kind, cause, readers, returned, *sums in cursor.fetchall()
            ]


def _store_histories(span: Span, parameters: list[tuple[int, Parameters]]) -> None:
    """Fill ``cx_past`` with one row per reader and base, even if several causes share it."""
    visits, day = VisitDay._meta.db_table, day_number_sql("v.day")
    base_period, size, weeks = period_sql("h.base"), get_period_length(), 7 * span.horizon_weeks
    came_in_it = f"h.last_period = {base_period}"
    start = f"CASE WHEN {came_in_it} THEN ({base_period} + 1) * {size} - 1 ELSE h.base END"
    fit = " ".join(f"WHEN h.base >= {first} THEN {first}" for first, _p in parameters)
    _execute_sql(
        "INSERT INTO cx_past (reader_id, base, x, t_x, n, passed, fit, returned) "
        "SELECT h.reader_id, h.base, h.periods - 1, h.last_period - h.first_period, "
        f"{base_period} - h.first_period, "
        # If the reader came in the period, the share of it that has passed is irrelevant.
        f"CASE WHEN {came_in_it} THEN {size} ELSE h.base - {base_period} * {size} + 1 END, "
        f"CASE {fit} ELSE {parameters[-1][0]} END, "
        f"CASE WHEN EXISTS (SELECT 1 FROM {visits} v WHERE v.reader_id = h.reader_id "
        f"AND {day} > {start} AND {day} <= {start} + {weeks}) THEN 1 ELSE 0 END "
        "FROM (SELECT t.reader_id, t.base, "
        f"MIN({period_sql(day)}) AS first_period, MAX({period_sql(day)}) AS last_period, "
        f"COUNT(DISTINCT {period_sql(day)}) AS periods "
        "FROM (SELECT DISTINCT reader_id, base FROM cx_touch) t "
        f"JOIN {visits} v ON v.reader_id = t.reader_id AND {day} <= t.base "
        "GROUP BY t.reader_id, t.base) h"
    )


def _store_expected(span: Span, parameters: list[tuple[int, Parameters]]) -> None:
    """Fill ``cx_expected``: load the distinct histories and store their probabilities."""
    horizon, known = 7 * span.horizon_weeks / get_period_length(), dict(parameters)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT fit, passed, x, t_x, n FROM cx_past ORDER BY fit, passed, x, t_x, n"
        )
        rows = cursor.fetchall()
        for (fit, passed), group in groupby(rows, key=lambda row: (row[0], row[1])):
            x, t_x, n = np.array([row[2:] for row in group], dtype=np.int64).T
            cells = Cells(x, t_x, n, np.ones_like(x), passed / get_period_length())
            p = p_return(known[fit], cells, horizon)
            found = zip(x.tolist(), t_x.tolist(), n.tolist(), p.tolist(), strict=True)
            values = [(a, b, c, passed, fit, q) for a, b, c, q in found]
            for at in range(0, len(values), BATCH):
                cursor.executemany(
                    "INSERT INTO cx_expected (x, t_x, n, passed, fit, p) "
                    "VALUES (%s, %s, %s, %s, %s, %s)",
                    values[at : at + BATCH],
                )
    _create_index("cx_expected", "x, t_x, n, passed, fit")


class _TemporaryTables:
    """The temporary tables of this run, which only this connection sees."""

    def __enter__(self) -> None:
        self._drop()
        for name, columns in TABLES.items():
            _execute_sql(f"CREATE TEMPORARY TABLE {name} ({columns})")

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is None:  # after an error the rollback drops them
            self._drop()

    def _drop(self) -> None:
        for name in TABLES:
            _execute_sql(f"DROP TABLE IF EXISTS {name}")


def _create_index(table: str, columns: str) -> None:
    _execute_sql(f"CREATE INDEX {table}_by ON {table} ({columns})")
    _execute_sql(f"ANALYZE {table}")


def _execute_sql(text: str, params: tuple[Any, ...] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)
