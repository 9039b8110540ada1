"""The mapping of columns to questions.

A mapping file is JSON::

    {"id": "respondent", "date": "sent at", "date_format": "%d/%m/%Y", "page": "page id",
     "language": "lang", "separator": ";", "missing": ["-99"],
     "columns": {
       "Q1": "How was it?",
       "Q2": {"question": "<question key or words>",
              "values": {"1": "Good", "2": "Bad", "9": null}},
       "Internal": null}}

Everything is optional. Columns that are not mentioned are matched by the label of the question.
With ``--create-survey``, a column can have a ``type`` and a ``label``. Columns and values that are
mapped to null or "" are left out. ``missing`` are further cells that count as empty, besides "NA"
and "N/A".

The parts of an answer (to a matrix, several choices, a ranking, or "other") may have a column
each: "label [part]" as written by LimeSurvey and Google Forms, "label: part" or "key.part" as
written by our own export.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from cx_feedback.core.tables.table_reader import UnreadableFile
from cx_feedback.surveys import questions
from cx_feedback.surveys.exports.export_rows import (
    ExtraColumns,
    get_own_headings,
    make_unique_headings,
)
from cx_feedback.surveys.questions.definitions import Definition, Question

#: Headings with these meanings, unless the mapping says otherwise.
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
#: What ``make_unique_headings`` adds to a heading that exists already.
_NUMBER = re.compile(r" \(\d{1,4}\)\Z")
#: The columns of our own export besides answers, in their order.
OWN_COLUMNS = ("id", "date", "page", "language", "seconds")


@dataclass(frozen=True)
class Column:
    """The mapping of one column."""

    question: str = ""
    values: dict[str, str | None] = field(default_factory=dict)
    type: str = ""
    label: str = ""


@dataclass(frozen=True)
class Mapping:
    """A mapping file; a column that is left out is None."""

    id: str = ""
    date: str = ""
    date_format: str = ""
    page: str = ""
    language: str = ""
    separator: str = ";"
    missing: tuple[str, ...] = ()
    columns: dict[str, Column | None] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Mapping":
        """Read a mapping file; raises UnreadableFile."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            columns = {
                heading: _parse_column(value) for heading, value in data.pop("columns", {}).items()
            }
            missing = tuple(map(str, data.pop("missing", ())))
            mapping = cls(**data, missing=missing, columns=columns)
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise UnreadableFile(
                _("The mapping file can't be used: %(why)s") % {"why": error}
            ) from None
        _check_types(columns)
        return mapping

    def special(
        self, headings: Iterable[str], definition: Definition | None = None
    ) -> dict[str, str]:
        """Return the headings of the id, the date, the page and the language, if they exist.

        Our own exports have one for the seconds too. In other files, a heading that is a question
        of ``definition`` belongs to that question, unless the mapping says otherwise. Raises
        UnreadableFile if the file lacks a heading that the mapping names.
        """
        headings = list(headings)
        folded = {heading.casefold(): heading for heading in headings}
        own = dict(zip(OWN_COLUMNS, get_export_headings(headings), strict=False))
        asked = get_question_headings(definition) if definition else {}
        found = {}
        for name in OWN_COLUMNS:
            wanted = getattr(self, name, "")
            if wanted and wanted not in folded.values():
                raise UnreadableFile(
                    _("The mapping names the column “%(name)s”, which is not in the file.")
                    % {"name": wanted}
                )
            words = (word for word in KNOWN.get(name, ()) if word not in asked)
            known = (h for word in words if (h := folded.get(word)))
            heading = wanted or (own.get(name, "") if own else next(known, ""))
            if heading and heading not in self.columns:
                found[name] = heading
        trailing = get_trailing_headings(headings) if own else []
        return found | {heading: heading for heading in trailing if heading not in self.columns}


def get_export_headings(headings: Sequence[str]) -> list[str]:
    """Return the headings other than questions, if the file is an export of ours; else none.

    An export is recognised by having all of them, in any language of the site.
    """
    beginning = [heading.casefold() for heading in headings[: len(OWN_COLUMNS)]]
    known = [get_own_headings(by_key=True)]
    for language, _name in settings.LANGUAGES:
        with override(language):
            known.append(get_own_headings(by_key=False))
    is_own = any(beginning == [name.casefold() for name in names] for names in known)
    return list(headings[: len(OWN_COLUMNS)]) if is_own else []


