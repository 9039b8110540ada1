"""The codebook of an export: what each column and each value means, now and in earlier versions."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.core.tables.table_writer import BYTE_ORDER_MARK, CSVWriter
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.exports.export_rows import (
    Column,
    ExtraColumns,
    build_extra_columns,
    get_export_columns,
    get_own_headings,
    make_unique_headings,
)
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import Response, Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.questions.parts import Cell

#: Between several wordings in one cell.
_AND = " | "


@dataclass
class QuestionHistory:
    """A question as the versions of a survey asked it."""

    question: Question
    wordings: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    #: The labels of each value, the last one last.
    labels: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, question: Question, number: int | None) -> None:
        """Add a version; without ``number`` it no longer asks the question."""
        _move_to_end(self.wordings, question.label)
        if number is not None:
            self.numbers.append(number)
        for value, label in iterate_values(question):
            _move_to_end(self.labels[value], label)


def _move_to_end(words: list[str], word: str) -> None:
    if word in words:
        words.remove(word)
    words.append(word)


def iterate_values(question: Question) -> Iterator[tuple[str, str]]:
    """Iterate over the codes of a question and their labels: choices, rows, ends of a scale."""
    for item in questions.get(question.type).get_keyed_items(question):
        yield str(item["key"]), str(item["label"])
    for end in ("low", "high"):
        if end in question.options:
            yield str(question.options[end]), str(question.options.get(f"{end}_label") or "")


def build_codebook(
    survey: Survey, columns: Sequence[Column], extra: ExtraColumns, headings: str
) -> Iterator[list[Cell]]:
    """Iterate over the rows of the codebook, its header first.

    A row without a value is about a column, the rows after it about the column's values.
    """
    yield [
        pgettext("codebook", "Column"),
        pgettext("codebook", "Question key"),
        pgettext("codebook", "Type"),
        pgettext("codebook", "Wording"),
        pgettext("codebook", "Former wordings"),
        pgettext("codebook", "Required"),
        pgettext("codebook", "Asked in versions"),
        pgettext("codebook", "Value"),
        pgettext("codebook", "Label"),
        pgettext("codebook", "Former labels"),
        pgettext("codebook", "Empty cell"),
    ]
    by_key = headings == Export.Headings.KEYS
    own = get_own_headings(by_key=by_key)
    yield from _describe_own(own)
    found = read_histories(survey)
    for column in columns:
        if column.question in found:
            yield from _describe_column(column, found[column.question])
    taken = [*own, *(column.heading for column in columns)]
    more = make_unique_headings(extra.get_headings(by_key=by_key), taken)
    yield from _describe_extra(extra, list(more))


def write_codebook(survey: Survey, headings: str, separator: Separator, *, with_texts: bool) -> str:
    """Return the codebook of all columns that an export may have as CSV."""
    definition = selectors.get_survey_definition(survey)
    columns = get_export_columns(definition, headings, with_texts)
    extra = build_extra_columns(survey, with_state=True)
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = CSVWriter(text, separator)
    for row in build_codebook(survey, columns, extra, headings):
        writer.writerow(row)
    return text.getvalue()


def read_histories(survey: Survey) -> dict[str, QuestionHistory]:
    """Return how each question of a survey and its translations was asked, by key; two queries.

    Wordings and labels are those of the survey itself where it has the question.
    """
    family = selectors.get_family_ids(survey)
    rows = SurveyVersion.objects.filter(survey_id__in=family).order_by("number", "pk")
    versions = list(rows.values_list("pk", "survey_id", "number"))
    definitions = selectors.get_definitions(pk for pk, _survey_id, _number in versions)
    found: dict[str, QuestionHistory] = {}
    for pk, survey_id, number in versions:
        if survey_id == survey.pk:
            _note_version(found, definitions[pk], number)
    others: dict[str, QuestionHistory] = {}
    for pk, survey_id, number in versions:
        if survey_id != survey.pk:
            _note_version(others, definitions[pk], number)
    return {**others, **found}


def _note_version(found: dict[str, QuestionHistory], asked: Definition, number: int) -> None:
    for question in asked.ever_asked():
        history = found.setdefault(question.key, QuestionHistory(question))
        history.question = question
        history.note(question, number if question in asked.questions else None)


def _describe_column(column: Column, history: QuestionHistory) -> Iterator[list[Cell]]:
    question = history.question
    *former, wording = history.wordings
    yield [
        column.heading,
        question.key,
        question.type,
        wording,
        _AND.join(former),
        _say_yes_or_no(question.required),
        _say_versions(history.numbers),
        None,
        None,
        None,
        _explain_empty(question),
    ]
    for value, labels in _list_values(column, history):
        *earlier, label = labels
        yield [column.heading, question.key, *[None] * 5, value, label, _AND.join(earlier), None]


def _list_values(column: Column, history: QuestionHistory) -> Iterable[tuple[Cell, list[str]]]:
    """Return the values of a column with their labels, the last one last."""
    found = questions.get(history.question.type).get_cell_values(history.question, column.part)
    if found is None:
        return history.labels.items()
    return [(value, history.labels.get(str(value), [label])) for value, label in found.items()]


def _say_versions(numbers: list[int]) -> str:
    """Return "1–3, 5" for 1, 2, 3 and 5."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in spans)


def _say_yes_or_no(value: Any) -> str:
    return pgettext("codebook", "yes") if value else pgettext("codebook", "no")


def _explain_empty(question: Question) -> str:
    if question.show_if:
        return _("not shown by its condition, left out, or not asked in that version")
    if question.required:
        return _("not asked in that version, or on a page that was not shown")
    return _("left out, or not asked in that version")


def _describe_own(headings: list[str]) -> Iterator[list[Cell]]:
    meanings = [
        _("number of the response"),
        _("when it was given, in the site's time zone; of anonymous ones the hour"),
        _("id of the page, empty for none"),
        _("language of the form"),
        _("seconds from the first interaction to sending, empty where not measured"),
    ]
    for heading, meaning in zip(headings, meanings, strict=True):
        yield [heading, None, None, meaning, *[None] * 7]


def _describe_extra(extra: ExtraColumns, headings: list[str]) -> Iterator[list[Cell]]:
    rest = iter(headings)
    yield [next(rest), None, None, _("number of the version that was answered"), *[None] * 7]
    if extra.with_state:
        heading = next(rest)
        yield [heading, None, None, _("state of the response"), *[None] * 7]
        for value, label in Response.State.choices:
            yield [heading, *[None] * 6, value, str(label), None, None]
    if extra.anonymous_ids:
        heading = next(rest)
        words = _("whether its version was anonymous: it was stored without its reader")
        yield [heading, None, None, words, *[None] * 7]
        for flag in (1, 0):
            yield [heading, *[None] * 6, flag, _say_yes_or_no(flag), None, None]
    for heading in rest:
        words = _("hidden field of the link, empty where it said nothing")
        yield [heading, None, None, words, *[None] * 7]
