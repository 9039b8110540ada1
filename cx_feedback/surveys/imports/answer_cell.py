"""Cells of an imported file, as question types read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cx_feedback.core.text.text_folding import normalize_text
from cx_feedback.surveys.imports.number_and_date_formats import Notation

_WORDS_FOR_YES = frozenset({"1", "true", "yes", "y", "on", "x", "sí", "si"})
_WORDS_FOR_NO = frozenset({"", "0", "false", "no", "n", "off"})


@dataclass(frozen=True)
class AnswerCell:
    """The ``text`` of a cell, after the mapping's ``values``, with the notation of its file."""

    text: str
    heading: str = ""
    separator: str = ";"
    notation: Notation = field(default_factory=Notation)
    values: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def is_yes(self) -> bool:
        """Return whether the cell is ticked."""
        return bool({fold_text(self.text), self.whole_number.casefold()} & _WORDS_FOR_YES)

    @property
    def is_no(self) -> bool:
        """Return whether the cell is marked as not ticked."""
        return bool({fold_text(self.text), self.whole_number.casefold()} & _WORDS_FOR_NO)

    @property
    def whole_number(self) -> str:
        """Return the text without the ".0" that statistics programs write after whole numbers."""
        return self.text.removesuffix(".0")

    @property
    def number(self) -> str:
        """Return the text as a form sends a number, unchanged if it isn't one."""
        return (self.notation.number(self.text) or self.text).removesuffix(".0")

    @property
    def day(self) -> str:
        """Return the text as a form sends a date, unchanged if it isn't one."""
        try:
            return self.notation.day(self.heading, self.text)
        except ValueError:
            return self.text

    def split(self, words: Iterable[str]) -> list[str]:
        """Split the text at its separators, but not within any of ``words``."""
        known = {fold_text(word) for word in (*self.values, *words)}
        tokens, found = self.text.split(self.separator), []
        while tokens:
            sizes = range(min(len(tokens), 20), 0, -1)
            joined = ((n, self.separator.join(tokens[:n]).strip()) for n in sizes)
            size, part = next(
                ((n, text) for n, text in joined if fold_text(text) in known),
                (1, tokens[0].strip()),
            )
            found += [part] if part else []
            tokens = tokens[size:]
        mapped = (self.values.get(part, part) for part in found)
        return [part for part in mapped if part]


def fold_text(text: Any) -> str:
    """Return a text folded, without differences of case, spaces and Unicode form."""
    return " ".join(normalize_text("NFC", str(text)).casefold().split())
