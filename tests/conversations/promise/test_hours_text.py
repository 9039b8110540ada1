import datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from cx_feedback.conversations.promise.hours_text import (
    format_hours,
    parse_closing_days,
    parse_hours,
)
from cx_feedback.conversations.promise.working_calendar import Span


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("9-14", "09:00-14:00"),
        ("16:00 – 19:30; 9.15-14", "09:15-14:00, 16:00-19:30"),
        ("00:00-24:00,", "00:00-24:00"),
        ("9-12, 12-15", "09:00-12:00, 12:00-15:00"),
    ],
)
def test_hours_are_written_in_one_form(text, written):
    assert format_hours(parse_hours(text)) == written


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("mornings", "none of that form"),
        ("9:00", "none of that form"),
        ("9-25", "none of that form"),
        ("9:60-10", "none of that form"),
        ("9:5-10", "none of that form"),
        ("٩-10", "none of that form"),
        ("22:00-6:00", "ends before it begins"),
        ("9-9", "ends before it begins"),
        ("9-12, 11:59-15", "09:00-12:00 and 11:59-15:00 overlap"),
        (",".join(f"{n}-{n + 1}" for n in range(7)), "at most 6"),
    ],
)
def test_what_is_no_span_of_hours_is_named(text, error):
    with pytest.raises(ValidationError, match=error):
        parse_hours(text)


@given(st.lists(st.integers(0, 1440), max_size=12, unique=True).map(sorted))
def test_hours_come_back_as_they_were(borders):
    spans = tuple(Span(*pair) for pair in zip(borders[::2], borders[1::2], strict=False))
    assert parse_hours(format_hours(spans)) == spans


def test_closing_days_are_days_and_ranges_with_notes():
    text = "2026-12-24 Christmas Eve\n\n 2026-08-01 – 2026-08-03: holidays\n2026-12-31 - party"
    assert sorted(parse_closing_days(text)) == [
        datetime.date(2026, 8, 1),
        datetime.date(2026, 8, 2),
        datetime.date(2026, 8, 3),
        datetime.date(2026, 12, 24),
        datetime.date(2026, 12, 31),
    ]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("24/12/2026", "Write a date"),
        ("2026-02-30", "Write a date"),
        ("2026-08-15 - 2026-08-01", "must end after"),
        ("2026-08-15 - 2028-08-01", "must end after"),
        ("2026-12-24\n" * 201, "at most 200"),
    ],
)
def test_what_is_no_closing_day_is_named(text, error):
    with pytest.raises(ValidationError, match=error):
        parse_closing_days(text)
