"""A prepared statement that PostgreSQL works on while this process does something else.

By psycopg's own wrapper of libpq (``psycopg.pq``): its connections have no call for it outside of
asyncio, and a thread beside would cost more than it saves where both want to run Python.
"""

import datetime
from collections.abc import Sequence
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from typing import Any

from django.db import connection


def possible() -> bool:
    """Return whether the connection is one of psycopg 3."""
    connection.ensure_connection()
    return hasattr(connection.connection, "pgconn")


class Unawaited:
    """The statement of a name, begun; nothing else may use the connection until ``rows``."""

    def __init__(self, name: str, given: Sequence[Any]) -> None:
        self._libpq: Any = connection.connection.pgconn
        self._results: list[Any] = []
        with connection.wrap_database_errors:
            self._libpq.send_query_prepared(name.encode(), [_text(value) for value in given])
            while self._libpq.flush():
                self._wait(EVENT_READ | EVENT_WRITE)
                self._libpq.consume_input()

    def rows(self) -> int:
        """Return how many rows it changed, once it is done; raises what Django would."""
        import psycopg

        with connection.wrap_database_errors:
            while (result := self._next()) is not None:
                self._results.append(result)
            for result in self._results:
                if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
                    state = result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) or b""
                    words = result.error_message.decode(errors="replace")
                    raise _error(psycopg, state.decode())(words)
            return int(self._results[-1].command_tuples or 0)

    def _next(self) -> Any:
        while self._libpq.is_busy():
            self._wait(EVENT_READ)
            self._libpq.consume_input()
        return self._libpq.get_result()

    def _wait(self, events: int) -> None:
        with DefaultSelector() as selector:
            selector.register(self._libpq.socket, events)
            selector.select()


def _error(psycopg: Any, state: str) -> Any:
    try:
        return psycopg.errors.lookup(state)
    except KeyError:
        return psycopg.OperationalError


def _text(value: Any) -> bytes:
    """Return a parameter as PostgreSQL reads it: a moment, a number, words, a list of numbers."""
    if isinstance(value, datetime.datetime):
        return value.isoformat().encode()
    if isinstance(value, list):
        return f"{{{','.join(map(str, value))}}}".encode()
    return str(value).encode()
