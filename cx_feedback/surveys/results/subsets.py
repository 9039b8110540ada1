"""The responses that filters select, from which filtered results and trends are made."""

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.results import row_counts, tally_folding
from cx_feedback.surveys.results.answer_disclosure import may_show_score
from cx_feedback.surveys.results.answer_expressions import get_counted_values
from cx_feedback.surveys.results.dimensions import (
    ANSWER,
    DAY,
    LANGUAGE,
    PAGE,
    Cell,
    Dimension,
    build_dimensions,
    get_columns,
)
from cx_feedback.surveys.results.disclosure import DayBlock, build_day_blocks, may_show_group
from cx_feedback.surveys.results.filters import Filters, Period
from cx_feedback.surveys.results.thresholds import CONFIDENT_FROM, SHOW_FROM
from cx_feedback.surveys.results.value_counts import ValueCounts, count_values

#: The number of answers by day and value; ANSWERED for all answers.
ByDay = dict[datetime.date, Counter[str]]


@dataclass(frozen=True)
class TimeSeries:
    """The answers to one question by day, and the days in blocks."""

    by_day: ByDay
    blocks: list[DayBlock]

    def within(self, window: tuple[datetime.date, datetime.date] | None) -> "TimeSeries":
        """Return the series with the blocks that lie within a window; none without one."""
        first, last = window or (datetime.date.max, datetime.date.min)
        inside = [b for b in self.blocks if first <= b.first and b.last <= last]
        return TimeSeries(self.by_day, inside)


@dataclass(frozen=True)
class Subset:
    """The responses that filters select, before disclosure control."""

    survey_ids: list[int]
    definition: Definition
    filters: Filters
    cells: list[Cell]
    #: The counts by day and in all, if days are the only filter.
    tallies: ValueCounts | None = None
    #: Whether results by author are shown elsewhere.
    by_author: bool = False

    @cached_property
    def dimensions(self) -> tuple[list[Dimension], list[Dimension]]:
        """Return the dimensions of the filters without days, and the guards."""
        return build_dimensions(self.filters, self.definition, self.cells, self.by_author)

    @cached_property
    def blocks(self) -> list[DayBlock]:
        """Return the days in blocks; the cells must have days."""
        return build_day_blocks(self._every, self.cells)

    @cached_property
    def window(self) -> Period | None:
        """Return the first and last day of the blocks that end within the chosen days."""
        return find_window(self.blocks, self.filters)

    @cached_property
    def days(self) -> list[Dimension]:
        """Return the dimension of the chosen days as a list, empty if no days are chosen."""
        if not self.filters.by_date:
            return []
        if self.window is None:
            return [Dimension(DAY, lambda day: False, True)]
        first, last = self.window
        return [Dimension(DAY, lambda day: first <= day <= last, True)]

    @cached_property
    def n(self) -> int:
        """Return the number of responses."""
        every = [*self.dimensions[0], *self.days]
        return sum(cell.n for cell in self.cells if all(d.holds(cell) for d in every))

    @cached_property
    def open(self) -> bool:
        """Return whether they may be shown (rules 1 to 4)."""
        if self.n < SHOW_FROM or not self._stand_alone(self.cells, SHOW_FROM):
            return False
        return not self.filters.by_date or self._stand_alone(self.cells, CONFIDENT_FROM)

    def _stand_alone(self, cells: list[Cell], least: int) -> bool:
        picked, guards = self.dimensions
        return may_show_group(picked, cells, least, guards)

    @property
    def _every(self) -> list[Dimension]:
        picked, guards = self.dimensions
        return [*picked, *guards]

    def responses(self) -> tuple[QuerySet[Response], list[Q]]:
        """Return the survey's responses and the conditions that select the subset."""
        everybody = Response.objects.counted().filter(survey_id__in=self.survey_ids)
        responses, conditions = row_counts.build_conditions(
            everybody, self.dimensions[0], self.cells
        )
        if self.days:
            conditions.append(
                row_counts.between_days(*self.window) if self.window else Q(pk__in=[])
            )
        return responses, conditions

    def get_series(self, question: Question) -> TimeSeries:
        """Return these readers' answers to ``question`` over time.

        The subset must have been selected with ``series_of``.
        """
        if self.tallies is not None:
            return build_series(self.tallies, question.key).within(self.window)
        column = ANSWER + question.key
        who = [cell for cell in self.cells if cell.columns[column] is not None]
        if not self.open or not self._stand_alone(who, CONFIDENT_FROM):
            return TimeSeries({}, [])
        if not may_show_score(question, self._wider(question, who)):
            return TimeSeries({}, [])
        by_day: ByDay = {}
        for cell in who:
            if all(d.holds(cell) for d in self._every):
                given = by_day.setdefault(cell.columns[DAY], Counter())
                for value in (ANSWERED, *get_counted_values(question, cell.columns[column])):
                    given[value] += cell.n
        found = TimeSeries(by_day, build_day_blocks(self._every, self.cells, column))
        return found.within(self.window) if self.days else found

    def _wider(self, question: Question, who: list[Cell]) -> list[Counter[str]]:
        """Return the counts of the readers who meet all filters but one, for each filter."""
        every = [*self.dimensions[0], *self.days]
        found = []
        for left_out in every:
            given: Counter[str] = Counter()
            for cell in who:
                if all(d.holds(cell) for d in every if d is not left_out):
                    text = cell.columns[ANSWER + question.key]
                    for value in (ANSWERED, *get_counted_values(question, text)):
                        given[value] += cell.n
            found.append(given)
        return found


