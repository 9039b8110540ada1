"""Rows of the first sheet of an XLSX file, one after the other: what is there, nothing between.

Expat reads each part piece by piece. openpyxl would read all but the sheet at once, and make
cells and rows of what a file only says that it has ("row 99999999999").
"""

import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

#: Rows of a sheet, as Excel has them, and cells that are read of one.
MOST_ROWS, MOST_CELLS = 1_048_576, 20_000_000
#: Characters of one cell (Excel: 32,767), and cells of one row (Excel: 16,384).
LONGEST_CELL, WIDEST_ROW = 100_000, 16_384
#: Bytes that the file may unpack to; its table of texts, which is kept; its other parts.
MOST_UNPACKED, MOST_TEXTS, MOST_OTHER = 2 * 1024**3, 128 * 1024**2, 8 * 1024**2
#: A file that shrinks to less than this part of itself is no sheet that people wrote.
DENSEST = 400
_PIECE = 1 << 16


class UnreadableWorkbook(Exception):
    """The workbook cannot be read; the text says why and what to do."""


@dataclass(frozen=True)
class Formula:
    """A cell whose value is worked out."""

    reference: str
    text: str


#: The number of a row, from 1, and its cells by column, from 0; empty ones are not there.
Cells = tuple[int, dict[int, "str | Formula"]]


@contextmanager
def open_workbook(path: Path, *, seconds: float | None = None) -> Iterator[Iterator[Cells]]:
    """Open the first sheet of a workbook; raises UnreadableWorkbook.

    With ``seconds``, reading may take so much processor time of this thread.
    """
    end = None if seconds is None else time.thread_time() + seconds
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            _refuse_bombs(archive)
            rows = _Workbook(archive, end).rows()
        except _BROKEN as error:
            raise UnreadableWorkbook(_("This is no XLSX file: %(why)s") % {"why": error}) from None
        yield _guarded(rows)


#: What broken files make of zipfile, zlib, expat and the code below.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError),
    *(ValueError, KeyError, NotImplementedError, RuntimeError),
)


