"""The statement that marks deliveries as being sent and as sent.

It is a prepared statement, since building and planning it each time would cost more than executing
it. A run doesn't wait for the disk: it starts the statement, sends the messages that were marked
before, and then asks for the result.
"""

import datetime
import hashlib
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections

from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import async_statements
from cx_feedback.mail.services.async_statements import AsyncStatements

State = Delivery.State
#: SQLSTATEs: the prepared statement doesn't exist, and it exists already.
_UNKNOWN, _TAKEN = "26000", "42P05"
#: Up to this number of rows, the IDs are separate parameters. PostgreSQL would overestimate the
#: size of such a small array and plan the statement each time.
_MAX_SEPARATE_IDS = 2


class StatusUpdater:
    """Marks deliveries of the run ``token`` as being sent and as sent.

    On PostgreSQL, outside of transactions, the statement is prepared and runs asynchronously.
    Behind a pooler that changes sessions between transactions it can't be prepared. This is the
    case if Django's DISABLE_SERVER_SIDE_CURSORS is set, or once a session doesn't know the
    statement.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self._database = connections[DEFAULT_DB_ALIAS]
        self._is_postgresql = self._database.vendor == "postgresql"
        self._async_statements: AsyncStatements | None = None
        if (
            self._is_postgresql
            and async_statements.is_supported(self._database)
            and not self._database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
        ):
            self._async_statements = AsyncStatements(self._database)
        self._prepared_names: set[str] = set()
        self._marked = 0
        self._parameters: tuple[int | None, list[Any]] = (None, [])

    def close(self) -> None:
        """Release the resources at the end of the run."""
        if self._async_statements:
            self._async_statements.close()

    def begin_update(
        self,
        *,
        sent: list[int],
        sending: list[int],
        now: datetime.datetime,
        lease: datetime.datetime,
    ) -> None:
        """Start to mark the rows ``sent`` as sent and the claimed rows ``sending`` as being sent.

        Rows that the run no longer holds aren't changed. A row in doubt is marked as sent, since
        its run was slow but not dead. The connection must not be used until ``finish_update``.
        """
        ids = [*sent, *sending]
        self._marked = 0
        if not ids:
            return
        rows = len(ids) if not self._is_postgresql or len(ids) <= _MAX_SEPARATE_IDS else None
        self._parameters = rows, [lease, now, *(ids if rows else [ids]), self.token]
        if self._async_statements and not self._database.in_atomic_block:
            name, prepare = _build_prepared(rows)
            if name not in self._prepared_names:
                self._prepare(name, prepare)
            self._async_statements.begin_statement(name, self._parameters[1])
        else:
            self._execute()

    def finish_update(self) -> int:
        """Wait for the commit and return the number of marked rows."""
        if self._async_statements and self._async_statements.is_under_way:
            try:
                self._marked = self._async_statements.wait_for_row_count()
            except DatabaseError as error:
                if _get_sqlstate(error) != _UNKNOWN:
                    raise
                self.close()
                self._async_statements = None
                self._execute()
        return self._marked

    def _execute(self) -> None:
        rows, parameters = self._parameters
        adapt = self._database.ops.adapt_datetimefield_value
        with self._database.cursor() as cursor:
            cursor.execute(
                _build_statement(rows, self._database.vendor),
                [adapt(parameters[0]), adapt(parameters[1]), *parameters[2:]],
            )
            self._marked = int(cursor.rowcount)

    def _prepare(self, name: str, prepare: str) -> None:
        try:
            with self._database.cursor() as cursor:
                cursor.execute(prepare)
        except DatabaseError as error:
            # The name contains a hash of the statement, so one of an earlier run is the same.
            if _get_sqlstate(error) != _TAKEN:
                raise
        self._prepared_names.add(name)


def _get_sqlstate(error: DatabaseError) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


@lru_cache(maxsize=8)
def _build_prepared(rows: int | None) -> tuple[str, str]:
    """Return the name of the prepared statement and the SQL that prepares it."""
    types = ["timestamptz", "timestamptz", *(["bigint"] * rows if rows else ["bigint[]"]), "text"]
    sql = _build_statement(rows, "postgresql").replace("%s", "{}")
    sql = sql.format(*(f"${number}" for number in range(1, len(types) + 1)))
    name = f"cx_turn_over_{hashlib.sha256(sql.encode()).hexdigest()[:16]}"
    return name, f"PREPARE {name} ({', '.join(types)}) AS {sql}"


@lru_cache(maxsize=512)
def _build_statement(rows: int | None, vendor: str) -> str:
    """Return the statement for a number of rows, or for an array of IDs if it is None."""
    stamp = "%s::timestamptz" if vendor == "postgresql" else "%s"
    ids = f"IN ({', '.join(['%s'] * rows)})" if rows else "= ANY(%s)"
    claimed = f"state = '{State.CLAIMED}'"
    return (
        f"UPDATE {connection.ops.quote_name(Delivery._meta.db_table)} SET "
        f"state = CASE WHEN {claimed} THEN '{State.SENDING}' ELSE '{State.SENT}' END, "
        f"lease_until = CASE WHEN {claimed} THEN {stamp} END, "
        f"sent_at = CASE WHEN {claimed} THEN sent_at ELSE {stamp} END, "
        f"attempts = attempts + CASE WHEN {claimed} THEN 0 ELSE 1 END, "
        f"error = CASE WHEN {claimed} THEN error ELSE '' END "
        f"WHERE id {ids} AND claimed_by = %s "
        f"AND state IN ('{State.CLAIMED}', '{State.SENDING}', '{State.IN_DOUBT}')"
    )
