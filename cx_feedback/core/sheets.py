"""Reading a table of a file row by row, in bounded memory, whatever it holds."""

import codecs
import csv
import itertools
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

#: More columns than a survey has questions by far.
MOST_COLUMNS = 2000
#: Characters of one line of CSV; a text answer has 10,000 at most.
LONGEST_LINE = 4 * 1024 * 1024
#: Bytes that an XLSX file may unpack to, and its table of texts, which is kept in memory.
MOST_UNPACKED, MOST_TEXTS = 2 * 1024**3, 128 * 1024**2
#: A file that shrinks to less than this part of itself is no sheet that people wrote.
DENSEST = 400


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the text says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One row: its number in the file (the headings are row 1) and its cells by heading."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Problem:
    """What could not be placed: "" where it is about the whole row."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    """An opened file: its headings, and its rows, each once."""

    headings: tuple[str, ...]
    rows: Iterator[Row | Problem]


def encoding_of(path: Path) -> str:
    """Return how a file of text is written: UTF-8, or else as older spreadsheets save CSV."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with path.open("rb") as file:
        try:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


@contextmanager
def opened(path: Path, *, encoding: str = "utf-8-sig", delimiter: str = "") -> Iterator[Sheet]:
    """Open a CSV or XLSX file, told by its first bytes; raises UnreadableFile."""
    try:
        with path.open("rb") as file:
            zipped = file.read(4) == b"PK\x03\x04"
        codecs.lookup(encoding)
    except (OSError, LookupError) as error:
        raise UnreadableFile(str(error)) from None
    if zipped:
        with _workbook(path) as cells:
            yield _sheet(cells)
    else:
        with path.open(encoding=encoding, newline="") as text:
            yield _sheet(_csv_cells(text, encoding, delimiter))


Cells = tuple[int, "list[str] | Problem"]


def _sheet(cells: Iterator[Cells]) -> Sheet:
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
            _("These headings stand more than once, or are empty: %(names)s")
            % {"names": ", ".join(repr(name) for name in twice[:5])}
        )
    if "" in headings:
        raise UnreadableFile(_("Column %(n)d has no heading.") % {"n": headings.index("") + 1})
    return Sheet(tuple(headings), _rows(headings, cells))


def _rows(headings: list[str], cells: Iterable[Cells]) -> Iterator[Row | Problem]:
    wanted = len(headings)
    for number, row in cells:
        if isinstance(row, Problem):
            yield row
        elif not any(cell.strip() for cell in row):
            continue
        elif len(row) < wanted or any(cell.strip() for cell in row[wanted:]):
            yield _ragged(number, row, headings)
        else:
            yield Row(number, dict(zip(headings, row, strict=False)))


def _ragged(number: int, row: list[str], headings: list[str]) -> Problem:
    reason = _("The row has %(found)d cells, the headings are %(wanted)d.")
    return Problem(number, "", "", reason % {"found": len(row), "wanted": len(headings)})


def _csv_cells(text: Any, encoding: str, delimiter: str) -> Iterator[Cells]:
    lines = _lines(text, encoding)
    first = next(lines, "")
    kept = delimiter or max(",;\t|", key=first.count)
    reader = csv.reader(itertools.chain([first], lines), delimiter=kept)
    csv.field_size_limit(LONGEST_LINE)
    for number in itertools.count(1):
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Problem(number, "", "", str(error))


def _lines(text: Any, encoding: str) -> Iterator[str]:
    for number in itertools.count(1):
        try:
            line = text.readline(LONGEST_LINE)
        except UnicodeDecodeError:
            raise UnreadableFile(
                _(
                    "Line %(number)d or one soon after is not written in %(encoding)s. Older "
                    "programs write latin-1 or cp1252: say --encoding latin-1."
                )
                % {"number": number, "encoding": encoding.removesuffix("-sig")}
            ) from None
        if not line:
            return
        if len(line) == LONGEST_LINE:
            raise UnreadableFile(_("Line %(number)d is too long.") % {"number": number})
        yield line


@contextmanager
def _workbook(path: Path) -> Iterator[Iterator[Cells]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bombs(path)
    with path.open("rb") as file:  # whatever its name ends in
        try:
            book = load_workbook(file, read_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as e:
            raise UnreadableFile(_("This is no XLSX file: %(why)s") % {"why": e}) from None
        try:
            yield _whole(_workbook_cells(book.worksheets[0]))
        finally:
            book.close()


def _whole(cells: Iterator[Cells]) -> Iterator[Cells]:
    """Say of a workbook that breaks off in its middle that it does."""
    try:
        yield from cells
    except (zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, ValueError) as error:
        raise UnreadableFile(_("The workbook is damaged: %(why)s") % {"why": error}) from None


def _refuse_bombs(path: Path) -> None:
    """Refuse what would fill memory or never end; nothing is unpacked beyond its stated size."""
    try:
        parts = zipfile.ZipFile(path).infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(_("This is no XLSX file: %(why)s") % {"why": error}) from None
    unpacked, packed = (sum(getattr(p, n) for p in parts) for n in ("file_size", "compress_size"))
    texts = sum(p.file_size for p in parts if "sharedStrings" in p.filename)
    dense = unpacked > 1024**2 and unpacked > DENSEST * max(packed, 1)
    if dense or unpacked > MOST_UNPACKED or texts > MOST_TEXTS:
        raise UnreadableFile(
            _("This file unpacks to %(size)d MB and is not read. Save it as CSV.")
            % {"size": unpacked // 1024**2}
        )


def _workbook_cells(sheet: Any) -> Iterator[Cells]:
    sheet.reset_dimensions()
    width = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
        for cell in row if number > 1 else ():
            if cell.data_type == "f":
                reason = _("A formula: save the sheet with its values only.")
                yield number, Problem(number, cell.coordinate, str(cell.value)[:80], reason)
        cells = ["" if cell.data_type == "f" else _text(cell.value) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        width = width or len(cells)
        yield number, cells + [""] * (width - len(cells))


def _text(value: Any) -> str:
    """Return a cell as it would stand in CSV."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
