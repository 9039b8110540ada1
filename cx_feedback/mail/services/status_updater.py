"""The one statement that sending commits over and over, written out.

Django would put it together anew each time, and PostgreSQL would plan it anew, which costs more
than doing it; so the database has it prepared. And a run need not stand and wait for the disk:
it begins the statement, sends what was marked before, and asks then what became of it.
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
#: SQLSTATEs of a statement that the session does not know, and that it knows already.
_UNKNOWN, _TAKEN = "26000", "42P05"
#: Rows whose keys are written one by one: of an array PostgreSQL does not know that it holds so
#: few, and plans anew each time.
_FEW = 2


class StatusUpdater:
    """Marks rows of the run ``token`` as being sent and as sent.

    On PostgreSQL, outside of transactions, the statement is prepared and not waited for. Behind
    a pooler that changes sessions between transactions it is not prepared: Django's
    DISABLE_SERVER_SIDE_CURSORS says so, and where nobody set it, the first session that does not
    know the statement.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self._database = connections[DEFAULT_DB_ALIAS]
        self._is_postgresql = self._database.vendor == "postgresql"
        self._unawaited: AsyncStatements | None = None
        if (
            self._is_postgresql
            and async_statements.is_supported(self._database)
            and not self._database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
        ):
            self._unawaited = AsyncStatements(self._database)
        self._known: set[str] = set()
        self._marked = 0
        self._given: tuple[int | None, list[Any]] = (None, [])

    def close(self) -> None:
        """The run is over."""
        if self._unawaited:
            self._unawaited.close()

    def begin(
        self,
        *,
        sent: list[int],
        begin: list[int],
        now: datetime.datetime,
        lease: datetime.datetime,
    ) -> None:
        """Begin to mark the rows ``sent`` as sent and the claimed rows ``begin`` as being sent.

        Rows that the run no longer holds stay as they are. A row in doubt is marked as sent: a
        run that was slow, not dead, knows better than the reaper. Nothing else may go to the
        database until ``finish``.
        """
        ids = [*sent, *begin]
        self._marked = 0
        if not ids:
            return
        rows = len(ids) if not self._is_postgresql or len(ids) <= _FEW else None
        self._given = rows, [lease, now, *(ids if rows else [ids]), self.token]
        if self._unawaited and not self._database.in_atomic_block:
            name, prepare = _build_prepared(rows)
            if name not in self._known:
                self._prepare(name, prepare)
            self._unawaited.begin(name, self._given[1])
        else:
            self._execute()

    def finish(self) -> int:
        """Return how many rows were marked, once that is committed."""
        if self._unawaited and self._unawaited.is_under_way:
            try:
                self._marked = self._unawaited.rows()
            except DatabaseError as error:
                if _get_sqlstate(error) != _UNKNOWN:
                    raise
                self.close()
                self._unawaited = None
                self._execute()
        return self._marked

    def _execute(self) -> None:
        rows, given = self._given
        adapt = self._database.ops.adapt_datetimefield_value
        with self._database.cursor() as cursor:
            cursor.execute(
                _build_statement(rows, self._database.vendor),
                [adapt(given[0]), adapt(given[1]), *given[2:]],
            )
            self._marked = int(cursor.rowcount)

    def _prepare(self, name: str, prepare: str) -> None:
        try:
            with self._database.cursor() as cursor:
                cursor.execute(prepare)
        except DatabaseError as error:
            # Its name says what it is: that of a run before in this session is the same.
            if _get_sqlstate(error) != _TAKEN:
                raise
        self._known.add(name)


def _get_sqlstate(error: DatabaseError) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


@lru_cache(maxsize=8)
def _build_prepared(rows: int | None) -> tuple[str, str]:
    """Return the statement's name, and how it is prepared."""
    kinds = ["timestamptz", "timestamptz", *(["bigint"] * rows if rows else ["bigint[]"]), "text"]
    words = _build_statement(rows, "postgresql").replace("%s", "{}")
    words = words.format(*(f"${number}" for number in range(1, len(kinds) + 1)))
    name = f"cx_turn_over_{hashlib.sha256(words.encode()).hexdigest()[:16]}"
    return name, f"PREPARE {name} ({', '.join(kinds)}) AS {words}"


@lru_cache(maxsize=512)
def _build_statement(rows: int | None, vendor: str) -> str:
    """Return the statement for so many rows, or for those of one array."""
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
