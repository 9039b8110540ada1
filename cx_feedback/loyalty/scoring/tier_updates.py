"""Tiers written onto readers by one set-based statement that touches only whose tier changes.

The readers' own figures are joined with the table of cells. Who changes to a tier of the silent
gets the row of the silence in the same transaction, so that no kill parts the two.

1. ``cx_moving``: who changes tier, found by a plain SELECT, which PostgreSQL spreads over its
   processes; an UPDATE that looks at all readers itself runs in one and takes half as long again.
2. One UPDATE of just these, found by where their rows lie and in that order.
3. One INSERT of the silences. No constraint checks that each has its
   reader: the check would look up, lock and write every one of these readers a second time,
   which took half as long as the UPDATE. The UPDATE has just locked them, and a trigger takes
   the silences of readers who are deleted with them (migration 0006).
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet, Sum

from cx_feedback.loyalty.models import CellScore, Fit, Silence
from cx_feedback.loyalty.scoring.histories import (
    COLUMNS,
    SQL,
    histories_sql,
    recent_histories_sql,
)
from cx_feedback.loyalty.scoring.query_hints import full_scan_cursor
from cx_feedback.loyalty.scoring.tiers import SILENT_TIERS, Tier, TierBorders
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import get_period

READER, CELL, SILENCE = (model._meta.db_table for model in (Reader, CellScore, Silence))
SILENCE_COLUMNS = "reader_id, last_day, fell_silent_on, probability, late"
#: By name: otherwise PostgreSQL asks each unique index twice.
SILENCE_ONCE = "ON CONFLICT (reader_id, last_day) DO NOTHING"
_COUNTS = "SELECT COUNT(CASE WHEN NOT late THEN 1 END), COUNT(CASE WHEN late THEN 1 END)"
#: Fewer than one in so many are few.
FEW = 10
#: A range of reader ids, both ends inclusive.
Ids = tuple[int, int]


@dataclass(frozen=True)
class TierChanges:
    """Readers whose tier changed; of them newly silent, and found lost when it was too late."""

    changed: int = 0
    newly_silent: int = 0
    found_late: int = 0

    def __add__(self, other: "TierChanges") -> "TierChanges":
        return TierChanges(
            self.changed + other.changed,
            self.newly_silent + other.newly_silent,
            self.found_late + other.found_late,
        )


@dataclass(frozen=True)
class _FigureSource:
    """Where the statement finds the figures: on the reader ``r`` itself, or in a table ``h``."""

    alias: str
    table: str
    condition: SQL

    def joined(self, fit: Fit, ids: Ids | None) -> SQL:
        """Return what follows FROM: readers ``r`` with their cells ``c``, of ``ids`` alone."""
        match, params = get_cell_condition(fit, self.alias)
        among = " AND r.id BETWEEN %s AND %s" if ids else ""
        return SQL(
            f"{READER} r, {CELL} c{self.table} WHERE {match} AND {self.condition.text}{among}",
            (*params, *self.condition.params, *(ids or ())),
        )


def update_tiers(*, fit: Fit, borders: TierBorders, ids: Ids | None = None) -> TierChanges:
    """Give all readers, or those with ids in the range, the tier of their cell."""
    sources = [_FigureSource("r", "", SQL("r.last_day <= %s", (fit.as_of,)))]
    with full_scan_cursor() as cursor:
        if (since := recent_histories_sql(fit.as_of, ids=ids)) is not None:
            cursor.execute(
                f"CREATE TEMPORARY TABLE cx_came_since AS WITH h ({', '.join(COLUMNS)}) AS "
                f"({since.text}) SELECT * FROM h",
                since.params,
            )
            sources.append(_FigureSource("h", ", cx_came_since h", SQL("h.reader_id = r.id", ())))
        moved = TierChanges()
        for source in sources:
            _collect_changes(cursor, fit, borders, source.joined(fit, ids), source.alias)
            moved += _apply_changes(cursor, fit)
            cursor.execute("DROP TABLE cx_moving")
        if since is not None:
            cursor.execute("DROP TABLE cx_came_since")
    return moved


def _collect_changes(
    cursor: CursorWrapper, fit: Fit, borders: TierBorders, joined: SQL, alias: str
) -> None:
    """Fill ``cx_moving``: readers who change tier, and the last day they were seen on."""
    won_back, ids = _get_won_back(fit, borders).values_list("reader_id").query.sql_with_params()
    silent = tuple(map(str, SILENT_TIERS))
    columns = (
        f"SELECT r.id AS reader_id, r.{_row_location()} AS place, r.last_day AS seen, "
        f"{alias}.last_day, c.p_return"
    )
    cursor.execute(
        f"CREATE TEMPORARY TABLE cx_moving AS {columns}, c.tier FROM {joined.text} "
        # The cheap comparison first: it leaves few readers for the others.
        f"AND r.tier <> c.tier AND (c.tier IN (%s, %s) OR r.id NOT IN ({won_back})) "
        # As they lie in the table, mostly: so the UPDATE comes to each page once.
        "ORDER BY r.id",
        (*joined.params, *silent, *ids),
    )
    cursor.execute(
        f"INSERT INTO cx_moving {columns}, %s FROM {joined.text} "
        f"AND r.tier <> %s AND c.tier NOT IN (%s, %s) AND r.id IN ({won_back})",
        (str(Tier.WON_BACK), *joined.params, str(Tier.WON_BACK), *silent, *ids),
    )


def _apply_changes(cursor: CursorWrapper, fit: Fit) -> TierChanges:
    """Move who is in ``cx_moving``, but for those who came again or were moved meanwhile.

    Who came again meanwhile had been silent all the same as of the day: their silence is
    written, told to nobody, and ended by the next look at who returned.
    """
    cursor.execute("SELECT COUNT(*) FROM cx_moving")
    (moving,) = cursor.fetchone()
    update = (
        f"UPDATE {READER} AS r SET tier = m.tier FROM cx_moving m "
        "WHERE r.last_day = m.seen AND r.tier <> m.tier AND "
    )
    with _prefer_index(cursor, few=moving * FEW < fit.readers):
        # The sum keeps PostgreSQL from looking up the place in the index of ids all the same.
        cursor.execute(f"{update} r.{_row_location()} = m.place AND r.id + 0 = m.reader_id")
        changed = cursor.rowcount
        if changed < moving:  # some were written meanwhile: their rows lie elsewhere now
            cursor.execute(f"{update} r.id = m.reader_id")
            changed += cursor.rowcount
        if changed < moving:
            _lock_remaining(cursor)
    return TierChanges(changed, *_insert_silences(cursor, fit))


def _lock_remaining(cursor: CursorWrapper) -> None:
    """Lock the silent who were not moved, and forget who was deleted or objected meanwhile."""
    silent = tuple(map(str, SILENT_TIERS))
    if connection.features.has_select_for_update:
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT r.id FROM {READER} r, cx_moving m "
            "WHERE r.id = m.reader_id AND m.tier IN (%s, %s) FOR KEY SHARE OF r) locked",
            silent,
        )
    cursor.execute(
        "DELETE FROM cx_moving WHERE tier IN (%s, %s) AND NOT EXISTS "
        f"(SELECT 1 FROM {READER} r WHERE r.id = reader_id AND r.last_day IS NOT NULL)",
        silent,
    )


def _insert_silences(cursor: CursorWrapper, fit: Fit) -> tuple[int, int]:
    """Write the silences of who is in ``cx_moving``; return how many are new, and found late."""
    # Both tiers at once: two statements would come to most pages of the index twice.
    insert = (
        f"INSERT INTO {SILENCE} ({SILENCE_COLUMNS}) "
        "SELECT reader_id, last_day, %s, p_return, tier = %s FROM cx_moving "
        f"WHERE tier IN (%s, %s) {SILENCE_ONCE}"
    )
    params: tuple[Any, ...] = (fit.as_of, str(Tier.LOST), *map(str, SILENT_TIERS))
    if connection.vendor == "postgresql":
        cursor.execute(f"WITH new AS ({insert} RETURNING late) {_COUNTS} FROM new", params)
    else:  # one writes at a time: what has a higher id is new
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {SILENCE}")
        (before,) = cursor.fetchone()
        cursor.execute(insert, params)
        cursor.execute(f"{_COUNTS} FROM {SILENCE} WHERE id > %s", [before])
    new, late = cursor.fetchone()
    return new, late


def _row_location() -> str:
    """Return the name of the column that says where a row lies: found without any index."""
    return "ctid" if connection.vendor == "postgresql" else "rowid"


@contextmanager
def _prefer_index(cursor: CursorWrapper, *, few: bool) -> Iterator[None]:
    """Have PostgreSQL look up few readers each: it prefers to read all of them, in vain."""
    if connection.vendor != "postgresql" or not few:
        yield
        return
    joins = ("enable_hashjoin", "enable_mergejoin")
    for join in joins:
        cursor.execute(f"SET LOCAL {join} = off")
    yield
    for join in joins:  # an error rolls them back
        cursor.execute(f"SET LOCAL {join} TO DEFAULT")


def _get_won_back(fit: Fit, borders: TierBorders) -> QuerySet[Silence]:
    since = fit.as_of - datetime.timedelta(weeks=borders.won_back_weeks)
    return Silence.objects.filter(won_back_on__gt=since, won_back_on__lte=fit.as_of)


def count_tiers(*, fit: Fit, borders: TierBorders | None = None) -> dict[str, int]:
    """Return readers by tier as of ``fit``; with ``borders`` the won back count as such.

    Added up over the cells: no reader is looked at but those who came back lately.
    """
    by_cell = fit.scores.values_list("tier").annotate(Sum("readers"))
    counts = {str(tier): int(readers) for tier, readers in by_cell}
    if borders is None:
        return counts
    source = histories_sql(fit.as_of, readers=_get_won_back(fit, borders).values("reader_id"))
    match, params = get_cell_condition(fit, "h")
    with full_scan_cursor() as cursor:
        cursor.execute(
            f"SELECT c.tier, COUNT(*) FROM ({source.text}) h JOIN {CELL} c ON {match} "
            "WHERE c.tier NOT IN (%s, %s) GROUP BY c.tier",
            (*source.params, *params, *map(str, SILENT_TIERS)),
        )
        for tier, readers in cursor.fetchall():
            counts[tier] -= readers
            counts[str(Tier.WON_BACK)] = counts.get(str(Tier.WON_BACK), 0) + readers
    return {tier: readers for tier, readers in counts.items() if readers}


def get_cell_condition(fit: Fit, alias: str) -> tuple[str, tuple[int, ...]]:
    """Return the condition that ``c`` is the cell of the figures in ``alias``, and parameters."""
    return (
        f"c.fit_id = %s AND c.x = {alias}.active_periods - 1 "
        f"AND c.t_x = {alias}.last_period - {alias}.first_period "
        f"AND c.n = %s - {alias}.first_period",
        (fit.pk, get_period(fit.as_of)),
    )
