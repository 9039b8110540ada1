"""The fast twin of the statements that read all readers, for more than a million of them.

With the setting ``LOYALTY_LARGE_SITE`` the rows of readers are addressed by their physical
location, and PostgreSQL sorts and hashes in more memory and looks up few readers by index. Without
it the statements join by id and leave everything to the planner. The rows are the same; one test
runs both (``tests/loyalty/test_tier_updates.py``). At 1,000,000 readers a nightly run takes a fifth
to a third less (docs/benchmarks.md, "loyalty"), so it is no default.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from cx_feedback.core import conf


def is_large_site() -> bool:
    """Return whether the site has chosen the fast statements."""
    return bool(conf.get("LOYALTY_LARGE_SITE"))


@contextmanager
def full_scan_cursor() -> Iterator[CursorWrapper]:
    """Open a cursor in a transaction for statements that read all readers.

    For a large site, sorting and hashing one row per history or per changed tier needs no
    temporary files until the end of the transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if is_large_site() and connection.vendor == "postgresql":
            cursor.execute("SET LOCAL work_mem = '64MB'")
        yield cursor


def get_location_column(alias: str) -> str:
    """Return the column with the physical location of a row, which needs no index."""
    return f"{alias}.{'ctid' if connection.vendor == 'postgresql' else 'rowid'}"


@contextmanager
def prefer_index(cursor: CursorWrapper, *, few: bool) -> Iterator[None]:
    """Make PostgreSQL look up few readers by index, where it would read all of them."""
    if connection.vendor != "postgresql" or not few:
        yield
        return
    joins = ("enable_hashjoin", "enable_mergejoin")
    for join in joins:
        cursor.execute(f"SET LOCAL {join} = off")
    yield
    for join in joins:  # an error rolls the settings back
        cursor.execute(f"SET LOCAL {join} TO DEFAULT")
