"""Reading the table of a CSV or XLSX file row by row, in bounded memory."""

import codecs
import csv
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.tables import xlsx_reader
from cx_feedback.core.tables.csv_separators import guess_separator
from cx_feedback.core.tables.table_writer import unescape_formula

#: The most columns, far more than a survey has questions.
MOST_COLUMNS = 2000
#: The most characters of a line of CSV; a text answer has at most 10,000.
LONGEST_LINE = 4 * 1024 * 1024
#: The most characters of a row of CSV, whose cells may contain line breaks.
LONGEST_ROW = 16 * 1024 * 1024
#: Limits for reading the beginning of a file: rows, and seconds of processor time.
HEAD, HEAD_SECONDS = 200, 3.0
#: Bytes from which the encoding is guessed.
HEAD_BYTES = 1 << 20


class UnreadableFile(Exception):
    """The file can't be read; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """A row: its number in the file (the headings are row 1) and its cells by heading."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Problem:
    """A value that can't be used; ``column`` and ``value`` are "" for a whole row."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    """An opened table: its headings, and an iterator over its rows."""

    headings: tuple[str, ...]
    rows: Iterator[Row | Problem]


def guess_encoding(path: Path, *, most: int | None = None) -> str:
    """Return the encoding of a text file: UTF-8, or else that of older spreadsheets (cp1252).

    With ``most``, only so many bytes of its beginning are read.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    left = path.stat().st_size if most is None else most
    with path.open("rb") as file:
        try:
            while left > 0 and (piece := file.read(min(left, 1 << 20))):
                decoder.decode(piece)
                left -= len(piece)
            decoder.decode(b"", final=most is None)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


@contextmanager
def open_table(
    path: Path,
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = "",
    rows: int | None = None,
    seconds: float | None = None,
    errors: str = "strict",
) -> Iterator[Sheet]:
    """Open a CSV or XLSX file, detected by its first bytes; raises UnreadableFile.

    At most ``rows`` are read, including empty ones, and by default all. ``seconds`` limits the
    processor time for a workbook. ``errors`` is the error handler for invalid bytes.
    """
    try:
        with path.open("rb") as file:
            zipped = file.read(4) == b"PK\x03\x04"
        codecs.lookup(encoding)
    except (OSError, LookupError) as error:
        raise UnreadableFile(str(error)) from None
    if zipped:
        try:
            with xlsx_reader.open_workbook(path, seconds=seconds) as found:
                yield _build_sheet(
                    itertools.islice(_workbook_cells(_translate_errors(found)), rows)
                )
        except xlsx_reader.UnreadableWorkbook as error:
            raise UnreadableFile(str(error)) from None
    else:
        with path.open(encoding=encoding, errors=errors, newline="") as text:
            yield _build_sheet(itertools.islice(_csv_cells(text, encoding, delimiter), rows))


def read_beginning(path: Path, *, encoding: str) -> tuple[tuple[str, ...], list[Row]]:
    """Return the headings of a file and the valid ones of its first rows, in bounded time.

    The encoding may have been guessed from fewer bytes. Raises UnreadableFile.
    """
    with open_table(
        path, encoding=encoding, errors="replace", rows=HEAD, seconds=HEAD_SECONDS
    ) as sheet:
        return sheet.headings, [row for row in sheet.rows if isinstance(row, Row)]


def _translate_errors(rows: Iterator[xlsx_reader.Cells]) -> Iterator[xlsx_reader.Cells]:
    try:
        yield from rows
    except xlsx_reader.UnreadableWorkbook as error:
        raise UnreadableFile(str(error)) from None


Cells = tuple[int, "list[str] | Problem"]


def _build_sheet(cells: Iterator[Cells]) -> Sheet:
    _number, first = next(cells, (0, []))
    if isinstance(first, Problem):
        raise UnreadableFile(first.reason)
    headings = [heading.strip() for heading in first]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise UnreadableFile(_("The file is empty: its first row must name the columns."))
    if len(headings) > MOST_COLUMNS:
        raise UnreadableFile(_("The file has more than %(most)d columns.") % {"most": MOST_COLUMNS})
    twice = [name for name, count in Counter(headings).items() if count > 1]
    if twice:
        raise UnreadableFile(
            _("These headings are empty or repeated: %(names)s")
            % {"names": ", ".join(repr(name) for name in twice[:5])}
        )
    if "" in headings:
        raise UnreadableFile(_("Column %(n)d has no heading.") % {"n": headings.index("") + 1})
    return Sheet(tuple(headings), _iter_rows(headings, cells))


def _iter_rows(headings: list[str], cells: Iterable[Cells]) -> Iterator[Row | Problem]:
    wanted = len(headings)
    for number, row in cells:
        if isinstance(row, Problem):
            yield row
        elif not any(cell.strip() for cell in row):
            continue
        elif len(row) < wanted or any(cell.strip() for cell in row[wanted:]):
            yield _ragged_row(number, len(row), wanted)
        else:
            yield Row(number, dict(zip(headings, row, strict=False)))


def _ragged_row(number: int, found: int, wanted: int) -> Problem:
    reason = _("This row has %(found)d cells but there are %(wanted)d headings.")
    return Problem(number, "", "", reason % {"found": found, "wanted": wanted})


def _csv_cells(text: Any, encoding: str, delimiter: str) -> Iterator[Cells]:
    room = [LONGEST_ROW]
    lines = _iter_lines(text, encoding, room)
    first = next(lines, "")
    reader = csv.reader(
        itertools.chain([first], lines), delimiter=delimiter or guess_separator(first)
    )
    csv.field_size_limit(LONGEST_LINE)
    for number in itertools.count(1):
        room[0] = LONGEST_ROW
        try:
            yield number, [unescape_formula(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Problem(number, "", "", str(error))


def _iter_lines(text: Any, encoding: str, room: list[int]) -> Iterator[str]:
    """Iterate over lines; ``room`` holds the characters left for the current row."""
    for number in itertools.count(1):
        try:
            line = text.readline(LONGEST_LINE)
        except UnicodeDecodeError:
            raise UnreadableFile(
                _(
                    "Line %(number)d or a line soon after it isn't valid %(encoding)s. "
                    "Older programs use latin-1 or cp1252: try --encoding latin-1."
                )
                % {"number": number, "encoding": encoding.removesuffix("-sig")}
            ) from None
        if not line:
            return
        room[0] -= len(line)
        if len(line) == LONGEST_LINE or room[0] < 0:
            raise UnreadableFile(_("Line %(number)d is too long.") % {"number": number})
        yield line


def _workbook_cells(rows: Iterator[xlsx_reader.Cells]) -> Iterator[Cells]:
    """Return rows as lists with the width of the first; longer rows become problems."""
    width = 0
    for number, cells in rows:
        formulas = [cell for cell in cells.values() if isinstance(cell, xlsx_reader.Formula)]
        if width:
            for formula in formulas:
                reason = _("This cell has a formula. Save the sheet with values only.")
                yield number, Problem(number, formula.reference, formula.text, reason)
        texts = {i: "" if isinstance(c, xlsx_reader.Formula) else c for i, c in cells.items()}
        last = max((i for i, text in texts.items() if text.strip()), default=-1) + 1
        if not width:
            if last > MOST_COLUMNS:
                yield number, ["…"] * (MOST_COLUMNS + 1)
                return
            width = last
        if last > width:
            yield number, _ragged_row(number, last, width)
        elif last or not width:
            yield number, [texts.get(i, "") for i in range(width)]
