"""Writes the cells of exported tables: texts must stay texts in spreadsheets, and numbers numbers.

Spreadsheets evaluate CSV cells that begin like a formula. Such cells are exported with a leading
apostrophe, as in spreadsheets themselves. Imports remove it again (``unescape_formula``), so that
exported data can be imported unchanged. XLSX cells have a type and need no apostrophe.
"""

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cx_feedback.core.tables.csv_separators import DECIMAL_COMMA, Separator

#: The beginning of a CSV file, so that spreadsheets read it as UTF-8.
BYTE_ORDER_MARK = "\ufeff"
#: The beginning of a formula, including the full-width forms of Japanese keyboards, and white space
#: ("\t", "\r", "\n") that a spreadsheet may skip.
_FORMULA = re.compile("\\A'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def escape_formula(value: Any) -> Any:
    """Return a CSV cell that spreadsheets don't evaluate."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def unescape_formula(cell: str) -> str:
    """Return the cell that ``escape_formula`` escaped."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:]) else cell


class CSVWriter:
    """Writes rows of a CSV file so that spreadsheets read texts as texts and numbers as numbers.

    Spreadsheets that expect semicolons write "3,5", and would read "3.5" as a date.
    """

    def __init__(self, file: Any, separator: Separator = Separator.COMMA) -> None:
        self._writer = csv.writer(file, delimiter=separator.character)
        self._comma = separator is Separator.SEMICOLON

    def writerow(self, cells: Iterable[Any]) -> Any:
        """Write one row; return the result of the file's ``write``."""
        return self._writer.writerow([self._cell(cell) for cell in cells])

    def _cell(self, value: Any) -> Any:
        if self._comma and isinstance(value, (float, Decimal)):
            return str(value).replace(".", DECIMAL_COMMA)
        return escape_formula(value)


def xlsx_cell(sheet: Any, value: Any) -> Any:
    """Return a cell of a write-only sheet of openpyxl, in which texts stay texts.

    Characters that XLSX doesn't allow, and those beyond the length of a cell, are removed.
    """
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767])
    cell.data_type = "s"  # openpyxl takes "=1+1" for a formula and "#N/A" for an error
    return cell
