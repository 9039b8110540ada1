"""Which column answers which question; what its cells say is for ``cells``.

A mapping file is JSON::

    {"id": "respondent", "date": "sent at", "date_format": "%d/%m/%Y", "page": "page id",
     "language": "lang", "separator": ";",
     "columns": {
       "Q1": "How was it?",
       "Q2": {"question": "<question key or words>", "values": {"1": "Good", "2": "Bad"}},
       "Internal": null}}

All of it is optional. Columns that it leaves out are matched by the words of the question. With
``--make-survey`` a column may name its ``type`` and its ``label``.

An answer of several parts (a matrix, several choices, a ranking, other words) may stand in one
column for each part: "words [part]" as LimeSurvey and Google Forms write, "words: part" or
"key.part" as our own export does.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from cx_feedback.core.sheets import UnreadableFile
from cx_feedback.surveys import questions
from cx_feedback.surveys.definitions import Definition, Question

#: Headings that are taken for these, unless the mapping says otherwise.
KNOWN = {
    "id": (
        *("id", "respondent", "response id", "response_id", "respondent_id", "submission id"),
        *("response", "respuesta"),
    ),
    "date": (
        *("date", "submitted at", "created_at", "timestamp", "submitdate", "fecha"),
        *("answered at", "respondida el"),
    ),
}
#: The part of a question that is the reader's own words.
OWN_WORDS = "other"
#: The list whose items are the parts of an answer, by the type of question.
_PARTS = {"choices": "choices", "ranking": "choices", "matrix": "rows"}


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

    def special(
        self, headings: Iterable[str], definition: Definition | None = None
    ) -> dict[str, str]:
        """Return which heading is the id, the date, the page and the language, where there is one.

        A heading that is a question of ``definition`` is that, unless the mapping says otherwise.
        Raises UnreadableFile for one that the mapping names and the file does not have.
        """
        folded = {heading.casefold(): heading for heading in headings}
        asked = _names(definition) if definition else {}
        found = {}
        for name in ("id", "date", "page", "language"):
            wanted = getattr(self, name)
            if wanted and wanted not in folded.values():
                raise UnreadableFile(
                    _("The mapping names the column “%(name)s”, which the file has not.")
                    % {"name": wanted}
                )
            words = (word for word in KNOWN.get(name, ()) if word not in asked)
            known = (h for word in words if (h := folded.get(word)))
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
    """A column and the question that it answers.

    ``part`` is the key of a row or a choice, or ``OWN_WORDS``, where the column is a part of it.
    """

    heading: str
    question: Question
    values: dict[str, str]
    part: str = ""


def placed(mapping: Mapping, headings: Iterable[str], definition: Definition) -> list[Placed]:
    """Return the columns that answer a question; raises UnreadableFile for a wrong mapping.

    A question is found by its key or its words, a part of it as the head of this file says.
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
    """Return what a heading may say, folded, and the question and part that it names."""
    names: dict[str, tuple[Question, str]] = {}
    for question in reversed(list(definition.ever_asked())):
        if not questions.get(question.type).asks:
            continue
        for key, words in _parts(question):
            for name in (question.label.strip(), question.key):
                for part in (words, key):
                    for heading in (f"{name} [{part}]", f"{name}: {part}", f"{name}.{part}"):
                        names[heading.casefold()] = (question, key)
        for name in (question.label.strip(), question.key):
            names[name.casefold()] = (question, "")
    return names


def _parts(question: Question) -> Iterator[tuple[str, str]]:
    """Iterate over key and words of the parts that have columns of their own."""
    name = _PARTS.get(question.type, "")
    for listed in (f"retired_{name}", name):
        for item in question.options.get(listed, ()) if name else ():
            yield item["key"], str(item["label"]).strip()
    if question.options.get("other"):
        for language, _name in settings.LANGUAGES:  # that of the export is not known
            with override(language):
                yield OWN_WORDS, _("in own words")
        yield OWN_WORDS, str(question.options["other"]).strip()
