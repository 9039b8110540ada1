"""Parsing the values of query strings, forms and JSON bodies.

Each function returns None for a value that isn't what it should be; the caller decides whether
that is an error.
"""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

#: Digits of the largest ids of pages, and of rows.
PAGE_DIGITS, ROW_DIGITS = 9, 18
#: The largest id of a row.
LARGEST_ID = 2**63 - 1


def parse_number(value: Any, low: int, high: int) -> int | None:
    """Return a whole number from ``low`` (not negative) to ``high``, given as text or as a number.

    Only ASCII digits count, and no more of them than ``high`` has: Python also reads the digits of
    other scripts, and thousands of them.
    """
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) <= len(str(high))):
            return None
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if low <= value <= high else None


def parse_id(text: Any, digits: int = ROW_DIGITS) -> int | None:
    """Return the id of a row, with at most ``digits`` digits."""
    return parse_number(str(text), 0, 10**digits - 1)


def parse_page_id(text: Any) -> int | None:
    """Return the id of a page."""
    return parse_id(text, PAGE_DIGITS)


def parse_day(text: str) -> datetime.date | None:
    """Return a day, written as in 2026-05-31, from 1970 to 9000."""
    try:
        day = parse_date(text.strip())
    except ValueError:
        return None
    return day if day is not None and 1970 <= day.year <= 9000 else None


def parse_moment(text: str) -> datetime.datetime | None:
    """Return a date and time in ISO 8601, in the active time zone if it names none."""
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        return None
    if moment is None or timezone.is_aware(moment):
        return moment
    return timezone.make_aware(moment)
