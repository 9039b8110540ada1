"""Profiles of columns, by which question types recognise them."""

import re
from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cx_feedback.surveys.imports.answer_cell import fold_text
from cx_feedback.surveys.imports.number_and_date_formats import Notation

#: The maximum number of different values that are kept; a choice has fewer.
MAX_REMEMBERED, MAX_CHOICES = 200, 20
#: Digits that are not a number, such as those with leading zeros or of a telephone.
_NO_AMOUNT = re.compile(r"\+|-?0[0-9]")


@dataclass
class ColumnProfile:
    """A bounded summary of the values in a column of an imported file."""

    heading: str = ""
    notation: Notation = field(default_factory=Notation)
    values_of: dict[str, str | None] = field(default_factory=dict)
    filled: int = 0
    values: Counter[str] = field(default_factory=Counter)
    low: float = float("inf")
    high: float = float("-inf")
    is_whole: bool = True
    is_number: bool = True
    is_email: bool = True
    is_day: bool = True
    longest: int = 0

    def add(self, cell: str) -> None:
        """Add a cell."""
        said = cell.strip()
        text = self.values_of.get(said, said) or ""
        if self.notation.is_missing(text):
            return
        self.filled += 1
        self.longest = max(self.longest, len(text))
        if text in self.values or len(self.values) < MAX_REMEMBERED:
            self.values[text] += 1
        if self.is_number:
            self._add_number(text)
        self.is_email = self.is_email and _is_email(text)
        self.is_day = self.is_day and self.notation.is_day(text)

    @property
    def is_choice(self) -> bool:
        """Return whether the column has few different, short and repeated values, like a choice."""
        different = len(self.choices)
        return self.has_few_values and (different <= 3 or self.filled >= 3 * different)

    @property
    def has_few_values(self) -> bool:
        """Return whether there are few enough values for a choice."""
        return len(self.choices) <= MAX_CHOICES and self.longest <= 200

    @property
    def is_short_scale(self) -> bool:
        """Return whether it has three or more different whole numbers from 0 to 10."""
        few = self.is_number and self.is_whole and self.low >= 0 and self.high <= 10
        return few and len(self.values) > 2

    @property
    def labels(self) -> list[str]:
        """Return the labels of the choices, each in its most frequent spelling."""
        return sorted(spelled[0][:200] for spelled in self.choices.values())

    @property
    def choices(self) -> dict[str, list[str]]:
        """Return the spellings of each folded value, the most frequent value first."""
        found: dict[str, list[str]] = {}
        for value, _count in sorted(self.values.items(), key=lambda pair: (-pair[1], pair[0])):
            found.setdefault(fold_text(value), []).append(value)
        return found

    def _add_number(self, text: str) -> None:
        plain = None if _NO_AMOUNT.match(text) else self.notation.number(text)
        try:
            number = float(plain if plain is not None and len(plain) < 20 else "nan")
        except ValueError:
            number = float("nan")
        if abs(number) <= 10**12:
            self.low, self.high = min(self.low, number), max(self.high, number)
            self.is_whole = self.is_whole and number.is_integer()
        else:
            self.is_number = False


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
