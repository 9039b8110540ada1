"""Periods: the whole weeks (from Monday) or days in which the loyalty model counts."""

import datetime
from typing import Any

from django.db.models import Func, IntegerField

from cx_feedback.core import conf

#: A Monday; period 0 begins here.
EPOCH = datetime.date(1970, 1, 5)
#: No day before this one counts: there was no site to visit, so the clock or the log is wrong.
#: It also tells periods apart: numbers of weeks stay below that of this day until 2109.
EARLIEST = datetime.date(1990, 1, 1)


def get_period_length() -> int:
    """Return the days of one period: 7 or 1, by ``CX_FEEDBACK["PERIOD"]``."""
    return 7 if conf.get("PERIOD") == "week" else 1


def get_period(day: datetime.date) -> int:
    """Return the number of the period that ``day`` falls in; may be negative before 1970."""
    return (day - EPOCH).days // get_period_length()


def get_first_day(period: int) -> datetime.date:
    """Return the first day of ``period``."""
    return EPOCH + datetime.timedelta(days=period * get_period_length())


class PeriodOf(Func):
    """The database's own ``get_period`` of a date expression, so that days need not be read.

    For PostgreSQL and SQLite. Whole numbers divide towards zero there, so days are counted from
    a whole number of periods before any date, and the periods shifted back.
    """

    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._as("(%(expressions)s - DATE '1970-01-05')", compiler, connection)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        days = "CAST(julianday(%(expressions)s) - julianday('1970-01-05') AS INTEGER)"
        return self._as(days, compiler, connection)

    def _as(self, days: str, compiler: Any, connection: Any) -> Any:
        size, far = get_period_length(), 1_000_000
        template = f"(({days} + {size * far}) / {size} - {far})"
        return self.as_sql(compiler, connection, template=template)