def _guarded(rows: Iterator[Cells]) -> Iterator[Cells]:
    """Say of a workbook that breaks off in its middle that it does."""
    try:
        yield from rows
    except _BROKEN as error:
        raise UnreadableWorkbook(_("The workbook is damaged: %(why)s") % {"why": error}) from None


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Refuse what would never end; nothing is unpacked beyond its stated size."""
    parts = archive.infolist()
    unpacked, packed = (sum(getattr(p, n) for p in parts) for n in ("file_size", "compress_size"))
    texts = sum(p.file_size for p in parts if "sharedstrings" in p.filename.lower())
    dense = unpacked > 1024**2 and unpacked > DENSEST * max(packed, 1)
    if dense or unpacked > MOST_UNPACKED or texts > MOST_TEXTS:
        raise UnreadableWorkbook(
            _("This file is %(size)d MB when unpacked, which is too large. Save it as CSV.")
            % {"size": unpacked // 1024**2}
        )


class _Part:
    """One part of a workbook, read by expat; ``start`` and ``stop`` get names without namespace."""

    def __init__(self, archive: zipfile.ZipFile, name: str, end: float | None, most: int) -> None:
        self.archive, self.name, self.end, self.most = archive, name, end, most
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *declared: Any) -> None:
        raise ValueError(_("It has a document type."))

    def pieces(self) -> Iterator[None]:
        """Read on, a piece at each step."""
        read = 0
        with self.archive.open(self.name) as file:
            while piece := file.read(_PIECE):
                read += len(piece)
                self.parser.Parse(piece, False)
                if read > self.most:
                    raise ValueError(
                        pgettext("feedback", "%(part)s is too large.") % {"part": self.name}
                    )
                if self.end is not None and time.thread_time() > self.end:
                    raise ValueError(_("It takes too long to read. Save it as CSV."))
                yield
        self.parser.Parse(b"", True)
        yield


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile, end: float | None) -> None:
        self.archive, self.end = archive, end
        relations = self._elements("_rels/.rels", "Relationship")
        main = next((r["Target"] for r in relations if r["Type"].endswith("/officeDocument")), "")
        self.main = PurePosixPath(main.lstrip("/") or "xl/workbook.xml")
        rels = self.main.parent / "_rels" / f"{self.main.name}.rels"
        self.relations = list(self._elements(str(rels), "Relationship"))
        book = list(self._elements(str(self.main), "sheet", "workbookPr"))
        self.epoch_1904 = any(a.get("date1904") in ("1", "true") for a in book)
        self.sheets = [a for a in book if "sheetId" in a]
        self.texts = _Texts(self._target("/sharedStrings"), self)
        self.kinds = _kinds_of(self._formats())

    def _elements(self, part: str, *names: str) -> Iterator[dict[str, str]]:
        """Iterate over the attributes of the elements of these names; none where no part is."""
        if part not in self.archive.namelist():
            return
        found: list[dict[str, str]] = []
        reader = self.part(part, MOST_OTHER)

        def start(name: str, attributes: dict[str, str]) -> None:
            if _local(name) in names:
                found.append(attributes)

        reader.parser.StartElementHandler = start
        for _piece in reader.pieces():
            yield from found
            found.clear()

    def part(self, name: str, most: int) -> _Part:
        return _Part(self.archive, name, self.end, most)

    def _target(self, kind: str, key: str = "") -> str:
        """Return the name of the part that a relation leads to, "" where there is none."""
        for relation in self.relations:
            if relation["Type"].endswith(kind) and key in ("", relation["Id"]):
                target = relation["Target"]
                return target.lstrip("/") if target[:1] == "/" else str(self.main.parent / target)
        return ""

    def _formats(self) -> list[str]:
        """Return the number format of each style of cells."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        own: dict[str, str] = {}
        styles: list[str] = []
        name = self._target("/styles")
        if name not in self.archive.namelist():
            return []
        reader, within = self.part(name, MOST_OTHER), [False]

        def start(element: str, attributes: dict[str, str]) -> None:
            local = _local(element)
            if local == "cellXfs":
                within[0] = True
            elif local == "numFmt":
                own[attributes["numFmtId"]] = attributes["formatCode"]
            elif local == "xf" and within[0]:
                styles.append(attributes.get("numFmtId", "0"))

        def stop(element: str) -> None:
            if _local(element) == "cellXfs":
                within[0] = False

        reader.parser.StartElementHandler, reader.parser.EndElementHandler = start, stop
        for _piece in reader.pieces():
            pass
        known = {str(key): code for key, code in BUILTIN_FORMATS.items()} | own
        return [known.get(style, "General") for style in styles]

    def rows(self) -> Iterator[Cells]:
        keys = [v for k, v in (self.sheets[0] if self.sheets else {}).items() if _local(k) == "id"]
        name = self._target("/worksheet", keys[0]) if keys else ""
        if name not in self.archive.namelist():
            raise ValueError(_("It has no sheet."))
        return _Sheet(self, self.part(name, MOST_UNPACKED)).rows()


def _kinds_of(formats: list[str]) -> list[str]:
    """Return of each format whether it shows a date, a length of time or a number."""
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format

    def kind(code: str) -> str:
        return "length" if is_timedelta_format(code) else "date" if is_date_format(code) else ""

    known = {code: kind(code) for code in set(formats)}
    return [known[code] for code in formats]


