"""Which column answers which question, and how a cell becomes an answer.

A mapping file is JSON::

    {"id": "respondent", "date": "sent at", "date_format": "%d/%m/%Y", "page": "page id",
     "language": "lang", "separator": ";",
     "columns": {
       "Q1": "How was it?",
       "Q2": {"question": "<question key or words>", "values": {"1": "Good", "2": "Bad"}},
       "Internal": null}}

All of it is optional. Columns that it leaves out are matched by the words of the question. With
``--make-survey`` a column may name its ``type`` and its ``label``.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.surveys import questions
from cx_feedback.surveys.definitions import Definition, Question
from cx_feedback.surveys.imports.files import UnreadableFile
from cx_feedback.surveys.questions.base import InvalidAnswer

#: Headings that are taken for these, unless the mapping says otherwise.
KNOWN = {
    "id": ("id", "respondent", "response id", "response_id", "respondent_id", "submission id"),
    "date": ("date", "submitted at", "created_at", "timestamp", "submitdate", "fecha"),
}
_WORDS_FOR_YES = {"1", "true", "yes", "y", "on", "x", "sí", "si"}


@dataclass(frozen=True)
class Column:
    """What the mapping file says of one column."""

    question: str = ""
    values: dict[str, str] = field(default_factory=dict)
    type: str = ""
    label: str = ""


@dataclass(frozen=True)
class Mapping:
    """A mapping file; None for a column that is left out on purpose."""

    id: str = ""
    date: str = ""
    date_format: str = ""
    page: str = ""
    language: str = ""
    separator: str = ";"
    columns: dict[str, Column | None] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Mapping":
        """Read a mapping file; raises UnreadableFile."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            columns = {
                heading: _column(value) for heading, value in data.pop("columns", {}).items()
            }
            return cls(**data, columns=columns)
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise UnreadableFile(
                _("The mapping file cannot be used: %(why)s") % {"why": error}
            ) from None

    def special(self, headings: Iterable[str]) -> dict[str, str]:
        """Return which heading is the id, the date, the page and the language, where there is one.

        Raises UnreadableFile for one that the mapping names and the file does not have.
        """
        folded = {heading.casefold(): heading for heading in headings}
        found = {}
        for name in ("id", "date", "page", "language"):
            wanted = getattr(self, name)
            if wanted and wanted not in folded.values():
                raise UnreadableFile(
                    _("The mapping names the column “%(name)s”, which the file has not.")
                    % {"name": wanted}
                )
            known = (h for word in KNOWN.get(name, ()) if (h := folded.get(word)))
            heading = wanted or next(known, "")
            if heading and heading not in self.columns:
                found[name] = heading
        return found


def _column(value: Any) -> Column | None:
    if value is None:
        return None
    return Column(question=value) if isinstance(value, str) else Column(**value)


@dataclass(frozen=True)
class Placed:
    """A column and the question that it answers; ``row`` for one row of a matrix."""

    heading: str
    question: Question
    values: dict[str, str]
    row: str = ""


def placed(mapping: Mapping, headings: Iterable[str], definition: Definition) -> list[Placed]:
    """Return the columns that answer a question; raises UnreadableFile for a wrong mapping.

    A question is found by its key or its words; a row of a matrix by "words [words of the row]".
    """
    by_name = _names(definition)
    found = []
    for heading in headings:
        column = mapping.columns.get(heading, Column())
        if column is None:
            continue
        target = by_name.get((column.question or column.label or heading).strip().casefold())
        if target is not None:
            found.append(Placed(heading, target[0], column.values, target[1]))
        elif column.question:
            raise UnreadableFile(
                _("The survey has no question “%(name)s”.") % {"name": column.question}
            )
    return found


def _names(definition: Definition) -> dict[str, tuple[Question, str]]:
    names: dict[str, tuple[Question, str]] = {}
    for question in reversed(list(definition.ever_asked())):
        if not questions.get(question.type).asks:
            continue
        for row in question.options.get("rows", ()):
            for name in (question.label, question.key):
                for words in (row["label"], row["key"]):
                    names[f"{name} [{words}]".casefold()] = (question, row["key"])
        for name in (question.label.strip(), question.key):
            names[name.casefold()] = (question, "")
    return names


def answer(column: Placed, cell: str, separator: str) -> Any:
    """Return the answer to store for a cell; raises InvalidAnswer."""
    question, kind = column.question, questions.get(column.question.type)
    text = column.values.get(cell.strip(), cell.strip())
    if column.row:
        return _choice(question, text, "columns")
    if question.type in {"choices", "ranking"}:
        parts = [part.strip() for part in text.split(separator) if part.strip()]
        value: Any = [_choice(question, column.values.get(part, part)) for part in parts]
    elif "choices" in question.options or "emotions" in question.options:
        value = _choice(question, text)
    elif question.type == "consent":
        value = True if text.casefold() in _WORDS_FOR_YES else None
    else:
        value = kind.from_form([text], {})
        if isinstance(value, str) and value.endswith(".0"):  # as spreadsheets write whole numbers
            value = kind.from_form([value.removesuffix(".0")], {})
    if kind.is_empty(value):
        return None
    return kind.clean(question, value)


def _choice(question: Question, text: str, name: str = "") -> Any:
    """Return the key of the choice that ``text`` names, by key or by words."""
    options = question.options
    names = (name,) if name else ("choices", "emotions", "retired_choices")
    offered = [choice for name in names for choice in options.get(name, ())]
    for attribute in ("key", "label"):
        for choice in offered:
            if str(choice.get(attribute, "")).strip().casefold() == text.casefold():
                return choice["key"]
    if options.get("other") and text and not name:
        return {"other": text}
    raise InvalidAnswer(_("There is no such choice."))
