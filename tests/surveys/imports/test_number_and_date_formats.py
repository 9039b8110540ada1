"""How a file writes numbers, dates and nothing."""

import datetime

import pytest

from cx_feedback.core.tables.table_reader import Row
from cx_feedback.surveys.imports.number_and_date_formats import Notation, guess_notation


def notation_of(*cells, missing=(), **columns):
    columns = columns or {"a": cells}
    rows = [
        Row(n, dict(zip(columns, values, strict=True)))
        for n, values in enumerate(zip(*columns.values(), strict=True), 2)
    ]
    return guess_notation(rows, missing)


@pytest.mark.parametrize(
    ("cells", "text", "number"),
    [
        ((), "3", "3"),
        ((), "-3.5", "-3.5"),
        ((), "3,5", "3.5"),
        ((), "1,234.5", "1234.5"),
        ((), "1.234,5", "1234.5"),
        ((), "1,234,567", "1234567"),
        ((), "1.234.567", "1234567"),
        ((), "1,234", "1234"),
        ((), "1.234", "1.234"),
        (("3,5",), "1,234", "1.234"),
        (("3,5",), "1.234", "1234"),
        (("3,5", "2.5", "0,75"), "1,234", "1.234"),
        (("0,125",), "1,234", "1.234"),
        (("1.234,50",), "1.234", "1234"),
        ((), "12,34,56", None),
        ((), "1,23.456,7", None),
        ((), "1234,567,8", None),
        ((), "three", None),
        ((), "٣", None),
    ],
)
def test_a_number_is_read_as_the_file_writes_numbers(cells, text, number):
    assert notation_of(*cells).number(text) == number


def test_what_was_only_assumed_of_numbers_is_told():
    assert "thousands" in notation_of("1,234").assumed[0]
    assert notation_of("1,234", "2.5").assumed == ()
    assert notation_of("1,234", "2,5").assumed == ()


@pytest.mark.parametrize(
    ("cells", "text", "day"),
    [
        ((), "2025-04-03", "2025-04-03"),
        ((), "2025/4/3".replace("4/3", "04/03"), "2025-04-03"),
        (("13/04/2025",), "03/04/2025", "2025-04-03"),
        (("04/13/2025",), "03/04/2025", "2025-03-04"),
        ((), "3.4.2025", "2025-04-03"),
        ((), "03-04-25", "2025-04-03"),
        ((), "03-04-71", "1971-04-03"),
        ((), "03/04/2025", "2025-04-03"),
    ],
)
def test_days_are_read_as_their_column_writes_them(cells, text, day):
    assert notation_of(*cells).day("a", text) == day


def test_a_column_that_does_not_say_is_read_as_the_others():
    found = notation_of(a=["03/04/2025"], b=["04/13/2025"])
    assert found.day("a", "03/04/2025") == "2025-03-04"
    assert found.assumed == ()
    assert "day, month, year" in notation_of("03/04/2025").assumed[0]


def test_moments_have_a_time():
    found = notation_of("04/13/2025 1:30 PM")
    assert found.moment("a", "04/03/2025 1:30 PM") == datetime.datetime(2025, 4, 3, 13, 30)
    assert found.moment("a", "04/03/2025 12:05 am") == datetime.datetime(2025, 4, 3, 0, 5)
    assert found.moment("a", "2025-04-03T10:11:12") == datetime.datetime(2025, 4, 3, 10, 11, 12)
    with pytest.raises(ValueError, match="month"):
        found.moment("a", "13/13/2025")
    assert not found.is_day("04/03/2025 1:30 PM")
    assert not found.is_day("99/99/2025")
    assert found.is_day("04/03/2025")


@pytest.mark.parametrize("text", ["", "  ", "NA", "na", "N/A", "n/a"])
def test_missing_values(text):
    assert Notation().is_missing(text)
    assert not Notation().is_missing("-99")
    assert notation_of(missing=["-99"]).is_missing("-99")
    assert notation_of(missing=["-99"]).is_missing("-99.0")
    assert not notation_of(missing=["-99"]).is_missing("None")
