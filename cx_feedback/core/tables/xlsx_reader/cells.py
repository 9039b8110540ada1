"""The cells of a row, and the values that their texts stand for."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import pgettext

from cx_feedback.core.tables.xlsx_reader import limits


class UnreadableWorkbook(Exception):
    """The workbook cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Formula:
    """A cell with a formula; its result is not read."""

    reference: str
    text: str


#: The number of a row, from 1, and its cells by column, from 0, without the empty ones.
Cells = tuple[int, dict[int, "str | Formula"]]


@lru_cache(maxsize=20_000)
def parse_column(letters: str) -> int:
    """Return the number of a column, from 0; raises ValueError."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(
                pgettext("feedback", "“%(cell)s” isn't a cell.") % {"cell": letters[:20]}
            )
        number = number * 26 + ord(letter) - 64
    if not 0 < number <= limits.WIDEST_ROW:
        raise ValueError(pgettext("feedback", "“%(cell)s” isn't a cell.") % {"cell": letters[:20]})
    return number - 1


def parse_index(text: str) -> int:
    """Return the number of a shared text or style; raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(pgettext("feedback", "“%(text)s” isn't a number.") % {"text": text[:20]})
    return int(text)


def format_date_cell(text: str, kind: str, epoch_1904: bool) -> str:
    """Return a date, a time or a duration as it would be written in CSV."""
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    epoch = MAC_EPOCH if epoch_1904 else WINDOWS_EPOCH
    try:
        found = from_excel(float(text), epoch, timedelta=kind == "length")
    except (ValueError, OverflowError):
        return text
    if not hasattr(found, "isoformat"):
        return str(found)
    return str(found.isoformat()).removesuffix("T00:00:00")


def get_cell_kinds(formats: list[str]) -> list[str]:
    """Return for each number format "date", "length" (a duration) or "" (a number)."""
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format

    def kind(code: str) -> str:
        return "length" if is_timedelta_format(code) else "date" if is_date_format(code) else ""

    known = {code: kind(code) for code in set(formats)}
    return [known[code] for code in formats]
