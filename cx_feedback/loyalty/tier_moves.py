"""Tiers written onto readers by set-based statements that touch only those whose tier changes."""

import datetime
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Max, Min

from cx_feedback.loyalty.histories import SQL, histories
from cx_feedback.loyalty.models import CellScore, Fit, Silence
from cx_feedback.loyalty.tiers import SILENT, Borders, Tier
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import period_of

#: Readers' ids to one statement, so that a run holds no lock for long.
RANGE = 200_000


def move_tiers(*, fit: Fit, borders: Borders) -> int:
    """Give all readers the tier of their cell; return how many changed."""
    source = tiers_by_reader(fit, borders)
    reader = Reader._meta.db_table
    changed = 0
    for low, high in _ranges():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {reader} SET tier = q.tier "
                f"FROM ({source.text} WHERE h.reader_id BETWEEN %s AND %s) q "
                f"WHERE q.reader_id = {reader}.id AND {reader}.tier <> q.tier",
                (*source.params, low, high),
            )
            changed += cursor.rowcount
    return changed


def count_tiers(*, fit: Fit, borders: Borders | None = None) -> dict[str, int]:
    """Return readers by tier as of ``fit``; with ``borders`` the won back count as such."""
    source = tiers_by_reader(fit, borders)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT q.tier, COUNT(*) FROM ({source.text}) q GROUP BY q.tier", source.params
        )
        return {str(tier): int(readers) for tier, readers in cursor.fetchall()}


def tiers_by_reader(fit: Fit, borders: Borders | None) -> SQL:
    """Return SQL of reader_id and tier; it ends where a WHERE on ``h.reader_id`` may follow."""
    source = histories(fit.as_of)
    joined, params = join_scores(fit)
    tier = "c.tier"
    tier_params: tuple[object, ...] = ()
    if borders is not None:
        since = fit.as_of - datetime.timedelta(weeks=borders.won_back_weeks)
        tier = (
            "CASE WHEN c.tier NOT IN (%s, %s) AND h.reader_id IN "
            f"(SELECT reader_id FROM {Silence._meta.db_table} "
            "WHERE won_back_on > %s AND won_back_on <= %s) THEN %s ELSE c.tier END"
        )
        tier_params = (*map(str, SILENT), since, fit.as_of, str(Tier.WON_BACK))
    return SQL(
        f"SELECT h.reader_id, {tier} AS tier FROM ({source.text}) h {joined}",
        (*tier_params, *source.params, *params),
    )


def join_scores(fit: Fit) -> tuple[str, tuple[int, ...]]:
    """Return the JOIN of a history ``h`` with its cell ``c`` in ``fit``, and its parameters."""
    return (
        f"JOIN {CellScore._meta.db_table} c ON c.fit_id = %s AND c.x = h.active_periods - 1 "
        "AND c.t_x = h.last_period - h.first_period AND c.n = %s - h.first_period",
        (fit.pk, period_of(fit.as_of)),
    )


def _ranges() -> Iterator[tuple[int, int]]:
    ends = Reader.objects.aggregate(low=Min("pk"), high=Max("pk"))
    if ends["low"] is not None:
        for low in range(ends["low"], ends["high"] + 1, RANGE):
            yield low, low + RANGE - 1