def get_trailing_headings(headings: Sequence[str]) -> list[str]:
    """Return the headings after the questions of our own export: version, state, hidden fields.

    A question of the same name stands before them, so that each is taken once.
    """
    versions, states = {"version"}, {"state"}
    for language, _name in settings.LANGUAGES:
        with override(language):
            version, state = ExtraColumns(with_state=True).get_headings(by_key=False)
        versions.add(version.casefold())
        states.add(state.casefold())
    names = [_NUMBER.sub("", heading.strip()).casefold() for heading in headings]
    end = len(names)
    while end and names[end - 1].startswith("hidden."):
        end -= 1
    for known in (states, versions):
        if end and names[end - 1] in known:
            end -= 1
    return list(headings[end:])


def _parse_column(value: Any) -> Column | None:
    if not value:
        return None
    return Column(question=value) if isinstance(value, str) else Column(**value)


def _check_types(columns: dict[str, Column | None]) -> None:
    """Raise UnreadableFile for a type that no question has."""
    known = [name for name, kind in questions.all_types().items() if kind.asks]
    for heading, column in columns.items():
        if column is not None and column.type and column.type not in known:
            words = {"name": heading, "type": column.type, "types": ", ".join(known)}
            raise UnreadableFile(
                _(
                    "The mapping gives the column “%(name)s” the type “%(type)s”, which doesn't "
                    "exist. There are %(types)s."
                )
                % words
            )


@dataclass(frozen=True)
class MatchedColumn:
    """A column with its question, and the key of the part of the answer, if any."""

    heading: str
    question: Question
    values: dict[str, str | None]
    part: str = ""


def match_columns(
    mapping: Mapping,
    headings: Iterable[str],
    definition: Definition,
    special: Collection[str] = (),
) -> list[MatchedColumn]:
    """Return the columns that answer questions; raises UnreadableFile for a wrong mapping.

    Questions are found by key or label, their parts by the headings described above. ``special``
    are headings with another meaning.
    """
    headings = list(headings)
    by_name = get_question_headings(definition, get_export_headings(headings))
    found = []
    for heading in headings:
        column = mapping.columns.get(heading, Column())
        if column is None:
            continue
        if heading in special:
            continue
        target = by_name.get((column.question or column.label or heading).strip().casefold())
        if target is not None:
            found.append(MatchedColumn(heading, target[0], column.values, target[1]))
        elif column.question:
            raise UnreadableFile(
                _("The survey has no question “%(name)s”.") % {"name": column.question}
            )
    return found


def get_question_headings(
    definition: Definition, taken: Sequence[str] = ()
) -> dict[str, tuple[Question, str]]:
    """Return all possible headings, folded, with the question and part that each names.

    If several questions have the same label, or that of another heading (``taken``), the later
    ones are numbered as in an export.
    """
    names: dict[str, tuple[Question, str]] = {}
    for question in definition.ever_asked():
        if not questions.get(question.type).asks:
            continue
        mine: dict[str, str] = {}
        parts = list(dict.fromkeys(_iterate_part_names(question)))
        for name in (question.label.strip(), question.key):
            mine[name.casefold()] = ""
            for key, part in parts:
                for heading in (f"{name} [{part}]", f"{name}: {part}", f"{name}.{part}"):
                    _add_heading(mine, heading.casefold(), key)
        for name, heading in zip(mine, make_unique_headings(mine, [*taken, *names]), strict=True):
            names[heading.casefold()] = (question, mine[name])
    return names


def _add_heading(headings: dict[str, str], heading: str, part: str) -> None:
    """Add the heading of a part, numbered if the same heading exists already."""
    name, number = heading, 1
    while headings.setdefault(name, part) != part:
        number += 1
        name = f"{heading} ({number})"


def _iterate_part_names(question: Question) -> Iterator[tuple[str, str]]:
    """Iterate over key and label of the parts of an answer, in each language of the site.

    The language of an exported file is unknown.
    """
    kind = questions.get(question.type)
    for language, _name in settings.LANGUAGES:
        with override(language):
            for part in kind.get_parts(question):
                for name in (part.label, part.key, *part.names):
                    yield part.key, str(name).strip()
