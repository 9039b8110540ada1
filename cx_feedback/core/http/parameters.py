"""Parsing the values of query strings, forms and JSON bodies.

Each function returns None for a value that isn't what it should be; the caller decides whether
that is an error.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

#: Digits of the largest ids of rows.
ROW_DIGITS = 18
#: The largest ids of rows, and of pages.
LARGEST_ID, LARGEST_PAGE_ID = 2**63 - 1, 2**31 - 1


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


def parse_page_id(value: Any) -> int | None:
    """Return the id of a page."""
    return parse_number(value, 0, LARGEST_PAGE_ID)


def read_page_id(data: Mapping[str, Any]) -> int | None:
    """Return the id in the field ``page`` of a form post or a JSON object, None without one.

    Returns 0 for what is no id, which ``require_page`` rejects; a text is one in forms only.
    """
    value, is_form = data.get("page"), isinstance(data, QueryDict)
    if value is None or (is_form and not value):
        return None
    if isinstance(value, str) and not is_form:
        return 0
    return parse_page_id(value) or 0


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
