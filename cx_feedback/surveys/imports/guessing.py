"""Making a survey of a file: what each column asks, guessed from what it holds."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cx_feedback.core.sheets import Problem, Row, Sheet
from cx_feedback.surveys import questions, services
from cx_feedback.surveys.imports.mapping import Column, Mapping
from cx_feedback.surveys.models import Survey

#: So many different values are remembered of a column; a choice has fewer.
REMEMBERED, MOST_CHOICES = 200, 20
#: Words of a question that asks for recommendation, in a column of 0 to 10.
_NPS_WORDS = ("nps", "recommend", "recomend")


@dataclass
class Seen:
    """What was seen of a column: bounded, however long the file is."""

    filled: int = 0
    values: Counter[str] = field(default_factory=Counter)
    low: float = float("inf")
    high: float = float("-inf")
    whole: bool = True
    numbers: bool = True
    emails: bool = True
    longest: int = 0

    def add(self, cell: str) -> None:
        """Take one more cell into account."""
        text = cell.strip()
        if not text:
            return
        self.filled += 1
        self.longest = max(self.longest, len(text))
        if text in self.values or len(self.values) < REMEMBERED:
            self.values[text] += 1
        if self.numbers:
            self._add_number(text)
        self.emails = self.emails and _is_email(text)

    def _add_number(self, text: str) -> None:
        try:
            number = float(text) if len(text) < 20 else float("nan")
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


def make_survey(*, title: str, sheet: Sheet, mapping: Mapping) -> Survey:
    """Make and publish a survey whose questions are the columns of ``sheet``.

    Whole numbers from 0 or 1 to at most 10, three different ones or more, become a scale; of 0
    to 10 with words about recommending an NPS question; few values a choice; other numbers a
    number; addresses an e-mail question; all else a text. The mapping may say otherwise.
    """
    special = set(mapping.special(sheet.headings).values())
    wanted = [
        h
        for h in sheet.headings
        if h not in special and (h not in mapping.columns or mapping.columns[h])
    ]
    seen = look(sheet.rows, wanted)
    raw = [
        _block(heading, seen[heading], mapping.columns.get(heading) or Column())
        for heading in wanted
        if seen[heading].filled
    ]
    survey = Survey(title=title[:200])
    survey.questions = survey.questions.stream_block.to_python(raw)
    return services.publish(survey=survey)


def look(rows: Iterable[Row | Problem], headings: list[str]) -> dict[str, Seen]:
    """Read all rows; return what each column holds."""
    seen = {heading: Seen() for heading in headings}
    for row in rows:
        if isinstance(row, Row):
            for heading, column in seen.items():
                column.add(row.cells.get(heading, ""))
    return seen


def guess(heading: str, seen: Seen) -> str:
    """Return the name of the question type that a column looks like."""
    few = len(seen.values) <= MOST_CHOICES and seen.longest <= 200
    if seen.numbers and seen.whole and seen.low >= 0 and seen.high <= 10 and len(seen.values) > 2:
        about = any(word in heading.casefold() for word in _NPS_WORDS)
        return "nps" if about and seen.high > 7 else "scale"
    if seen.numbers and len(seen.values) > 2:
        return "number"
    if seen.emails and not few:
        return "email"
    if few and (len(seen.values) <= 3 or seen.filled >= 3 * len(seen.values)):
        return "choice"
    return "email" if seen.emails else "text"


def _block(heading: str, seen: Seen, column: Column) -> dict[str, Any]:
    name = column.type if column.type in questions.all_types() else guess(heading, seen)
    value: dict[str, Any] = {"label": (column.label or heading)[:300]}
    if name in {"choice", "dropdown", "choices"}:
        value["choices"] = [_item(label) for label in _labels(seen, column)]
    if name == "scale":
        low = 0 if seen.low < 1 else 1
        value |= {"low": low, "high": max(int(seen.high), low + 2)}
    if name in {"scale", "nps"}:
        value |= {"low_label": "", "high_label": ""}  # not what the file did not say
    if name == "number":
        value |= {"low": None, "high": None, "step": 1 if seen.whole else None}
    return {"type": name, "id": str(uuid.uuid4()), "value": value}


def _labels(seen: Seen, column: Column) -> list[str]:
    labels = dict.fromkeys(column.values.get(value, value) for value in sorted(seen.values))
    return [label[:200] for label in labels]


def _item(label: str) -> dict[str, str]:
    return {"type": "item", "id": str(uuid.uuid4()), "value": label}
