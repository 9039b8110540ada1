"""Prepared statements that PostgreSQL works on while this process does something else.

By psycopg's own wrapper of libpq (``psycopg.pq``): its connections have no call for it outside of
asyncio, and a thread beside would cost more than it saves where both want to run Python.
"""

import datetime
from collections.abc import Sequence
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def is_supported(database: BaseDatabaseWrapper) -> bool:
    """Return whether the connection is one of psycopg 3."""
    database.ensure_connection()
    return hasattr(database.connection, "pgconn")


class AsyncStatements:
    """One statement after the other over one connection; nothing else may use it meanwhile."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        self._database = database
        self._libpq: Any = database.connection.pgconn
        self._selector = DefaultSelector()
        self._key = self._selector.register(self._libpq.socket, EVENT_READ)
        self._results: list[Any] = []
        self.is_under_way = False

    def begin(self, name: str, given: Sequence[Any]) -> None:
        """Let the statement of that name begin."""
        self._results = []
        with self._database.wrap_database_errors:
            self._libpq.send_query_prepared(
                name.encode(), [_encode_parameter(value) for value in given]
            )
            self.is_under_way = True
            while self._libpq.flush():
                self._selector.modify(self._key.fileobj, EVENT_READ | EVENT_WRITE)
                self._selector.select()
                self._libpq.consume_input()
                self._selector.modify(self._key.fileobj, EVENT_READ)

    def rows(self) -> int:
        """Return how many rows it changed, once it is done; raises what Django would."""
        import psycopg

        with self._database.wrap_database_errors:
            while (result := self._next()) is not None:
                self._results.append(result)
            self.is_under_way = False
            for result in self._results:
                if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
                    state = result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) or b""
                    words = result.error_message.decode(errors="replace")
                    raise _get_error_class(psycopg, state.decode())(words)
            return int(self._results[-1].command_tuples or 0)

    def _next(self) -> Any:
        while self._libpq.is_busy():
            self._selector.select()
            self._libpq.consume_input()
        return self._libpq.get_result()

    def close(self) -> None:
        """Give back what waiting needed; the connection stays."""
        self._selector.close()


def _get_error_class(psycopg: Any, state: str) -> Any:
    try:
        return psycopg.errors.lookup(state)
    except KeyError:
        return psycopg.OperationalError


def _encode_parameter(value: Any) -> bytes:
    """Return a parameter as PostgreSQL reads it: a moment, a number, words, a list of numbers."""
    if isinstance(value, datetime.datetime):
        return value.isoformat().encode()
    if isinstance(value, list):
        return f"{{{','.join(map(str, value))}}}".encode()
    return str(value).encode()
