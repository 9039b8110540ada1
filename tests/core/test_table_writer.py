"""Cells of exported tables, written and read again."""

import csv
import io
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from cx_feedback.core.tables.csv_separators import Separator, guess_separator
from cx_feedback.core.tables.table_reader import open_table
from cx_feedback.core.tables.table_writer import (
    CSVWriter,
    escape_formula,
    unescape_formula,
    xlsx_cell,
)

FORMULAS = ["=1+1", "+34 600 111 222", "-5", "@ana", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "''-5"]
TEXTS = ["", "Ana", "'quoted'", "'", "1=1", "a-b", "0034", "3.0"]


def written(*cells, separator=Separator.COMMA):
    file = io.StringIO()
    CSVWriter(file, separator).writerow(cells)
    return file.getvalue()


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(text):
    assert escape_formula(text) == f"'{text}"
    assert unescape_formula(escape_formula(text)) == text


@pytest.mark.parametrize("text", TEXTS)
def test_other_texts_stay_as_they_are(text):
    assert escape_formula(text) == text
    assert unescape_formula(text) == text


@given(st.text(alphabet="'=+-@\t\r\na1 "))
def test_every_text_comes_back(text):
    assert unescape_formula(escape_formula(text)) == text


def test_numbers_are_no_texts():
    assert written(-5, -1.5, Decimal("-2.5"), None, "-5") == "-5,-1.5,-2.5,,'-5\r\n"


def test_spreadsheets_that_separate_by_semicolons_write_decimals_with_a_comma():
    assert written(3.5, Decimal("2.25"), 7, "3.5", "a;b", separator=Separator.SEMICOLON) == (
        '3,5;2,25;7;3.5;"a;b"\r\n'
    )
    assert written(3.5, "a,b", separator=Separator.TAB) == "3.5\ta,b\r\n"


def test_the_separator_that_the_language_expects_is_offered():
    with override("es"):
        assert Separator.usual() is Separator.SEMICOLON
    with override("de"):
        assert Separator.usual() is Separator.SEMICOLON
    with override("en"):
        assert Separator.usual() is Separator.COMMA
    assert Separator.named("pipe") is Separator.COMMA


def test_what_stands_within_quotes_separates_nothing():
    assert guess_separator('"How, when, where, why?";Date\n') == ";"
    assert guess_separator("one\n") == ","


@pytest.mark.parametrize("separator", Separator)
def test_a_file_of_any_separator_is_read_as_it_was_written(tmp_path, separator):
    path = tmp_path / "answers.csv"
    texts = [*FORMULAS, *TEXTS[1:]]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = CSVWriter(file, separator)
        writer.writerow(["Words, or; not\tmore", "Number"])
        for text in texts:
            writer.writerow([text, 1])
    with open_table(path) as sheet:
        assert sheet.headings == ("Words, or; not\tmore", "Number")
        assert [row.cells[sheet.headings[0]] for row in sheet.rows] == texts


def test_a_text_of_a_workbook_is_a_text_and_needs_no_apostrophe():
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([xlsx_cell(sheet, cell) for cell in [*FORMULAS, "#N/A", "a\x00b", -5]])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    [row] = load_workbook(file).active.iter_rows()
    # A workbook keeps no carriage return: XML reads it as the end of a line.
    assert [c.value for c in row][: len(FORMULAS)] == [t.replace("\r", "\n") for t in FORMULAS]
    assert {cell.data_type for cell in row[: len(FORMULAS) + 1]} == {"s"}
    assert [cell.value for cell in row][len(FORMULAS) :] == ["#N/A", "ab", -5]


def test_csv_is_what_the_csv_module_reads():
    assert next(csv.reader([written("a,b", 'c"d')])) == ["a,b", 'c"d']
