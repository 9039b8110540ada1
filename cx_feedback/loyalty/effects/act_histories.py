"""The histories of readers who did something, as of that day, in temporary tables.

Only numbers of cells come into memory, whatever the number of readers:

1. ``cx_act``: the days on which readers did something, by kind of act.
2. ``cx_unit``: each reader with each kind of act once a week, with the history before that day
   as one number (``code``), whether they came back (``came``), and the same as of two weeks
   four weeks
   earlier.
3. ``cx_touch``: the acts on each cause, and ``cx_week``, the same by week.

All is counted in calendar weeks, because of a week visits may be known by one day only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import QuerySet

from cx_feedback.loyalty.effects.comparison import CauseCells, UnitCells
from cx_feedback.loyalty.effects.day_numbers import day_number_sql
from cx_feedback.loyalty.model.cells import Ints
from cx_feedback.readers.models import VisitDay

#: Weeks before the week of an act in which its readers are compared as well.
EARLY = 4
#: Weeks since the first visit from which readers are compared: before, nobody knows their habit.
LEAST_WEEKS = 8
#: Days before an act in which visits and acts are counted.
LATELY = 28
#: Levels of each feature of a code, the first the most significant: week; kind of act; age and
#: share of weeks with a visit; the last four weeks; days beyond one a week; acts; here that week.
LEVELS = (64, 8, 55, 19, 5, 4, 2)
TABLES = {
    "cx_act": "reader_id bigint, base integer, grp integer, acts integer",
    "cx_unit": "reader_id bigint, week integer, grp integer, base integer, code bigint, "
    "came integer, early_code bigint, early integer, aside integer",
    "cx_touch": "kind varchar(8), cause bigint, reader_id bigint, base integer, grp integer",
    "cx_week": "kind varchar(8), cause bigint, reader_id bigint, week integer, grp integer, "
    "first integer",
}
#: Rows read at a time.
ROWS = 10_000


@contextmanager
def open_tables() -> Iterator[None]:
    """Create the temporary tables of this run, which only this connection sees."""
    _drop_tables()
    for name, columns in TABLES.items():
        execute_sql(f"CREATE TEMPORARY TABLE {name} ({columns})")
    yield
    _drop_tables()  # after an error the rollback drops them


def _drop_tables() -> None:
    for name in TABLES:
        execute_sql(f"DROP TABLE IF EXISTS {name}")


def execute_sql(text: str, params: tuple[Any, ...] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)


def insert_rows(table: str, columns: str, rows: QuerySet[Any, Any]) -> None:
    """Insert the rows of a SELECT into a temporary table."""
    select, params = rows.query.sql_with_params()
    execute_sql(f"INSERT INTO {table} ({columns}) {select}", params)


def create_index(table: str, columns: str) -> None:
    execute_sql(f"CREATE INDEX {table}_by ON {table} ({columns})")
    execute_sql(f"ANALYZE {table}")


def _histories_sql(visits: str, day: str) -> str:
    """Return SQL for each reader's week with an act, and the history before it."""
    weeks = [
        f"MAX(CASE WHEN s.week - v.week = {k} THEN 1 ELSE 0 END) AS w{k}"
        for k in range(1, 2 * EARLY + 1)
    ]
    before, earlier = "s.week - v.week > 0", f"s.week - v.week > {EARLY}"
    return (
        "SELECT s.reader_id, s.week, s.grp, s.base, "
        "MAX(CASE WHEN s.week = v.week THEN 1 ELSE 0 END) AS here, "
        f"s.week - MIN(v.week) AS age, {', '.join(weeks)}, "
        f"COUNT(DISTINCT CASE WHEN {before} THEN v.week END) AS active, "
        f"MIN(CASE WHEN {before} THEN s.week - v.week END) AS gap, "
        f"COUNT(CASE WHEN v.day BETWEEN s.base - {LATELY} AND s.base - 1 THEN 1 END) AS lately, "
        f"s.week - {EARLY} - MIN(CASE WHEN {earlier} THEN v.week END) AS early_age, "
        f"COUNT(DISTINCT CASE WHEN {earlier} THEN v.week END) AS early_active, "
        f"MIN(CASE WHEN {earlier} THEN s.week - {EARLY} - v.week END) AS early_gap "
        "FROM (SELECT reader_id, base / 7 AS week, grp, MIN(base) AS base FROM cx_act "
        "GROUP BY reader_id, base / 7, grp HAVING base / 7 BETWEEN %s AND %s) s "
        f"JOIN (SELECT reader_id, {day} AS day, {day} / 7 AS week FROM {visits} v) v "
        "ON v.reader_id = s.reader_id AND v.day <= s.base "
        "GROUP BY s.reader_id, s.week, s.grp, s.base "
        f"HAVING s.week - MIN(v.week) >= {LEAST_WEEKS}"
    )


