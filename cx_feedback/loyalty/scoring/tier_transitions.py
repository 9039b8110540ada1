"""Which readers move to another tier, and who is won back: statements that write only changes.

The figures of the readers are joined with the table of cells. The silence of a reader who moves
to a tier of silence is created in the same transaction.

1. A SELECT collects the readers whose tier changes in ``cx_moving``. PostgreSQL runs it in
   parallel; an UPDATE that reads all readers itself can't, and takes half as long again.
2. An UPDATE changes just these readers. ``large_sites`` has a faster one.
3. An INSERT creates the silences. No constraint checks their readers, because the check would
   look up, lock and write each of these readers a second time, which took half as long as the
   UPDATE. The UPDATE has just locked them, and a trigger deletes the silences of deleted readers
   (``migrations/_operations.py``).
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet, Sum

from cx_feedback.loyalty.models import CellScore, Fit, Silence
from cx_feedback.loyalty.scoring import large_sites
from cx_feedback.loyalty.scoring.history_queries import (
    COLUMNS,
    SQL,
    histories_sql,
    recent_histories_sql,
)
from cx_feedback.loyalty.scoring.large_sites import full_scan_cursor
from cx_feedback.loyalty.scoring.tier_announcements import announce_moves_of_table
from cx_feedback.loyalty.scoring.tier_rules import SILENT_TIERS, Tier, TierBorders
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import get_period

READER, CELL, SILENCE = (model._meta.db_table for model in (Reader, CellScore, Silence))
SILENCE_COLUMNS = "reader_id, last_day, fell_silent_on, probability, late"
#: With the columns, because otherwise PostgreSQL checks each unique index twice.
SILENCE_ONCE = "ON CONFLICT (reader_id, last_day) DO NOTHING"
_COUNTS = "SELECT COUNT(CASE WHEN NOT late THEN 1 END), COUNT(CASE WHEN late THEN 1 END)"
#: Fewer than one reader in FEW count as few.
FEW = 10
#: A range of reader ids, both ends inclusive.
Ids = tuple[int, int]


@dataclass(frozen=True)
class TierChanges:
    """The number of readers whose tier changed, of new silences and of silences found late."""

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
    """The source of the figures: the reader ``r`` itself, or a table ``h``."""

    alias: str
    table: str
    condition: SQL

    def get_from_clause(self, fit: Fit, ids: Ids | None) -> SQL:
        """Return the FROM clause: readers ``r`` with their cells ``c``, optionally only ``ids``."""
        match, params = get_cell_condition(fit, self.alias)
        among = " AND r.id BETWEEN %s AND %s" if ids else ""
        return SQL(
            f"{READER} r, {CELL} c{self.table} WHERE {match} AND {self.condition.text}{among}",
            (*params, *self.condition.params, *(ids or ())),
        )


def update_tiers(*, fit: Fit, borders: TierBorders, ids: Ids | None = None) -> TierChanges:
    """Set the tier of all readers, or of those with ids in the range, to that of their cell."""
    unchanged = SQL(
        "NOT r.visits_withdrawn AND r.tier <> %s AND r.last_day <= %s",
        (str(Tier.PROGRAM), fit.as_of),
    )
    sources = [_FigureSource("r", "", unchanged)]
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
            _collect_changes(cursor, fit, borders, source.get_from_clause(fit, ids), source.alias)
            moved += _apply_changes(cursor, fit)
            cursor.execute("DROP TABLE cx_moving")
        if since is not None:
            cursor.execute("DROP TABLE cx_came_since")
    return moved


def _collect_changes(
    cursor: CursorWrapper, fit: Fit, borders: TierBorders, joined: SQL, alias: str
) -> None:
    """Fill ``cx_moving`` with the readers whose tier changes, and their last day."""
    won_back, ids = _get_won_back(fit, borders).values_list("reader_id").query.sql_with_params()
    silent = tuple(map(str, SILENT_TIERS))
    columns = "SELECT r.id AS reader_id, r.last_day AS seen, r.tier AS tier_before"
    columns = f"{columns}, {alias}.last_day, c.p_return"
    if large_sites.is_large_site():
        columns = f"{columns}, {large_sites.get_location_column('r')} AS place"
    cursor.execute(
        f"CREATE TEMPORARY TABLE cx_moving AS {columns}, c.tier FROM {joined.text} "
        # The cheap comparison comes first and leaves few readers for the others.
        f"AND r.tier <> c.tier AND (c.tier IN (%s, %s) OR r.id NOT IN ({won_back})) "
        # Mostly the physical order, so that the UPDATE visits each page once.
        "ORDER BY r.id",
        (*joined.params, *silent, *ids),
    )
    cursor.execute(
        f"INSERT INTO cx_moving {columns}, %s FROM {joined.text} "
        f"AND r.tier <> %s AND c.tier NOT IN (%s, %s) AND r.id IN ({won_back})",
        (str(Tier.WON_BACK), *joined.params, str(Tier.WON_BACK), *silent, *ids),
    )


def _apply_changes(cursor: CursorWrapper, fit: Fit) -> TierChanges:
    """Update the tiers of the readers in ``cx_moving``, except those who have visited since.

    Readers who have visited since were absent as of the day all the same. Their silence is
    created but never announced, and the next check for returns ends it.
    """
    cursor.execute("SELECT COUNT(*) FROM cx_moving")
    (moving,) = cursor.fetchone()
    update = (
        f"UPDATE {READER} AS r SET tier = m.tier FROM cx_moving m "
        "WHERE r.last_day = m.seen AND r.tier <> m.tier AND NOT r.visits_withdrawn AND "
    )
    if large_sites.is_large_site():
        with large_sites.prefer_index(cursor, few=moving * FEW < fit.readers):
            changed = _update_by_location(cursor, update, moving)
    else:
        cursor.execute(f"{update} r.id = m.reader_id")
        changed = cursor.rowcount
    if changed < moving:
        _lock_remaining(cursor)
    if changed:
        announce_moves_of_table()
    return TierChanges(changed, *_insert_silences(cursor, fit))


def _update_by_location(cursor: CursorWrapper, update: str, moving: int) -> int:
    """Update the readers at their locations, and by id those whose rows have moved meanwhile."""
    # The addition keeps PostgreSQL from using the index of ids instead of the location.
    location = large_sites.get_location_column("r")
    cursor.execute(f"{update} {location} = m.place AND r.id + 0 = m.reader_id")
    changed = int(cursor.rowcount)
    if changed < moving:
        cursor.execute(f"{update} r.id = m.reader_id")
        changed += cursor.rowcount
    return changed


def _lock_remaining(cursor: CursorWrapper) -> None:
    """Lock the absent readers who weren't updated, and drop those deleted or objecting since."""
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
    """Create the silences of ``cx_moving``; return the numbers of new and of late ones."""
    # One statement for both tiers: two would visit most pages of the index twice.
    insert = (
        f"INSERT INTO {SILENCE} ({SILENCE_COLUMNS}) "
        "SELECT reader_id, last_day, %s, p_return, tier = %s FROM cx_moving "
        f"WHERE tier IN (%s, %s) {SILENCE_ONCE}"
    )
    params: tuple[Any, ...] = (fit.as_of, str(Tier.LOST), *map(str, SILENT_TIERS))
    if connection.vendor == "postgresql":
        cursor.execute(f"WITH new AS ({insert} RETURNING late) {_COUNTS} FROM new", params)
    else:  # only one connection writes at a time, so higher ids are new
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {SILENCE}")
        (before,) = cursor.fetchone()
        cursor.execute(insert, params)
        cursor.execute(f"{_COUNTS} FROM {SILENCE} WHERE id > %s", [before])
    new, late = cursor.fetchone()
    return new, late


def _get_won_back(fit: Fit, borders: TierBorders) -> QuerySet[Silence]:
    since = fit.as_of - datetime.timedelta(weeks=borders.won_back_weeks)
    return Silence.objects.filter(won_back_on__gt=since, won_back_on__lte=fit.as_of)


def count_tiers(*, fit: Fit, borders: TierBorders | None = None) -> dict[str, int]:
    """Return the readers by tier as of ``fit``; with ``borders``, *won back* is a tier as well.

    The numbers are sums over the cells. Only readers who came back recently are read.
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
    """Return the condition that ``c`` is the cell of the figures in ``alias``, with parameters."""
    return (
        f"c.fit_id = %s AND c.x = {alias}.active_periods - 1 "
        f"AND c.t_x = {alias}.last_period - {alias}.first_period "
        f"AND c.n = %s - {alias}.first_period",
        (fit.pk, get_period(fit.as_of)),
    )
