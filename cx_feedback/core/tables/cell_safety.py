"""Cells of exported tables: texts stay texts in every spreadsheet, numbers stay numbers.

A spreadsheet takes a cell of CSV that begins like a formula for one. Such a cell gets an
apostrophe, as people write it themselves; who reads CSV takes it off again
(``unescape_formula``, which ``sheets`` calls), so that what was exported comes back as it was.
A cell of XLSX says itself that it is a text, and needs none.
"""

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import get_format
from django.utils.translation import pgettext_lazy

#: What a text of a formula begins with, the wide forms of Japanese keyboards among them. Lines
#: that begin so count, since a spreadsheet may skip what stands before: "\t", "\r", "\n".
_FORMULA = re.compile("\\A'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
#: What the spreadsheets of most languages with a decimal comma take for the separator.
_COMMA = ","


#: What may separate the cells of a file that is read.
SEPARATORS = ",;\t|"
_QUOTED = re.compile('"[^"]*"?')


class Separator(TextChoices):
    """What stands between the cells of a CSV file."""

    COMMA = "comma", pgettext_lazy("separator of CSV", "comma")
    SEMICOLON = "semicolon", pgettext_lazy("separator of CSV", "semicolon, decimal comma")
    TAB = "tab", pgettext_lazy("separator of CSV", "tab")

    @property
    def character(self) -> str:
        """Return the separator itself."""
        return {"comma": ",", "semicolon": ";", "tab": "\t"}[self.value]

    @classmethod
    def named(cls, name: str) -> "Separator":
        """Return the separator of a name that a request gave; the comma for any other."""
        return cls(name) if name in cls.values else cls.COMMA

    @classmethod
    def usual(cls) -> "Separator":
        """Return the one that spreadsheets in the active language expect."""
        decimal = get_format("DECIMAL_SEPARATOR")
        return cls.SEMICOLON if decimal == _COMMA else cls.COMMA


def escape_formula(value: Any) -> Any:
    """Return a cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def unescape_formula(cell: str) -> str:
    """Return what ``escape_formula`` was given."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:]) else cell


def guess_separator(line: str) -> str:
    """Return what separates the cells of a file whose first line this is.

    What stands within quotes separates nothing: "How, and why?" may be a heading.
    """
    plain = _QUOTED.sub("", line)
    return max(SEPARATORS, key=plain.count)


class CSVWriter:
    """Writes rows of a CSV file as spreadsheets read it: texts are texts, numbers are numbers.

    Spreadsheets that separate by semicolons write "3,5", and would read "3.5" as a day in May.
    """

    def __init__(self, file: Any, separator: Separator = Separator.COMMA) -> None:
        self._writer = csv.writer(file, delimiter=separator.character)
        self._comma = separator is Separator.SEMICOLON

    def writerow(self, cells: Iterable[Any]) -> Any:
        """Write one row; return what the file's ``write`` returned."""
        return self._writer.writerow([self._cell(cell) for cell in cells])

    def _cell(self, value: Any) -> Any:
        if self._comma and isinstance(value, (float, Decimal)):
            return str(value).replace(".", _COMMA)
        return escape_formula(value)


def xlsx_cell(sheet: Any, value: Any) -> Any:
    """Return a cell of a write-only sheet of openpyxl; a text is one whatever it says.

    Characters that the format does not know and what is longer than a cell can be are left out.
    """
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767])
    cell.data_type = "s"  # openpyxl takes "=1+1" for a formula and "#N/A" for an error
    return cell