def store_units(*, first_week: int, last_week: int, horizon_weeks: int) -> None:
    """Fill ``cx_unit`` from ``cx_act`` with the weeks of the range, and ``cx_week``."""
    create_index("cx_act", "reader_id, base")
    visits, day, size = VisitDay._meta.db_table, day_number_sql("v.day"), 7 * horizon_weeks
    acts = (
        "(SELECT SUM(a.acts) FROM cx_act a WHERE a.reader_id = h.reader_id "
        f"AND a.base BETWEEN h.base - {LATELY} AND h.base)"
    )
    # Who came in the week may have come again in it without a trace.
    start = "CASE WHEN h.here = 1 THEN h.week * 7 + 6 ELSE h.base END"
    came = (
        f"CASE WHEN EXISTS (SELECT 1 FROM {visits} v WHERE v.reader_id = h.reader_id "
        f"AND {day} > {start} AND {day} <= {start} + {size}) THEN 1 ELSE 0 END"
    )
    now = _history_levels("age", "active", "gap", range(1, 5))
    extra = _bucket("h.lately - h.w1 - h.w2 - h.w3 - h.w4", (1, 3, 6, 11))
    code = _code_sql(first_week, [*now, extra, _bucket(acts, (2, 3, 5)), "h.here"])
    past = _history_levels(
        "early_age", "early_active", "early_gap", range(EARLY + 1, 2 * EARLY + 1)
    )
    early = _code_sql(first_week, [*past, "0", "0", "0"])
    execute_sql(
        f"INSERT INTO cx_unit SELECT h.reader_id, h.week, h.grp, h.base, {code}, {came}, "
        f"{early}, h.w1 + h.w2 + h.w3 + h.w4, 0 "
        f"FROM ({_histories_sql(visits, day)}) h",
        (first_week, last_week),
    )
    create_index("cx_unit", "reader_id, week, grp")
    execute_sql(
        "INSERT INTO cx_week SELECT kind, cause, reader_id, week, grp, CASE WHEN ROW_NUMBER() OVER "
        "(PARTITION BY kind, cause, reader_id ORDER BY week, grp) = 1 THEN 1 ELSE 0 END FROM "
        "(SELECT DISTINCT kind, cause, reader_id, base / 7 AS week, grp FROM cx_touch) t"
    )
    create_index("cx_week", "kind, cause")


def _history_levels(age: str, active: str, gap: str, weeks: range) -> list[str]:
    """Return SQL for the levels of age, share of weeks with a visit, and the last four weeks."""
    bits = " + ".join(f"{2**n} * h.w{k}" for n, k in enumerate(weeks))
    return [
        f"11 * ({_bucket(f'h.{age}', (8, 16, 32, 64))}) + (20 * h.{active} / h.{age} + 1) / 2",
        f"CASE WHEN {bits} > 0 THEN {bits} WHEN h.{gap} IS NULL THEN 16 "
        f"WHEN h.{gap} <= 8 THEN 17 ELSE 18 END",
    ]


def _bucket(value: str, borders: tuple[int, ...]) -> str:
    steps = [f"WHEN {value} >= {border} THEN {n}" for n, border in enumerate(borders, 1)][::-1]
    return f"CASE {' '.join(steps)} ELSE 0 END"


