"""The responses that an export contains, by its filters, read a few at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from cx_feedback.surveys import selectors
from cx_feedback.surveys.exports.export_rows import (
    ROW_COLUMNS,
    Column,
    ExportedRow,
    ExtraColumns,
    build_extra_columns,
    build_header,
    build_row,
    get_export_columns,
)
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.questions.parts import Cell
from cx_feedback.surveys.results.filters import Filters, parse_filters
from cx_feedback.surveys.single_responses.response_filters import (
    AnswerMatcher,
    ResponseFilters,
    filter_rows,
    parse_response_filters,
)

#: Rows that a query reads at a time.
CHUNK_SIZE = 2_000


@dataclass(frozen=True)
class TableRow:
    """A response that was read; without ``cells`` the filters on answers leave it out."""

    pk: int
    cells: list[Cell] | None


@dataclass(frozen=True)
class ExportTable:
    """The table that an export writes."""

    columns: list[Column]
    extra: ExtraColumns
    header: list[Cell]
    rows: QuerySet[Response]
    matcher: AnswerMatcher | None

    def iterate_rows(self) -> Iterator[TableRow]:
        """Iterate over the responses in the order of their ids."""
        found = self.rows.order_by("pk").values_list(*ROW_COLUMNS)
        for values in found.iterator(chunk_size=CHUNK_SIZE):
            row = ExportedRow(*values)
            shown = self.matcher is None or self.matcher.matches(row.answers)
            yield TableRow(row.pk, build_row(self.columns, row, self.extra) if shown else None)


def plan_table(export: Export) -> ExportTable:
    """Return the table of ``export`` with the rows that are not written yet."""
    survey = export.survey
    definition = selectors.get_survey_definition(survey)
    filters = read_filters(export, definition)
    columns = get_export_columns(definition, export.headings, export.with_texts)
    extra = build_extra_columns(survey, with_state=export.with_excluded or bool(filters.state))
    rows = select_rows(survey, filters, with_excluded=export.with_excluded).filter(
        pk__gt=export.last_written_id, pk__lte=export.last_included_id
    )
    matcher = AnswerMatcher(filters, definition) if filters.reads_answers else None
    header = build_header(columns, export.headings, extra)
    return ExportTable(columns, extra, header, rows, matcher)


def select_rows(
    survey: Survey, filters: ResponseFilters, *, with_excluded: bool
) -> QuerySet[Response]:
    """Return the responses of a survey and its translations that meet all filters but answers."""
    rows: Any = Response.objects.filter(survey_id__in=selectors.get_family_ids(survey))
    if not with_excluded and not filters.state:
        rows = rows.counted()
    return filter_rows(rows, filters)


def read_filters(export: Export, definition: Definition) -> ResponseFilters:
    """Return the filters of ``export``, as its user was permitted to choose them.

    Words select responses whether or not the file has a column with the texts.
    """
    return parse_export_filters(QueryDict(export.filters), definition, with_texts=True)


def parse_export_filters(
    query: QueryDict, definition: Definition, *, with_texts: bool
) -> ResponseFilters:
    """Return the filters in a query; raises InvalidInput that names parameters."""
    base = parse_filters(query, definition) if query else Filters()
    return parse_response_filters(query, base, with_texts=with_texts)
