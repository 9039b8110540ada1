"""Results by page of the responses that filters select, as far as they may be shown.

A page has a row if the results under these filters and the page may be shown (``disclosure``), with
the same number, and a score if the answers to its question may be too. One query reads all cells,
and the tables of the disclosure rules are made once for all pages.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.base import ANSWERED, Result, is_of_answers
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results import results_by_page, row_counts
from cx_feedback.surveys.results.answer_disclosure import may_show_score
from cx_feedback.surveys.results.answer_expressions import get_counted_values
from cx_feedback.surveys.results.dimensions import (
    ANSWER,
    DAY,
    LANGUAGE,
    PAGE,
    Cell,
    Dimension,
    PageClasses,
    build_dimensions,
    get_columns,
)
from cx_feedback.surveys.results.disclosure import GroupTable, build_day_blocks
from cx_feedback.surveys.results.filters import Filters, Period
from cx_feedback.surveys.results.results_by_page import PageReport, PageRow
from cx_feedback.surveys.results.subsets import Subset, find_window
from cx_feedback.surveys.results.thresholds import CONFIDENT_FROM, SHOW_FROM


def get_page_report(*, survey: Survey, wanted: str = "", filters: Filters) -> PageReport:
    """Return ``results_by_page.get_page_report`` of the responses that ``filters`` select."""
    if not filters:
        return results_by_page.get_page_report(survey=survey, wanted=wanted)
    family, definition = selectors.get_family_and_definition(survey)
    scored, question = results_by_page.choose_scored(definition, wanted)
    columns = [PAGE, LANGUAGE, *get_columns(filters, definition)]
    columns += [ANSWER + question.key] if question else []
    responses = Response.objects.counted().filter(survey_id__in=family)
    cells = row_counts.count_cells(responses, list(dict.fromkeys(columns)))
    by_author = survey.kind == Survey.NPS
    every = Subset(family, definition, filters, cells, by_author=by_author)
    if not every.open or (filters.by_date and every.window is None):
        return PageReport((), 0, 0, question, scored, too_few=every.n > 0)
    picked, guards = build_dimensions(replace(filters, page=None), definition, cells)
    groups = _PageGroups(
        filters,
        question,
        cells if filters.by_answer or filters.by_date else _as_tallied(cells),
        picked,
        [guard for guard in guards if guard.column.startswith(ANSWER)],
        PageClasses.of(cells, by_author),
    )
    return _build_report(groups, every, scored)


def _as_tallied(cells: list[Cell]) -> list[Cell]:
    """Return cells as tallies have them: responses without a page in no language."""
    return [
        cell
        if cell.columns[PAGE] is not None
        else replace(cell, columns={**cell.columns, LANGUAGE: ""})
        for cell in cells
    ]


def _build_report(groups: "_PageGroups", every: Subset, scored: tuple[Question, ...]) -> PageReport:
    found = {page: groups.get_row(page) for page in groups.pages}
    rows = sorted(
        (row for page, row in found.items() if row is not None and page is not None),
        key=lambda row: (-row.n, row.page_id),
    )
    others = [page for page, row in found.items() if row is None and page is not None]
    rest = every.n - sum(row.n for row in found.values() if row is not None)
    # With days chosen, each page covers others: their rest would be no number of anything.
    if groups.filters.page or groups.filters.by_date:
        others, rest = [], 0
    return PageReport(tuple(rows), len(others), rest, groups.question, scored)


@dataclass(frozen=True)
class _PageGroups:
    """The readers whom filters select, as one group for each page."""

    filters: Filters
    question: Question | None
    cells: list[Cell]
    #: The dimensions of the filters without days and page, and those that answers imply.
    picked: list[Dimension]
    guards: list[Dimension]
    classes: PageClasses

    @cached_property
    def by_page(self) -> dict[Any, list[Cell]]:
        """Return the cells of each page, whether they meet the filters or not."""
        found: dict[Any, list[Cell]] = {}
        for cell in self.cells:
            found.setdefault(cell.columns[PAGE], []).append(cell)
        return found

    @cached_property
    def pages(self) -> list[Any]:
        """Return the pages of those who meet the filters; None for responses without a page."""
        wanted = self.filters.page
        return [
            page
            for page, cells in self.by_page.items()
            if wanted in (None, page) and any(_holds(cell, self.picked) for cell in cells)
        ]

    def get_dimensions(self, page: Any) -> tuple[list[Dimension], list[Dimension]]:
        """Return the chosen dimensions of a page's group, and its guards."""
        picked = [*self.picked, self.classes.build_page(page)]
        guards = [*self.guards, *self.classes.build_guards(page, self.filters)]
        if not self.filters.language:
            inside = (c for c in self.by_page[page] if _holds(c, picked))
            tongues = {cell.columns[LANGUAGE] for cell in inside}
            if len(tongues) == 1:
                guards.append(self.classes.build_language(tongues.pop()))
        return picked, guards

    @cached_property
    def _windows(self) -> dict[Any, Period | None]:
        """Return the days that are covered for each page, as ``Subset.window``."""
        known: dict[frozenset[tuple[str, str]], Period | None] = {}
        found = {}
        for page in self.pages:
            picked, guards = self.get_dimensions(page)
            names = frozenset((d.column, d.name) for d in guards)
            if names not in known:
                blocks = build_day_blocks([*picked, *guards], self.cells)
                known[names] = find_window(blocks, self.filters)
            found[page] = known[names]
        return found

    def get_window(self, page: Any) -> Period | None:
        """Return the days that are covered for a page, None if all or none are."""
        return self._windows[page] if self.filters.by_date else None

    def _build_tables(self, cells: Iterable[Cell]) -> list[GroupTable]:
        every = [*self.picked, *self.guards, *self.classes.build_all(self.filters)]
        least = [SHOW_FROM, *([CONFIDENT_FROM] if self.filters.by_date else [])]
        cells = list(cells)
        return [GroupTable(every, cells, number) for number in least]

    @cached_property
    def _tables(self) -> list[GroupTable]:
        return self._build_tables(self.cells)

    @cached_property
    def _answered(self) -> list[GroupTable]:
        """Return the tables of those who answered the question."""
        column = ANSWER + self.question.key if self.question else ""
        return self._build_tables(c for c in self.cells if c.columns[column] is not None)

    def get_row(self, page: Any) -> PageRow | None:
        """Return the row of a page, None if it may not be shown."""
        window = self.get_window(page)
        if self.filters.by_date and window is None:
            return None
        days = _build_days(window)
        cells = [c for c in self.by_page[page] if _holds(c, [*self.picked, *days])]
        n = sum(cell.n for cell in cells)
        picked, guards = self.get_dimensions(page)
        if n < SHOW_FROM or not all(t.may_show(picked, guards) for t in self._tables):
            return None
        result = self._build_result(page, cells, days)
        return PageRow(page, n, result, *(window or ()))

    def _build_result(
        self, page: Any, cells: Sequence[Cell], days: list[Dimension]
    ) -> Result | None:
        """Return the result of the question on a page, None if it may not be shown (rule 5)."""
        if self.question is None:
            return None
        given = self._count_answers(cells)
        picked, guards = self.get_dimensions(page)
        if given[ANSWERED] < SHOW_FROM or not all(
            table.may_show(picked, guards) for table in self._answered
        ):
            return None
        wider = self._count_wider(page, days)
        common = [v for v, n in given.items() if is_of_answers(v) and n == given[ANSWERED]]
        tells = any(0 < other[v] - given[v] < SHOW_FROM for v in common for other in wider)
        if tells or not may_show_score(self.question, wider):
            return None
        return questions.get(self.question.type).build_result(self.question, given)

    def _count_wider(self, page: Any, days: list[Dimension]) -> list[Counter[str]]:
        """Return the answers of those who meet all filters but one, for each filter."""
        every = [*self.picked, *days]
        on_page = [
            [c for c in self.by_page[page] if _holds(c, [d for d in every if d is not left_out])]
            for left_out in every
        ]
        found = [self._count_answers(cells) for cells in on_page]
        return [*found, self._count_on_all_pages(tuple(days))]

    def _count_on_all_pages(self, days: tuple[Dimension, ...]) -> Counter[str]:
        key = tuple(d.wanted for d in days)
        if key not in self._on_all_pages:
            cells = (c for c in self.cells if _holds(c, [*self.picked, *days]))
            self._on_all_pages[key] = self._count_answers(cells)
        return self._on_all_pages[key]

    @cached_property
    def _on_all_pages(self) -> dict[Any, Counter[str]]:
        return {}

    def _count_answers(self, cells: Iterable[Cell]) -> Counter[str]:
        """Return the counts of the question by value."""
        found: Counter[str] = Counter()
        if self.question is None:
            return found
        for cell in cells:
            text = cell.columns[ANSWER + self.question.key]
            if text is not None:
                for value in (ANSWERED, *get_counted_values(self.question, text)):
                    found[value] += cell.n
        return found


def _build_days(window: Period | None) -> list[Dimension]:
    """Return the dimension of the days of a window as a list, empty without one."""
    if window is None:
        return []
    first, last = window

    def classify(day: datetime.date) -> Any:
        return window if first <= day <= last else None

    return [Dimension(DAY, classify, window, True)]


def _holds(cell: Cell, dimensions: Iterable[Dimension]) -> bool:
    return all(dimension.holds(cell) for dimension in dimensions)