def _code_sql(first_week: int, levels: list[str]) -> str:
    code = f"CAST(h.week - {first_week} AS bigint) * {LEVELS[1]} + h.grp"
    for size, level in zip(LEVELS[2:], levels, strict=True):
        code = f"({code}) * {size} + ({level})"
    return code


def set_aside(kind: str, cause: int, *, turn: int, horizon_weeks: int) -> None:
    """Take the units of a cause, and those whose return it may still have brought, from the pool.

    ``turn``, from 1, tells by which cause a unit was set aside first.
    """
    execute_sql(
        "UPDATE cx_unit SET aside = %s WHERE aside = 0 AND EXISTS (SELECT 1 FROM cx_week f "
        "WHERE f.kind = %s AND f.cause = %s AND f.reader_id = cx_unit.reader_id "
        f"AND cx_unit.week BETWEEN f.week AND f.week + {horizon_weeks})",
        (turn, kind, cause),
    )


def reset_pool() -> None:
    """Put all units back into the pool."""
    execute_sql("UPDATE cx_unit SET aside = 0 WHERE aside <> 0")


def read_pool(*, early: bool = False) -> tuple[Ints, UnitCells]:
    """Return the sorted codes of all units, and the cells of those that aren't set aside."""
    code, came = ("early_code", "early") if early else ("code", "came")
    rows = _read_rows(
        f"SELECT {code}, SUM(CASE WHEN aside = 0 THEN 1 ELSE 0 END), "
        f"SUM(CASE WHEN aside = 0 THEN {came} ELSE 0 END) FROM cx_unit "
        f"WHERE {code} IS NOT NULL GROUP BY {code} ORDER BY {code}",
        3,
    )
    return rows[0], UnitCells(_decode(rows[0]), rows[1], rows[2], EARLY if early else 1)


def read_causes(
    kind: str, causes: Ints, codes: Ints, *, turns: Ints, early: bool = False
) -> CauseCells:
    """Return the units of causes of a kind by the cells of ``codes``.

    ``turns`` says by which turn the units of each cause were set aside, 0 for those in the pool.
    """
    code, came = ("early_code", "early") if early else ("code", "came")
    cause, aside, cell, *sums = _read_rows(
        f"SELECT f.cause, u.aside, u.{code}, SUM(f.first), SUM(f.first * u.{came}), "
        f"COUNT(*), SUM(u.{came}) FROM cx_week f "
        "JOIN cx_unit u ON u.reader_id = f.reader_id AND u.week = f.week AND u.grp = f.grp "
        f"WHERE f.kind = %s AND u.{code} IS NOT NULL GROUP BY f.cause, u.aside, u.{code}",
        7,
        (kind,),
    )
    number = np.searchsorted(causes, cause)
    own = aside == turns[number]
    return CauseCells(
        len(causes),
        number[own],
        np.searchsorted(codes, cell)[own],
        *(column[own] for column in sums),
    )


def read_touched(kind: str) -> tuple[Ints, Ints]:
    """Return the causes of a kind, sorted, and the number of their readers."""
    causes, readers = _read_rows(
        "SELECT f.cause, COUNT(*) FROM cx_week f JOIN cx_unit u ON u.reader_id = f.reader_id "
        "AND u.week = f.week AND u.grp = f.grp WHERE f.kind = %s AND f.first = 1 "
        "GROUP BY f.cause ORDER BY f.cause",
        2,
        (kind,),
    )
    return causes, readers


def _read_rows(text: str, width: int, params: tuple[Any, ...] = ()) -> Ints:
    """Return the columns of a SELECT of whole numbers, read in parts."""
    parts = [np.empty((0, width), dtype=np.int64)]
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        while rows := cursor.fetchmany(ROWS):
            parts.append(np.array(rows, dtype=np.int64))
    return np.ascontiguousarray(np.concatenate(parts).T)


def _decode(codes: Ints) -> Ints:
    """Return the levels of codes, one row per code."""
    columns = []
    rest = codes
    for size in LEVELS[:0:-1]:
        columns.append(rest % size)
        rest = rest // size
    return np.stack([rest, *columns[::-1]], axis=1)
