"""The rows of a sheet, parsed piece by piece."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.tables.xlsx_reader import limits
from cx_feedback.core.tables.xlsx_reader.cells import (
    Cells,
    Formula,
    format_date_cell,
    parse_column,
    parse_index,
)
from cx_feedback.core.tables.xlsx_reader.parts import PartReader, SharedTexts, get_local_name


class Book(Protocol):
    """The workbook of a sheet: the texts, number formats and dates that cells refer to."""

    texts: SharedTexts
    kinds: list[str]
    epoch_1904: bool


@dataclass
class SheetReader:
    """Collects the rows of a sheet as expat reports its elements."""

    book: Book
    part: PartReader
    _done: list[Cells] = field(default_factory=list)
    _cells: dict[int, str | Formula] = field(default_factory=dict)
    _row: int = 0
    _next: int = 0
    _read: int = 0
    _text: list[str] = field(default_factory=list)
    _length: int = 0
    _formula: bool = False
    _cell: tuple[str, int, str, str] = ("", 0, "n", "")

    def iter_rows(self) -> Iterator[Cells]:
        """Iterate over the rows of the sheet."""
        parser = self.part.parser
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._stop
        for _piece in self.part.pieces():
            done, self._done = self._done, []
            yield from done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = get_local_name(name)
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
        if not 0 < self._row <= limits.MOST_ROWS:
            raise ValueError(_("A row has the number %(n)s.") % {"n": self._row})
        self._cells, self._next = {}, 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._read += 1
        if self._read > limits.MOST_CELLS:
            raise ValueError(
                _("It has more than %(n)d cells: cut it in two.") % {"n": limits.MOST_CELLS}
            )
        reference = attributes.get("r", "")
        column = parse_column(reference.rstrip("0123456789")) if reference else self._next
        if column >= limits.WIDEST_ROW:
            raise ValueError(
                pgettext("feedback", "“%(cell)s” isn't a cell.") % {"cell": reference[:20]}
            )
        self._next = column + 1
        self._cell = (reference, column, attributes.get("t", "n"), attributes.get("s", ""))
        self._text, self._length, self._formula = [], 0, False

    def _take(self, text: str) -> None:
        self._length += len(text)
        if self._length > limits.LONGEST_CELL:
            raise ValueError(
                _("A cell holds more than %(n)d characters.") % {"n": limits.LONGEST_CELL}
            )
        self._text.append(text)

    def _take_formula(self, text: str) -> None:
        if len(self._text) < 2:
            self._text.append(text[:80])

    def _stop(self, name: str) -> None:
        if ":" in name:
            name = get_local_name(name)
        if name == "c":
            self._stop_cell()
        elif name == "v" or name == "t":
            self.part.parser.CharacterDataHandler = None
        elif name == "f":
            # The stored result is not read, because it may be outdated.
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
                text = self.book.texts.get(parse_index(text))
            elif kind == "n":
                text = self._number(text, style)
            elif kind == "b":
                text = str(text.strip() == "1")
            if text:
                self._cells[column] = text

    def _number(self, text: str, style: str) -> str:
        kind = ""
        if style and style != "0":
            number = parse_index(style)
            kind = self.book.kinds[number] if number < len(self.book.kinds) else ""
        if kind:
            return format_date_cell(text, kind, self.book.epoch_1904)
        if text.isdigit() and text.isascii() and len(text) < 16:
            return text
        value = float(text)
        return str(int(value)) if value.is_integer() else str(value)
