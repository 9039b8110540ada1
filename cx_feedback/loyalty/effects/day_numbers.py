"""Days as whole numbers in SQL that works in PostgreSQL and SQLite.

Day 0 is the first day of period 0, ``readers.periods.EPOCH``.
"""

import datetime
from typing import Any

from django.db import connection
from django.db.models import Func, IntegerField

from cx_feedback.readers.periods import EPOCH, get_period_length

#: SQL rounds integer divisions towards zero, so this is added before and subtracted afterwards.
_FAR = 1_000_000


def get_day_number(day: datetime.date) -> int:
    """Return the number of ``day``."""
    return (day - EPOCH).days


def day_number_sql(column: str) -> str:
    """Return SQL for the day number of a date column."""
    if connection.vendor == "sqlite":
        return f"CAST(julianday({column}) - julianday('{EPOCH}') AS INTEGER)"
    return f"({column} - DATE '{EPOCH}')"


def period_sql(days: str) -> str:
    """Return SQL for the period of a day number; periods begin at multiples of their length."""
    return f"(({days} + {get_period_length() * _FAR}) / {get_period_length()} - {_FAR})"


def month_sql(column: str) -> str:
    """Return SQL for the number of the month of a date column: 12 times the year plus 0 to 11."""
    if connection.vendor == "sqlite":
        year, month_ = f"strftime('%%Y', {column})", f"strftime('%%m', {column})"
        return f"(CAST({year} AS INTEGER) * 12 + CAST({month_} AS INTEGER) - 1)"
    parts = (f"EXTRACT({part} FROM {column})::integer" for part in ("YEAR", "MONTH"))
    return "({} * 12 + {} - 1)".format(*parts)


class DayNumber(Func):
    """The day number of a date expression."""

    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=day_number_sql("%(expressions)s"))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=day_number_sql("%(expressions)s"))
