"""Settings of PostgreSQL for statements that read all readers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


@contextmanager
def full_scan_cursor() -> Iterator[CursorWrapper]:
    """Open a cursor in a transaction for statements that read all readers.

    Until the end of the transaction, sorting and hashing one row per history or per changed tier
    needs no temporary files.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL work_mem = '64MB'")
        yield cursor
