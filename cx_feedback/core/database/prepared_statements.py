"""Statements that PostgreSQL reads and plans once per connection.

Reading and planning the statement of an act takes PostgreSQL longer than to insert its rows. Only
``fast_insert`` uses this: Django's own statements stay as the site has configured them. A pooler
that gives each transaction another connection knows no prepared statements. So nothing is prepared
where the site says so: by ``DISABLE_SERVER_SIDE_CURSORS``, which such a pooler needs, or by
``prepare_threshold`` or ``server_side_binding`` in the options of the database, which then apply.
"""

import logging
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError

logger = logging.getLogger(__name__)

#: Executions of a statement by a connection after which it is prepared.
THRESHOLD = 5
#: Errors of PostgreSQL for a statement that another connection has prepared.
_POOLED = ("26000", "42P05")
_OPTIONS = ("prepare_threshold", "server_side_binding")
#: Databases behind a pooler that the site said nothing about.
_pooled: set[str] = set()


def fetch_one(connection: Any, statement: str, values: Sequence[Any]) -> Any:
    """Execute ``statement``, prepared if it may be, and return its first row."""
    if not may_prepare(connection):
        return _fetch(connection.cursor(), statement, values)
    try:
        return _fetch(_open_preparing_cursor(connection), statement, values)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") not in _POOLED:
            raise
        logger.warning(
            "The database %r is behind a pooler: set DISABLE_SERVER_SIDE_CURSORS.", connection.alias
        )
        _pooled.add(connection.alias)
        connection.connection.prepare_threshold = None
        if connection.in_atomic_block:
            raise
    return _fetch(connection.cursor(), statement, values)


def may_prepare(connection: Any) -> bool:
    """Return whether statements of ours may be prepared by ``connection``, a Django connection."""
    configured = connection.settings_dict
    return not (
        connection.alias in _pooled
        or configured.get("DISABLE_SERVER_SIDE_CURSORS")
        or any(option in configured["OPTIONS"] for option in _OPTIONS)
    )


def _fetch(cursor: Any, statement: str, values: Sequence[Any]) -> Any:
    with cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


def _open_preparing_cursor(connection: Any) -> Any:
    """Return a cursor that sends values apart from the statement, as ``connection.cursor()`` opens
    it with ``server_side_binding``; Django's own cursor with psycopg 2.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    if not hasattr(raw, "prepare_threshold"):
        return connection.cursor()
    from psycopg import Cursor

    if raw.prepare_threshold is None:
        # Django's own cursors send values within the statement, which is never prepared.
        raw.prepare_threshold = THRESHOLD
    connection.validate_thread_sharing()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return make(Cursor(raw))
