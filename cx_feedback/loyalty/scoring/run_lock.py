"""A lock for one run at a time, released at once if the process dies."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.core.files import locks
from django.db import connection

#: The two numbers of the advisory lock in PostgreSQL: "cx" and this room.
KEY = (0x6378, 5)


def acquire_run_lock() -> AbstractContextManager[bool]:
    """Hold the lock of the room within the block; yields whether it was free, and never waits.

    In PostgreSQL this is an advisory lock of the session, so workers must not use a pooler that
    shares sessions between transactions. With SQLite it is a lock on a file beside the database.
    """
    return _advisory_lock() if connection.vendor == "postgresql" else _file_lock()


@contextmanager
def _advisory_lock() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", KEY)
        (free,) = cursor.fetchone()
    try:
        yield free
    finally:
        if free and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", KEY)


@contextmanager
def _file_lock() -> Iterator[bool]:
    name = str(connection.settings_dict["NAME"])
    path = Path(f"{name}.cx-loyalty.lock")
    if "memory" in name or not path.parent.is_dir():
        path = Path(tempfile.gettempdir()) / f"cx-loyalty-{os.getpid()}.lock"
    with path.open("a") as file:
        free = locks.lock(file, locks.LOCK_EX | locks.LOCK_NB)
        try:
            yield free
        finally:
            if free:
                locks.unlock(file)
