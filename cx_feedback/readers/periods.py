"""Periods: the weeks (from Monday) or days in which the loyalty model counts visits."""

import datetime
from typing import Any

from django.db.models import Func, IntegerField

from cx_feedback.core import conf

#: A Monday; period 0 begins here.
EPOCH = datetime.date(1970, 1, 5)
#: The earliest day that counts; an earlier one is an error of a clock or a log. It also separates
#: the two lengths of periods: until 2109 the numbers of weeks are below the number of this day.
EARLIEST = datetime.date(1990, 1, 1)


def get_period_length() -> int:
    """Return the length of a period in days, 7 or 1, as in ``CX_FEEDBACK["PERIOD"]``."""
    return 7 if conf.get("PERIOD") == "week" else 1


def get_period(day: datetime.date) -> int:
    """Return the number of the period of ``day``, which is negative before 1970."""
    return (day - EPOCH).days // get_period_length()


def get_first_day(period: int) -> datetime.date:
    """Return the first day of ``period``."""
    return EPOCH + datetime.timedelta(days=period * get_period_length())


def get_past_column() -> str:
    """Return the field of ``PastVisits`` that counts periods."""
    return "weeks" if get_period_length() == 7 else "days"


class PeriodOf(Func):
    """``get_period`` of a date expression, calculated by PostgreSQL or SQLite.

    Databases round integer divisions towards zero. Days are therefore counted from a whole number
    of periods before any date, and the result is shifted back.
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