class _Texts:
    """The texts that cells share, read as far as they are asked for."""

    def __init__(self, name: str, book: _Workbook) -> None:
        self.found: list[str] = []
        self._text: list[str] | None = None
        self._length = self._silent = 0
        self._pieces: Iterator[None] = iter(())
        if name in book.archive.namelist():
            part = book.part(name, MOST_TEXTS)
            part.parser.StartElementHandler = self._start
            part.parser.EndElementHandler = self._stop
            self._parser, self._pieces = part.parser, part.pieces()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "si":
            self._text, self._length = [], 0
        elif local == "rPh":  # how it is spoken, not what it says
            self._silent += 1
        elif local == "t" and not self._silent:
            self._parser.CharacterDataHandler = self._take

    def _take(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_CELL:
            raise ValueError(_("A cell holds more than %(n)d characters.") % {"n": LONGEST_CELL})
        if self._text is not None:
            self._text.append(text)

    def _stop(self, name: str) -> None:
        local = _local(name)
        if local == "t":
            self._parser.CharacterDataHandler = None
        elif local == "rPh":
            self._silent -= 1
        elif local == "si":
            self.found.append("".join(self._text or ()))
            self._text = None

    def get(self, number: int) -> str:
        while number >= len(self.found):
            if next(self._pieces, self) is self:
                raise ValueError(_("Text %(n)d is missing.") % {"n": number})
        return self.found[number]


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    """Return the number of a column, from 0; raises ValueError."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(
                pgettext("feedback", "“%(cell)s” isn't a cell.") % {"cell": letters[:20]}
            )
        number = number * 26 + ord(letter) - 64
    if not 0 < number <= WIDEST_ROW:
        raise ValueError(pgettext("feedback", "“%(cell)s” isn't a cell.") % {"cell": letters[:20]})
    return number - 1


@dataclass
class _Sheet:
    book: _Workbook
    part: _Part
    _done: list[Cells] = field(default_factory=list)
    _cells: dict[int, str | Formula] = field(default_factory=dict)
    _row: int = 0
    _next: int = 0
    _read: int = 0
    _text: list[str] = field(default_factory=list)
    _length: int = 0
    _formula: bool = False
    _cell: tuple[str, int, str, str] = ("", 0, "n", "")

    def rows(self) -> Iterator[Cells]:
        parser = self.part.parser
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._stop
        for _piece in self.part.pieces():
            done, self._done = self._done, []
            yield from done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = _local(name)
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "t":
            self.part.parser.CharacterDataHandler = self._take
        elif name == "f":
            self._formula = True
            self.part.parser.CharacterDataHandler = self._take_formula
        elif name == "row":
            self._start_row(attributes.get("r"))

    def _start_row(self, said: str | None) -> None:
        self._row += 1
        if said is not None:
            if not (said.isascii() and said.isdigit() and len(said) < 8):
                raise ValueError(_("A row has the number %(n)s.") % {"n": said[:20]})
            self._row = int(said)
        if not 0 < self._row <= MOST_ROWS:
            raise ValueError(_("A row has the number %(n)s.") % {"n": self._row})
        self._cells, self._next = {}, 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._read += 1
        if self._read > MOST_CELLS:
            raise ValueError(_("It has more than %(n)d cells: cut it in two.") % {"n": MOST_CELLS})
        reference = attributes.get("r", "")
        column = _column(reference.rstrip("0123456789")) if reference else self._next
        if column >= WIDEST_ROW:
            raise ValueError(
                pgettext("feedback", "“%(cell)s” isn't a cell.") % {"cell": reference[:20]}
            )
        self._next = column + 1
        self._cell = (reference, column, attributes.get("t", "n"), attributes.get("s", ""))
        self._text, self._length, self._formula = [], 0, False

    def _take(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_CELL:
            raise ValueError(_("A cell holds more than %(n)d characters.") % {"n": LONGEST_CELL})
        self._text.append(text)

    def _take_formula(self, text: str) -> None:
        if len(self._text) < 2:
            self._text.append(text[:80])

    def _stop(self, name: str) -> None:
        if ":" in name:
            name = _local(name)
        if name == "c":
            self._stop_cell()
        elif name == "v" or name == "t":
            self.part.parser.CharacterDataHandler = None
        elif name == "f":
            # What it came to last is not read: it may be of yesterday.
            self.part.parser.CharacterDataHandler = None
        elif name == "row":
            self._done.append((self._row, self._cells))
            self._cells = {}

    def _stop_cell(self) -> None:
        reference, column, kind, style = self._cell
        if self._formula:
            words = "".join(self._text[:1])
            self._cells[column] = Formula(reference, f"={words}"[:80])
        elif self._text:
            text = self._text[0] if len(self._text) == 1 else "".join(self._text)
            if kind == "s":
                text = self.book.texts.get(_index(text))
            elif kind == "n":
                text = self._number(text, style)
            elif kind == "b":
                text = str(text.strip() == "1")
            if text:
                self._cells[column] = text

    def _number(self, text: str, style: str) -> str:
        kind = ""
        if style and style != "0":
            number = _index(style)
            kind = self.book.kinds[number] if number < len(self.book.kinds) else ""
        if kind:
            return _moment(text, kind, self.book.epoch_1904)
        if text.isdigit() and text.isascii() and len(text) < 16:
            return text
        value = float(text)
        return str(int(value)) if value.is_integer() else str(value)


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(pgettext("feedback", "“%(text)s” isn't a number.") % {"text": text[:20]})
    return int(text)


def _moment(text: str, kind: str, epoch_1904: bool) -> str:
    """Return a date, a time or a length of time as it would stand in CSV."""
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    epoch = MAC_EPOCH if epoch_1904 else WINDOWS_EPOCH
    try:
        found = from_excel(float(text), epoch, timedelta=kind == "length")
    except (ValueError, OverflowError):
        return text
    if not hasattr(found, "isoformat"):
        return str(found)
    return str(found.isoformat()).removesuffix("T00:00:00")
