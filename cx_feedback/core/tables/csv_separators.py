"""Separators of the cells of CSV files: chosen for exports, guessed for imports."""

import re

from django.db.models import TextChoices
from django.utils.formats import get_format
from django.utils.translation import pgettext_lazy

#: The decimal separator of languages whose spreadsheets expect semicolons between cells.
DECIMAL_COMMA = ","
#: Separators that are recognized in imported files.
SEPARATORS = ",;\t|"
_QUOTED = re.compile('"[^"]*"?')


class Separator(TextChoices):
    """The separator of the cells of a CSV file."""

    COMMA = "comma", pgettext_lazy("separator of CSV", "comma")
    SEMICOLON = "semicolon", pgettext_lazy("separator of CSV", "semicolon, decimal comma")
    TAB = "tab", pgettext_lazy("separator of CSV", "tab")

    @property
    def character(self) -> str:
        """Return the separator itself."""
        return {"comma": ",", "semicolon": ";", "tab": "\t"}[self.value]

    @classmethod
    def named(cls, name: str) -> "Separator":
        """Return the separator with this name, COMMA for unknown names."""
        return cls(name) if name in cls.values else cls.COMMA

    @classmethod
    def usual(cls) -> "Separator":
        """Return the separator that spreadsheets in the active language expect."""
        decimal = get_format("DECIMAL_SEPARATOR")
        return cls.SEMICOLON if decimal == DECIMAL_COMMA else cls.COMMA


def guess_separator(line: str) -> str:
    """Return the separator of a file with this first line.

    Quoted text is ignored: "How, and why?" may be a heading.
    """
    plain = _QUOTED.sub("", line)
    return max(SEPARATORS, key=plain.count)
