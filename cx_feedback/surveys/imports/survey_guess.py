"""Making a survey of a file: what each column asks, guessed from what it holds."""

import itertools
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import pgettext

from cx_feedback.core.tables.table_reader import (
    HEAD,
    Problem,
    Row,
    Sheet,
)
from cx_feedback.core.text.quotation import quote_texts
from cx_feedback.surveys import questions, services
from cx_feedback.surveys.imports.answer_cell import fold_text
from cx_feedback.surveys.imports.column_mapping import Column, Mapping, headings_of_export
from cx_feedback.surveys.imports.notation import Notation, guess_notation
from cx_feedback.surveys.models import Survey

#: So many different values are remembered of a column; a choice has fewer.
REMEMBERED, MOST_CHOICES = 200, 20
#: Words of a question that asks for recommendation, in a column of 0 to 10.
_NPS_WORDS = ("nps", "recommend", "recomend")
#: Digits that are a name: with leading zeros, or of a telephone.
_NO_AMOUNT = re.compile(r"\+|-?0[0-9]")
#: What an export puts after a heading that would stand twice.
_NUMBER_AFTER = re.compile(r" \([0-9]{1,4}\)\Z")


@dataclass
class Seen:
    """What was seen of a column: bounded, however long the file is."""

    notation: Notation = field(default_factory=Notation)
    values_of: dict[str, str | None] = field(default_factory=dict)
    filled: int = 0
    values: Counter[str] = field(default_factory=Counter)
    low: float = float("inf")
    high: float = float("-inf")
    whole: bool = True
    numbers: bool = True
    emails: bool = True
    days: bool = True
    longest: int = 0

    def add(self, cell: str) -> None:
        """Take one more cell into account."""
        said = cell.strip()
        text = self.values_of.get(said, said) or ""
        if self.notation.is_missing(text):
            return
        self.filled += 1
        self.longest = max(self.longest, len(text))
        if text in self.values or len(self.values) < REMEMBERED:
            self.values[text] += 1
        if self.numbers:
            self._add_number(text)
        self.emails = self.emails and _is_email(text)
        self.days = self.days and self.notation.is_day(text)

    @property
    def choices(self) -> dict[str, list[str]]:
        """Return the different values, folded, to how each is spelled, the most usual first."""
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
            self.whole = self.whole and number.is_integer()
        else:
            self.numbers = False


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def make_survey(
    *,
    title: str,
    sheet: Sheet,
    mapping: Mapping,
    note: Callable[[str], None] = lambda words: None,
) -> Survey:
    """Make and publish a survey whose questions are the columns of ``sheet``.

    Whole numbers from 0 or 1 to at most 10, three different ones or more, become a scale; of 0
    to 10 with words about recommending an NPS question; days a date; few values a choice; other
    numbers a number; addresses an e-mail question; all else a text. The mapping may say
    otherwise. Spellings of one choice are put together, which ``note`` is told.
    """
    special = set(mapping.special(sheet.headings).values())
    wanted = [
        h
        for h in sheet.headings
        if h not in special and (h not in mapping.columns or mapping.columns[h])
    ]
    first = list(itertools.islice(sheet.rows, HEAD))
    notation = guess_notation(first, mapping.missing)
    seen = {
        heading: Seen(notation, (mapping.columns.get(heading) or Column()).values)
        for heading in wanted
    }
    look(itertools.chain(first, sheet.rows), seen)
    is_own = bool(headings_of_export(sheet.headings))
    raw = []
    for heading in wanted:
        if seen[heading].filled:
            column = mapping.columns.get(heading) or Column()
            label = column.label or (_without_number(heading, sheet) if is_own else heading)
            raw.append(_block(heading, label, seen[heading], column))
            if "choices" in raw[-1]["value"]:
                _note_spellings(heading, seen[heading], note)
    survey = Survey(title=title[:200])
    survey.questions = survey.questions.stream_block.to_python(raw)
    return services.publish_survey(survey=survey)


def look(rows: Iterable[Row | Problem], seen: dict[str, Seen]) -> None:
    """Read all rows; note what each column holds."""
    for row in rows:
        if isinstance(row, Row):
            for heading, column in seen.items():
                column.add(row.cells.get(heading, ""))


def _without_number(heading: str, sheet: Sheet) -> str:
    """Return the words of a question, without the number that an export gave a second one."""
    words = _NUMBER_AFTER.sub("", heading)
    known = {other.casefold() for other in sheet.headings}
    return words if words and words.casefold() in known else heading


def _note_spellings(heading: str, seen: Seen, note: Callable[[str], None]) -> None:
    for spelled in seen.choices.values():
        if len(spelled) > 1:
            said = {"column": heading, "values": quote_texts(spelled)}
            note(pgettext("survey", "%(column)s: %(values)s are one choice.") % said)


def guess(heading: str, seen: Seen) -> str:
    """Return the name of the question type that a column looks like."""
    different = len(seen.choices)
    few = different <= MOST_CHOICES and seen.longest <= 200
    if seen.numbers and seen.whole and seen.low >= 0 and seen.high <= 10 and len(seen.values) > 2:
        about = any(word in heading.casefold() for word in _NPS_WORDS)
        return "nps" if about and seen.high > 7 else "scale"
    if seen.numbers and len(seen.values) > 2:
        return "number"
    if seen.days:
        return "date"
    if seen.emails and not few:
        return "email"
    if few and (different <= 3 or seen.filled >= 3 * different):
        return "choice"
    return "email" if seen.emails else "text"


def _block(heading: str, label: str, seen: Seen, column: Column) -> dict[str, Any]:
    name = column.type if column.type in questions.all_types() else guess(heading, seen)
    value: dict[str, Any] = {"label": label[:300]}
    if name in {"choice", "dropdown", "choices"}:
        value["choices"] = [_item(label) for label in _labels(seen)]
    if name == "scale":
        low = 0 if seen.low < 1 else 1
        value |= {"low": low, "high": max(int(seen.high), low + 2)}
    if name in {"scale", "nps"}:
        value |= {"low_label": "", "high_label": ""}  # not what the file did not say
    if name == "number":
        value |= {"low": None, "high": None, "step": 1 if seen.whole else None}
    return {"type": name, "id": str(uuid.uuid4()), "value": value}


def _labels(seen: Seen) -> list[str]:
    return sorted(spelled[0][:200] for spelled in seen.choices.values())


def _item(label: str) -> dict[str, str]:
    return {"type": "item", "id": str(uuid.uuid4()), "value": label}
