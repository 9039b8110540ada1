"""The one statement that sending commits over and over, written out.

Django would put it together anew each time, which costs more than the database takes for it.
"""

import datetime
from functools import lru_cache

from django.db import connection

from cx_feedback.mail.models import Delivery

State = Delivery.State


def turn_over(
    *,
    token: str,
    sent: list[int],
    begin: list[int],
    now: datetime.datetime,
    lease: datetime.datetime,
) -> int:
    """Mark the rows ``sent`` as sent and the claimed rows ``begin`` as being sent.

    Rows that the run ``token`` no longer holds stay as they are; returns how many were marked.
    A row in doubt is marked as sent: a run that was slow, not dead, knows better than the reaper.
    """
    if not sent and not begin:
        return 0
    adapt = connection.ops.adapt_datetimefield_value
    params = [
        State.CLAIMED, State.SENDING, State.SENT,
        State.CLAIMED, adapt(lease),
        State.CLAIMED, adapt(now),
        State.CLAIMED,
        State.CLAIMED,
        *sent, *begin, token, State.CLAIMED, State.SENDING, State.IN_DOUBT,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_statement(len(sent) + len(begin), connection.vendor), params)
        return int(cursor.rowcount)


@lru_cache(maxsize=512)
def _statement(rows: int, vendor: str) -> str:
    stamp = "%s::timestamptz" if vendor == "postgresql" else "%s"
    return (
        f"UPDATE {connection.ops.quote_name(Delivery._meta.db_table)} SET "
        "state = CASE WHEN state = %s THEN %s ELSE %s END, "
        f"lease_until = CASE WHEN state = %s THEN {stamp} END, "
        f"sent_at = CASE WHEN state = %s THEN sent_at ELSE {stamp} END, "
        "attempts = attempts + CASE WHEN state = %s THEN 0 ELSE 1 END, "
        "error = CASE WHEN state = %s THEN error ELSE '' END "
        f"WHERE id IN ({', '.join(['%s'] * rows)}) AND claimed_by = %s AND state IN (%s, %s, %s)"
    )
