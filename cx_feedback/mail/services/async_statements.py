"""Prepared statements that PostgreSQL executes while this process continues.

Uses ``psycopg.pq``, psycopg's wrapper of libpq, because its connections offer this only with
asyncio. A thread would cost more than it saves, since both would need the interpreter.
"""

import datetime
from collections.abc import Sequence
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def is_supported(database: BaseDatabaseWrapper) -> bool:
    """Return whether the connection uses psycopg 3."""
    database.ensure_connection()
    return hasattr(database.connection, "pgconn")


class AsyncStatements:
    """Executes statements one by one. The connection must not be used in the meantime."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        self._database = database
        self._libpq: Any = database.connection.pgconn
        self._selector = DefaultSelector()
        self._key = self._selector.register(self._libpq.socket, EVENT_READ)
        self._results: list[Any] = []
        self.is_under_way = False

    def begin_statement(self, name: str, parameters: Sequence[Any]) -> None:
        """Start to execute the prepared statement of that name."""
        self._results = []
        with self._database.wrap_database_errors:
            self._libpq.send_query_prepared(
                name.encode(), [_encode_parameter(value) for value in parameters]
            )
            self.is_under_way = True
            while self._libpq.flush():
                self._selector.modify(self._key.fileobj, EVENT_READ | EVENT_WRITE)
                self._selector.select()
                self._libpq.consume_input()
                self._selector.modify(self._key.fileobj, EVENT_READ)

    def wait_for_row_count(self) -> int:
        """Wait for the statement and return the number of changed rows.

        Raises the same exceptions as Django.
        """
        import psycopg

        with self._database.wrap_database_errors:
            while (result := self._get_result()) is not None:
                self._results.append(result)
            self.is_under_way = False
            for result in self._results:
                if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
                    state = result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) or b""
                    message = result.error_message.decode(errors="replace")
                    raise _get_error_class(psycopg, state.decode())(message)
            return int(self._results[-1].command_tuples or 0)

    def _get_result(self) -> Any:
        while self._libpq.is_busy():
            self._selector.select()
            self._libpq.consume_input()
        return self._libpq.get_result()

    def close(self) -> None:
        """Close the selector. The connection stays open."""
        self._selector.close()


def _get_error_class(psycopg: Any, state: str) -> Any:
    try:
        return psycopg.errors.lookup(state)
    except KeyError:
        return psycopg.OperationalError


def _encode_parameter(value: Any) -> bytes:
    """Return a datetime, a number, a string or a list of numbers as PostgreSQL reads it."""
    if isinstance(value, datetime.datetime):
        return value.isoformat().encode()
    if isinstance(value, list):
        return f"{{{','.join(map(str, value))}}}".encode()
    return str(value).encode()
