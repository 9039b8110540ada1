"""The notation of numbers, dates and missing values in a file, guessed from its first rows.

"3,5" and "3.5" are unambiguous, but "1,234" and "03/04/2025" are not. These are read like the other
cells of the file. If no cell is unambiguous, they are read as thousands and as a day in April, and
the assumption is reported (``Notation.assumed``).
"""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cx_feedback.core.tables.table_reader import Problem, Row

#: Folded texts of cells that stand for no answer.
MISSING = frozenset({"", "na", "n/a"})
_LONGEST = 30

_NUMBER = re.compile(r"\A[+-]?[0-9]+(?:[.,][0-9]+)*\Z")
_DATE = re.compile(
    r"([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})"
    r"(?:[ ,T]{1,3}([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))? ?(?:([ap])\.?m\.?)?)?\Z",
    re.IGNORECASE,
)
#: Two-digit years below this belong to the 21st century.
_THIS_CENTURY = 70


@dataclass(frozen=True)
class Notation:
    """The notation of one file."""

    missing: frozenset[str] = MISSING
    decimal_comma: bool = False
    #: Whether the day comes before the month, by heading; "" for ambiguous columns.
    day_first: Mapping[str, bool] = field(default_factory=lambda: {"": True})
    #: Assumptions about ambiguous values, as messages.
    assumed: tuple[str, ...] = ()

    def is_missing(self, text: str) -> bool:
        """Return whether a cell stands for no answer."""
        folded = text.strip().casefold()
        return folded in self.missing or folded.removesuffix(".0") in self.missing

    def number(self, text: str) -> str | None:
        """Return a number in the form "1234.5", None if the text isn't a number."""
        text = text.strip()
        if len(text) >= _LONGEST or not _NUMBER.match(text):
            return None
        marks = [character for character in text if character in ".,"]
        if not marks:
            return text
        decimal = self._decimal_mark(text, marks)
        whole, found, rest = text.rpartition(decimal) if decimal else (text, "", "")
        thousands = "." if decimal == "," else "," if decimal else marks[0]
        groups = whole.lstrip("+-").split(thousands)
        regular = len(groups[0]) < 4 and all(len(group) == 3 for group in groups[1:])
        if "." in rest or "," in rest or (len(groups) > 1 and not regular):
            return None
        plain = whole.replace(thousands, "")
        return f"{plain}.{rest}" if found else plain

    def _decimal_mark(self, text: str, marks: list[str]) -> str:
        """Return the decimal mark of a number, "" if it has none."""
        if len(set(marks)) == 2:
            return marks[-1]  # "1.234,5": the last one
        if len(marks) > 1:
            return ""  # "1.234.567": all marks separate thousands
        if not _is_open(text):
            return marks[0]
        return marks[0] if (marks[0] == ",") == self.decimal_comma else ""

    def moment(self, heading: str, text: str) -> datetime.datetime:
        """Return the date and time in a cell of a column, midnight for a date alone.

        Raises ValueError.
        """
        text = text.strip()
        match = _DATE.match(text)
        if match is None or len(match[1]) == 4:
            return datetime.datetime.fromisoformat(text.replace("/", "-"))
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        day_first = self.day_first.get(heading, self.day_first[""])
        day, month = (first, second) if day_first else (second, first)
        if len(match[4]) < 3:
            year += 2000 if year < _THIS_CENTURY else 1900
        hour, minute, second = (int(match[n] or 0) for n in (5, 6, 7))
        if half := (match[8] or "").casefold():
            hour = hour % 12 + (12 if half == "p" else 0)
        return datetime.datetime(year, month, day, hour, minute, second)

    def day(self, heading: str, text: str) -> str:
        """Return the date in a cell as an answer to a date question; raises ValueError."""
        return self.moment(heading, text).date().isoformat()

    def is_day(self, text: str) -> bool:
        """Return whether a cell contains a date without a time."""
        text = text.strip()
        if not _DATE.match(text):
            return False
        for heading in (True, False):
            try:
                found = Notation(day_first={"": heading}).moment("", text)
            except ValueError:
                continue
            return found.time() == datetime.time.min and found.year >= 1900
        return False


def _is_open(text: str) -> bool:
    """Return whether a number with one mark is ambiguous, such as "1,234"."""
    whole, _mark, rest = text.lstrip("+-").replace(",", ".").partition(".")
    return len(rest) == 3 and len(whole) < 4 and whole[:1] != "0"


def guess_notation(rows: Iterable[Row | Problem], missing: Iterable[str] = ()) -> Notation:
    """Return the notation of a file, guessed from its first rows.

    ``missing`` are further texts that stand for no answer.
    """
    marks: Counter[str] = Counter()
    open_numbers = False
    order: dict[str, set[bool]] = {}
    for row in rows:
        for heading, cell in row.cells.items() if isinstance(row, Row) else ():
            text = cell.strip()
            if len(text) < _LONGEST and (date := _DATE.match(text)) and len(date[1]) < 3:
                order.setdefault(heading, set()).update(_order_of(date))
            elif len(text) < _LONGEST and _NUMBER.match(text):
                found = [character for character in text if character in ".,"]
                if len(found) == 1 and _is_open(text):
                    open_numbers = True
                elif found and (len(found) == 1 or len(set(found)) == 2):
                    marks[found[-1]] += 1
    day_first, unsure = _day_first(order)
    assumed = []
    if open_numbers and not marks:
        assumed.append(_("Numbers such as 1,234 are read as thousands, 1.234 as decimals."))
    if unsure:
        assumed.append(_("Dates such as 03/04/2025 are read as day, month, year."))
    folded = {word.strip().casefold() for word in missing}
    comma = marks[","] > marks["."]
    return Notation(MISSING | folded, comma, day_first, tuple(assumed))


def _order_of(date: re.Match[str]) -> set[bool]:
    """Return the order in one date: day first, month first, or unknown."""
    if date[2] == ".":  # dots are only used with the day first
        return {True}
    return ({True} if int(date[1]) > 12 else set()) | ({False} if int(date[3]) > 12 else set())


def _day_first(order: Mapping[str, set[bool]]) -> tuple[dict[str, bool], bool]:
    """Return the order of each column, that of ambiguous columns, and whether there are any."""
    said = {heading: True in found for heading, found in order.items() if found}
    known = Counter(said.values())
    unsure = any(not found for found in order.values()) and not known
    return {**said, "": known[True] >= known[False]}, unsure
