"""Periods: the whole weeks (from Monday) or days in which the loyalty model counts."""

import datetime

from cx_feedback.core import conf

#: A Monday; period 0 begins here.
EPOCH = datetime.date(1970, 1, 5)


def length() -> int:
    """Return the days of one period: 7 or 1, by ``CX_FEEDBACK["PERIOD"]``."""
    return 7 if conf.get("PERIOD") == "week" else 1


def period_of(day: datetime.date) -> int:
    """Return the number of the period that ``day`` falls in; may be negative before 1970."""
    return (day - EPOCH).days // length()


def first_day_of(period: int) -> datetime.date:
    """Return the first day of ``period``."""
    return EPOCH + datetime.timedelta(days=period * length())
