"""The statement that marks deliveries as sent and others as being sent.

It is SQL, since it is executed for each commit of a mailing: Django takes several times as long to
build it as the database does to execute it.
"""

import datetime
from functools import lru_cache

from django.db import connection

from cx_feedback.mail.models import Delivery

State = Delivery.State


def update_statuses(
    *,
    token: str,
    sent: list[int],
    sending: list[int],
    now: datetime.datetime,
    lease: datetime.datetime,
) -> int:
    """Mark the rows ``sent`` as sent and the claimed rows ``sending`` as being sent.

    Returns the number of all marked rows. Those that the run ``token`` no longer holds aren't
    changed. A row in doubt is marked as sent, since its run was slow but not dead.
    """
    ids = [*sent, *sending]
    if not ids:
        return 0
    adapt = connection.ops.adapt_datetimefield_value
    statement = _build_statement(len(ids), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement, [adapt(lease), adapt(now), *ids, token])
        return int(cursor.rowcount)


@lru_cache(maxsize=64)
def _build_statement(rows: int, vendor: str) -> str:
    stamp = "%s::timestamptz" if vendor == "postgresql" else "%s"
    claimed = f"state = '{State.CLAIMED}'"
    return (
        f"UPDATE {connection.ops.quote_name(Delivery._meta.db_table)} SET "
        f"state = CASE WHEN {claimed} THEN '{State.SENDING}' ELSE '{State.SENT}' END, "
        f"lease_until = CASE WHEN {claimed} THEN {stamp} END, "
        f"sent_at = CASE WHEN {claimed} THEN sent_at ELSE {stamp} END, "
        f"attempts = attempts + CASE WHEN {claimed} THEN 0 ELSE 1 END, "
        f"error = CASE WHEN {claimed} THEN error ELSE '' END "
        f"WHERE id IN ({', '.join(['%s'] * rows)}) AND claimed_by = %s "
        f"AND state IN ('{State.CLAIMED}', '{State.SENDING}', '{State.IN_DOUBT}')"
    )
