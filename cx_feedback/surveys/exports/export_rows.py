"""The header and the rows of an export: the answers to all questions, then the other fields.

Which columns a question has and what their cells say, its type decides: ``get_columns`` in
``surveys/questions/<type>.py``.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext

from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.questions.parts import Cell, CellWriter


@dataclass(frozen=True)
class Column:
    """One column: its heading, and the conversion of an answer into a cell."""

    question: str
    heading: str
    cell: CellWriter
    #: Whether it contains readers' own words or addresses.
    personal: bool = False
    #: The key of the part of the answer, "" for the whole.
    part: str = ""


@dataclass(frozen=True)
class ExportedRow:
    """The fields of a response that an export reads."""

    pk: int
    created_at: datetime.datetime
    page_id: int | None
    language: str
    seconds: int | None
    answers: dict[str, Any]
    version_number: int
    version_id: int
    state: str
    hidden_fields: dict[str, str]


#: The columns of ``ExportedRow`` in a query of responses.
ROW_COLUMNS = tuple(
    "version__number" if field.name == "version_number" else field.name
    for field in fields(ExportedRow)
)


@dataclass(frozen=True)
class ExtraColumns:
    """The columns behind those of the answers: version, state, anonymity, hidden fields."""

    with_state: bool = False
    #: The ids of the anonymous versions; without any there is no column.
    anonymous_ids: frozenset[int] = frozenset()
    hidden_fields: tuple[str, ...] = ()

    def get_headings(self, *, by_key: bool) -> list[str]:
        """Return the headings; hidden fields have the same names for people and programs."""
        found = ["version" if by_key else pgettext("survey", "Version")]
        if self.with_state:
            found.append("state" if by_key else pgettext("survey", "State"))
        if self.anonymous_ids:
            found.append("anonymous" if by_key else pgettext("survey", "Anonymous"))
        return found + [f"hidden.{name}" for name in self.hidden_fields]

    def get_cells(self, row: ExportedRow) -> list[Cell]:
        """Return the cells of a response."""
        state = [row.state] if self.with_state else []
        anonymous = [int(row.version_id in self.anonymous_ids)] if self.anonymous_ids else []
        hidden = [row.hidden_fields.get(name) for name in self.hidden_fields]
        return [row.version_number, *state, *anonymous, *hidden]


def get_own_headings(*, by_key: bool) -> list[str]:
    """Return the headings of columns other than answers, which also identify an export."""
    if by_key:
        return ["id", "created_at", "page", "language", "seconds"]
    return [
        pgettext("survey", "Response"),
        pgettext("survey", "Answered at"),
        pgettext("survey", "Page"),
        pgettext("survey", "Language"),
        pgettext("survey", "Seconds"),
    ]


def make_unique_headings(headings: Iterable[str], taken: Iterable[str] = ()) -> Iterator[str]:
    """Iterate over unique headings: "Page", "Page (2)".

    ``taken`` are headings that exist already.
    """
    used = {heading.strip().casefold() for heading in taken}
    for heading in headings:
        name, number = heading, 1
        while name.strip().casefold() in used:
            number += 1
            name = f"{heading.strip()} ({number})"
        used.add(name.strip().casefold())
        yield name


def get_export_columns(definition: Definition, headings: str, with_texts: bool) -> list[Column]:
    """Return the columns of all present and former questions, as their types define them.

    Readers' own words and email addresses are included only ``with_texts``; headings don't depend
    on that.
    """
    by_key = headings == Export.Headings.KEYS
    found: list[Column] = []
    for question in definition.ever_asked():
        if questions.get(question.type).asks:
            found += _get_question_columns(question, by_key)
    names = make_unique_headings((c.heading for c in found), get_own_headings(by_key=by_key))
    named = (replace(c, heading=name) for c, name in zip(found, names, strict=True))
    return [column for column in named if with_texts or not column.personal]


def _get_question_columns(question: Question, by_key: bool) -> Iterator[Column]:
    kind = questions.get(question.type)
    heading = question.key if by_key else question.label
    for part in kind.get_columns(question):
        named = f"{heading}.{part.key}" if by_key else f"{heading}: {part.label}"
        yield Column(
            question.key,
            named if part.key else heading,
            kind.get_cell_writer(question, part.key, by_key=by_key),
            part.is_personal,
            part.key,
        )


def build_header(columns: list[Column], headings: str, extra: ExtraColumns) -> list[Cell]:
    """Return the header row."""
    by_key = headings == Export.Headings.KEYS
    own = get_own_headings(by_key=by_key)
    taken = [*own, *(column.heading for column in columns)]
    return [*taken, *make_unique_headings(extra.get_headings(by_key=by_key), taken)]


def build_row(columns: list[Column], row: ExportedRow, extra: ExtraColumns) -> list[Cell]:
    """Return the row of a response."""
    at = timezone.localtime(row.created_at, timezone.get_default_timezone())
    cells: list[Cell] = [
        row.pk,
        at.isoformat(timespec="seconds"),
        row.page_id,
        row.language,
        row.seconds,
    ]
    for column in columns:
        value = row.answers.get(column.question)
        cells.append(None if value is None else column.cell(value))
    return [*cells, *extra.get_cells(row)]


def build_extra_columns(survey: Survey, *, with_state: bool) -> ExtraColumns:
    """Return the columns behind the answers, for all versions of a survey and its translations."""
    versions = SurveyVersion.objects.filter(
        survey_id__in=selectors.get_family_ids(survey), definition__anonymous=True
    )
    return ExtraColumns(
        with_state=with_state,
        anonymous_ids=frozenset(versions.values_list("pk", flat=True)),
        hidden_fields=get_hidden_fields(survey),
    )


def get_hidden_fields(survey: Survey) -> tuple[str, ...]:
    """Return the names of hidden fields in all versions of a survey and its translations."""
    versions = SurveyVersion.objects.filter(
        survey_id__in=selectors.get_family_ids(survey), definition__has_key="hidden_fields"
    ).order_by("pk")
    asked = selectors.get_definitions(versions.values_list("pk", flat=True))
    names = (name for definition in asked.values() for name in definition.hidden_fields)
    return tuple(dict.fromkeys(names))
