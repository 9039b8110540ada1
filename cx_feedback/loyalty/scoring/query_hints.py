"""What PostgreSQL is told before a statement that reads all readers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


@contextmanager
def full_scan_cursor() -> Iterator[CursorWrapper]:
    """Open a cursor, in a transaction, for statements that read all readers.

    What is sorted or hashed, a row for each history or each reader who changes tier, need not go
    to disk. That holds to the end of the transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL work_mem = '64MB'")
        yield cursor