def find_window(blocks: list[DayBlock], filters: Filters) -> Period | None:
    """Return the first and last day of the blocks that end within the chosen days."""
    since, until = filters.since or datetime.date.min, filters.until or datetime.date.max
    chosen = [block for block in blocks if since <= block.last <= until]
    return (chosen[0].first, chosen[-1].last) if chosen else None


def build_series(counted: ValueCounts, key: str) -> TimeSeries:
    """Return the unfiltered time series of a question from counts by day."""
    by_day: ByDay = {}
    responses: Counter[datetime.date] = Counter()
    for (part, asked, value), n in counted.items():
        if part.startswith("day:") and asked == key:
            by_day.setdefault(_parse_day(part), Counter())[value] += n
        elif part.startswith("day:") and not asked:
            responses[_parse_day(part)] += n
    answered = {day: given[ANSWERED] for day, given in by_day.items()}
    cells = [Cell({DAY: day, ANSWER: True}, n) for day, n in answered.items()]
    cells += [Cell({DAY: d, ANSWER: None}, n - answered.get(d, 0)) for d, n in responses.items()]
    return TimeSeries(by_day, build_day_blocks([], cells, ANSWER))


def select_subset(survey: Survey, filters: Filters, *, series_of: Question | None = None) -> Subset:
    """Return the responses that ``filters`` select; one query.

    ``series_of`` is a question whose time series is read by the same statement.
    """
    family, definition = selectors.get_family_ids(survey), selectors.get_survey_definition(survey)
    columns = get_columns(filters, definition)
    if columns == [DAY]:
        found = count_values(survey_ids=family, part="day:", whole=True)
        days = [
            Cell({DAY: _parse_day(p)}, n) for (p, asked, _v), n in found.items() if p and not asked
        ]
        return Subset(family, definition, filters, days, found)
    if series_of is not None:
        columns = list(dict.fromkeys([*columns, DAY, ANSWER + series_of.key]))
    cells = _get_tallied_cells(family, columns)
    if cells is None:
        everybody = Response.objects.counted().filter(survey_id__in=family)
        cells = row_counts.count_cells(everybody, columns)
    return Subset(family, definition, filters, cells, by_author=survey.kind == Survey.NPS)


def _get_tallied_cells(family: list[int], columns: list[str]) -> list[Cell] | None:
    """Return the cells that can be read from tallies, None for other columns."""
    if columns == [LANGUAGE]:
        found = count_values(survey_ids=family, part="lang:", only=[""], whole=True)
        cells = [Cell({LANGUAGE: part[5:]}, n) for (part, _q, _v), n in found.items() if part]
        return [*cells, _get_remaining_cell({LANGUAGE: ""}, found, cells)]
    if columns == [PAGE, LANGUAGE]:
        found = count_values(
            survey_ids=family, part="page:", only=[tally_folding.LANGUAGE], whole=True
        )
        cells = [
            Cell({PAGE: int(part[5:]), LANGUAGE: language}, n)
            for (part, _question, language), n in found.items()
            if part
        ]
        return [*cells, _get_remaining_cell({PAGE: None, LANGUAGE: ""}, found, cells)]
    return None


def _parse_day(part: str) -> datetime.date:
    return datetime.date.fromisoformat(part.removeprefix("day:"))


def _get_remaining_cell(columns: dict[str, object], found: ValueCounts, cells: list[Cell]) -> Cell:
    """Return the cell of the responses without a page or without a language."""
    return Cell(columns, found["", "", ANSWERED] - sum(cell.n for cell in cells))
