"""Creating a survey from a file, with question types guessed from the columns."""

import itertools
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import pgettext

from cx_feedback.core.tables.table_reader import (
    HEAD,
    Problem,
    Row,
    Sheet,
)
from cx_feedback.core.text.quotation import quote_texts
from cx_feedback.surveys import questions, services
from cx_feedback.surveys.imports.column_mapping import Column, Mapping, get_export_headings
from cx_feedback.surveys.imports.column_profile import ColumnProfile
from cx_feedback.surveys.imports.number_and_date_formats import guess_notation
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.base import QuestionType

#: The number that exports add to repeated headings.
_NUMBER_AFTER = re.compile(r" \([0-9]{1,4}\)\Z")


def create_survey(
    *,
    title: str,
    sheet: Sheet,
    mapping: Mapping,
    note: Callable[[str], None] = lambda words: None,
) -> Survey:
    """Create and publish a survey whose questions are the columns of ``sheet``.

    The type with the best rating for a column is used (``QuestionType.rate_column``), unless the
    mapping names one. Different spellings of a choice are merged and reported to ``note``.
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
        heading: ColumnProfile(heading, notation, (mapping.columns.get(heading) or Column()).values)
        for heading in wanted
    }
    profile_columns(itertools.chain(first, sheet.rows), seen)
    is_own = bool(get_export_headings(sheet.headings))
    raw = []
    for heading in wanted:
        if seen[heading].filled:
            column = mapping.columns.get(heading) or Column()
            label = column.label or (_without_number(heading, sheet) if is_own else heading)
            raw.append(_build_block(label, seen[heading], column))
            if "choices" in raw[-1]["value"]:
                _note_spellings(heading, seen[heading], note)
    survey = Survey(title=title[:200])
    survey.questions = survey.questions.stream_block.to_python(raw)
    return services.publish_survey(survey=survey)


def profile_columns(rows: Iterable[Row | Problem], seen: dict[str, ColumnProfile]) -> None:
    """Read all rows and return the profile of each column."""
    for row in rows:
        if isinstance(row, Row):
            for heading, column in seen.items():
                column.add(row.cells.get(heading, ""))


def _without_number(heading: str, sheet: Sheet) -> str:
    """Return the label of a question, without the number that exports add to repeated ones."""
    words = _NUMBER_AFTER.sub("", heading)
    known = {other.casefold() for other in sheet.headings}
    return words if words and words.casefold() in known else heading


def _note_spellings(heading: str, seen: ColumnProfile, note: Callable[[str], None]) -> None:
    for spelled in seen.choices.values():
        if len(spelled) > 1:
            said = {"column": heading, "values": quote_texts(spelled)}
            note(pgettext("survey", "%(column)s: %(values)s are one choice.") % said)


def guess_type(column: ColumnProfile) -> QuestionType:
    """Return the question type that fits a column best, the first one of several."""
    kinds = questions.all_types().values()
    return max(kinds, key=lambda kind: kind.rate_column(column))


def _build_block(label: str, profile: ColumnProfile, column: Column) -> dict[str, Any]:
    kind = questions.all_types().get(column.type) or guess_type(profile)
    value = {"label": label[:300], **kind.build_block_value(profile)}
    return {"type": kind.name, "id": str(uuid.uuid4()), "value": value}
