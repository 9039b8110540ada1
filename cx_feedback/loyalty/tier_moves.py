"""Tiers written onto readers by one set-based statement that touches only whose tier changes.

The readers' own figures are joined with the table of cells. Who changes to a tier of the silent
gets the row of the silence in the same transaction, so that no kill parts the two.
"""

import datetime
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from cx_feedback.loyalty.histories import COLUMNS, SQL, came_since, histories
from cx_feedback.loyalty.models import CellScore, Fit, Silence
from cx_feedback.loyalty.tiers import SILENT, Borders, Tier
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import period_of

READER, CELL, SILENCE = (model._meta.db_table for model in (Reader, CellScore, Silence))
SILENCE_COLUMNS = "reader_id, last_day, fell_on, probability, late"
#: A range of reader ids, both ends inclusive.
Ids = tuple[int, int]


@dataclass(frozen=True)
class Moved:
    """Readers whose tier changed; of them newly silent, and found lost when it was too late."""

    changed: int = 0
    newly_silent: int = 0
    found_late: int = 0

    def __add__(self, other: "Moved") -> "Moved":
        return Moved(
            self.changed + other.changed,
            self.newly_silent + other.newly_silent,
            self.found_late + other.found_late,
        )


@dataclass(frozen=True)
class _Source:
    """Where the statement finds the figures: on the reader ``r`` itself, or in a table ``h``."""

    alias: str
    table: str
    condition: SQL

    def joined(self, fit: Fit, ids: Ids | None) -> SQL:
        """Return what follows FROM: cells ``c`` and their readers, without those of other ids."""
        match, params = match_cells(fit, self.alias)
        among = " AND r.id BETWEEN %s AND %s" if ids else ""
        return SQL(
            f"{CELL} c{self.table} WHERE {match} AND {self.condition.text}{among}",
            (*params, *self.condition.params, *(ids or ())),
        )


@transaction.atomic
def move_tiers(*, fit: Fit, borders: Borders, ids: Ids | None = None) -> Moved:
    """Give all readers, or those with ids in the range, the tier of their cell."""
    own = _Source("r", "", SQL("r.last_day <= %s", (fit.as_of,)))
    moved = _move(fit, borders, own, ids)
    since = came_since(fit.as_of, ids=ids)
    if since is None:
        return moved
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE cx_came_since AS WITH h ({', '.join(COLUMNS)}) AS "
            f"({since.text}) SELECT * FROM h",
            since.params,
        )
        moved += _move(
            fit, borders, _Source("h", ", cx_came_since h", SQL("h.reader_id = r.id", ())), ids
        )
        cursor.execute("DROP TABLE cx_came_since")
    return moved


def _move(fit: Fit, borders: Borders, source: _Source, ids: Ids | None) -> Moved:
    """Move the readers of one source: silences and tiers, in one statement where it can be."""
    joined, tier = source.joined(fit, ids), _tier(fit, borders)
    last_day = f"{source.alias}.last_day"
    update = SQL(
        f"UPDATE {READER} AS r SET tier = {tier.text} FROM {joined.text} AND r.tier <> {tier.text}",
        (*tier.params, *joined.params, *tier.params),
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"WITH moved AS ({update.text} RETURNING r.id, {last_day}, r.tier, c.p_return), "
                f"silent AS (INSERT INTO {SILENCE} ({SILENCE_COLUMNS}) "
                "SELECT id, last_day, %s, p_return, tier = %s FROM moved WHERE tier IN (%s, %s) "
                "ON CONFLICT DO NOTHING RETURNING late) "
                "SELECT (SELECT COUNT(*) FROM moved), COUNT(*) FILTER (WHERE NOT late), "
                "COUNT(*) FILTER (WHERE late) FROM silent",
                (*update.params, fit.as_of, str(Tier.LOST), *map(str, SILENT)),
            )
            return Moved(*cursor.fetchone())
        found = []
        for silent in SILENT:  # before the update, which forgets who had another tier
            cursor.execute(
                f"INSERT INTO {SILENCE} ({SILENCE_COLUMNS}) "
                f"SELECT r.id, {last_day}, %s, c.p_return, %s FROM {READER} r, {joined.text} "
                "AND c.tier = %s AND r.tier <> c.tier ON CONFLICT DO NOTHING",
                (fit.as_of, silent is Tier.LOST, *joined.params, str(silent)),
            )
            found.append(cursor.rowcount)
        cursor.execute(update.text, update.params)
        return Moved(cursor.rowcount, *found)


def _tier(fit: Fit, borders: Borders) -> SQL:
    """Return the expression of the tier of reader ``r`` in cell ``c``."""
    won_back = _won_back(fit, borders)
    text, params = (
        won_back.values_list("reader_id").query.get_compiler(connection=connection).as_sql()
    )
    return SQL(
        f"CASE WHEN c.tier NOT IN (%s, %s) AND r.id IN ({text}) THEN %s ELSE c.tier END",
        (*map(str, SILENT), *params, str(Tier.WON_BACK)),
    )


def _won_back(fit: Fit, borders: Borders) -> QuerySet[Silence]:
    since = fit.as_of - datetime.timedelta(weeks=borders.won_back_weeks)
    return Silence.objects.filter(won_back_on__gt=since, won_back_on__lte=fit.as_of)


def count_tiers(*, fit: Fit, borders: Borders | None = None) -> dict[str, int]:
    """Return readers by tier as of ``fit``; with ``borders`` the won back count as such.

    Added up over the cells: no reader is looked at but those who came back lately.
    """
    by_cell = fit.scores.values_list("tier").annotate(Sum("readers"))
    counts = {str(tier): int(readers) for tier, readers in by_cell}
    if borders is None:
        return counts
    source = histories(fit.as_of, readers=_won_back(fit, borders).values("reader_id"))
    match, params = match_cells(fit, "h")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.tier, COUNT(*) FROM ({source.text}) h JOIN {CELL} c ON {match} "
            "WHERE c.tier NOT IN (%s, %s) GROUP BY c.tier",
            (*source.params, *params, *map(str, SILENT)),
        )
        for tier, readers in cursor.fetchall():
            counts[tier] -= readers
            counts[str(Tier.WON_BACK)] = counts.get(str(Tier.WON_BACK), 0) + readers
    return {tier: readers for tier, readers in counts.items() if readers}


def match_cells(fit: Fit, alias: str) -> tuple[str, tuple[int, ...]]:
    """Return the condition that ``c`` is the cell of the figures in ``alias``, and parameters."""
    return (
        f"c.fit_id = %s AND c.x = {alias}.active_periods - 1 "
        f"AND c.t_x = {alias}.last_period - {alias}.first_period "
        f"AND c.n = %s - {alias}.first_period",
        (fit.pk, period_of(fit.as_of)),
    )
