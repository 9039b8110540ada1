"""Telling other rooms which readers moved to another tier, if one of them wants to know.

The first tier of a reader is no move: the first night would announce all readers.
"""

from collections.abc import Iterable

from django.db import connection

from cx_feedback.core import signals
from cx_feedback.readers.models import Reader

READER = Reader._meta.db_table
#: Moves in one signal.
AT_ONCE = 1000


def are_moves_wanted() -> bool:
    """Return whether a receiver of ``tiers_changed`` wants to know who moved."""
    return any(signals.collect_answers(signals.tier_moves_wanted, Reader))


def announce_moves(reader_ids: Iterable[int], tier: str) -> None:
    """Say that those of these readers who are in ``tier`` moved to it.

    Call it in the transaction that moved them.
    """
    if not are_moves_wanted():
        return
    found = Reader.objects.filter(pk__in=list(reader_ids), tier=tier)
    ids = sorted(found.values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        moves = [(pk, str(tier)) for pk in ids[start : start + AT_ONCE]]
        signals.tiers_changed.send(Reader, moves=moves)


def announce_moves_of_table() -> None:
    """Say which readers of the table ``cx_moving`` came from a tier and are in their new one."""
    if not are_moves_wanted():
        return
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                f"SELECT m.reader_id, m.tier FROM cx_moving m JOIN {READER} r "
                "ON r.id = m.reader_id AND r.tier = m.tier "
                "WHERE m.reader_id > %s AND m.tier_before <> '' "
                "ORDER BY m.reader_id LIMIT %s",
                [last, AT_ONCE],
            )
            moves = [(int(pk), str(tier)) for pk, tier in cursor.fetchall()]
            if not moves:
                return
            last = moves[-1][0]
            signals.tiers_changed.send(Reader, moves=moves)
