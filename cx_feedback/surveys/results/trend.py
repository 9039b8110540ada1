"""A score over time with its latest change, and the comparison of two periods."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.base import ANSWERED, Result
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.results import scores_and_intervals
from cx_feedback.surveys.results.filtered_results import FilteredResults, get_filtered_results
from cx_feedback.surveys.results.filters import Filters, Period
from cx_feedback.surveys.results.results_by_page import has_score
from cx_feedback.surveys.results.scores_and_intervals import Difference
from cx_feedback.surveys.results.subsets import (
    Subset,
    TimeSeries,
    build_series,
    select_subset,
)
from cx_feedback.surveys.results.thresholds import SHOW_FROM
from cx_feedback.surveys.results.value_counts import ValueCounts, count_values

Span = Literal["day", "week", "month"]
SPANS: tuple[Span, ...] = ("day", "week", "month")
#: The number of latest points that are shown.
MAX_POINTS = 60


@dataclass(frozen=True)
class Point:
    """The answers from ``first`` to ``last``, which belong to a day, week or month."""

    first: datetime.date
    last: datetime.date
    result: Result


@dataclass(frozen=True)
class Trend:
    """A question's results over time, the latest last; ``change`` compares the last two points."""

    question: Question
    span: Span
    points: tuple[Point, ...]
    change: Difference | None

    @property
    def scored_points(self) -> list[Point]:
        """Return the points that have a score."""
        return [point for point in self.points if point.result.score is not None]


def get_trend_question(definition: Definition, key: str) -> Question | None:
    """Return the question with this key, else the first one with a score, or None."""
    scored = [q for q in definition.questions if has_score(q)]
    return next((q for q in scored if q.key == key), scored[0] if scored else None)


def get_trend(
    *,
    survey: Survey,
    question: Question,
    span: Span,
    filters: Filters,
    counted: ValueCounts | None = None,
    subset: Subset | None = None,
) -> Trend:
    """Return a question's score over time among the readers selected by ``filters``.

    Points are made of whole blocks of days, each of enough answers or of none (``disclosure``,
    rule 4). The change is that of the last point from the one before, with the 95% interval of
    the difference. ``counted`` are counts of everybody by day (responses and answers), ``subset``
    is what ``select_subset`` returned for ``question`` and these filters, where the
    caller has them at hand.
    """
    series = _get_series(survey, question, filters, counted, subset)
    points = [
        Point(first, last, questions.get(question.type).build_result(question, given))
        for first, last, given in _group_blocks(series, span)
        if given[ANSWERED] >= SHOW_FROM
    ][-MAX_POINTS:]
    change = compare_results(points[-2].result, points[-1].result) if len(points) > 1 else None
    return Trend(question, span, tuple(points), change)


def _get_series(
    survey: Survey,
    question: Question,
    filters: Filters,
    counted: ValueCounts | None,
    subset: Subset | None,
) -> TimeSeries:
    if filters:
        return (subset or select_subset(survey, filters, series_of=question)).get_series(question)
    if counted is None:
        family = selectors.get_family_ids(survey)
        counted = count_values(survey_ids=family, part="day:", only=["", question.key])
    return build_series(counted, question.key)


def _group_blocks(
    series: TimeSeries, span: Span
) -> list[tuple[datetime.date, datetime.date, Counter[str]]]:
    """Group whole blocks by the day, week or month in which they end."""
    groups: dict[datetime.date, tuple[datetime.date, datetime.date, Counter[str]]] = {}
    days = sorted(series.by_day)
    for block in series.blocks:
        inside = [day for day in days if block.first <= day <= block.last]
        if not inside:
            continue
        given: Counter[str] = sum((series.by_day[day] for day in inside), Counter())
        start = get_span_start(block.last, span)
        first, _last, before = groups.get(start, (inside[0], inside[0], Counter()))
        groups[start] = (first, inside[-1], before + given)
    return [groups[start] for start in sorted(groups)]


def get_span_start(day: datetime.date, span: Span) -> datetime.date:
    """Return the first day of the day, week (from Monday) or month that ``day`` lies in."""
    if span == "week":
        return day - datetime.timedelta(days=day.weekday())
    return day if span == "day" else day.replace(day=1)


def compare_results(before: Result, after: Result) -> Difference | None:
    """Return the change of a question's score, None for a question without a score."""
    return questions.get(before.question.type).compare_results(before, after)


class ShareChange(NamedTuple):
    """The change of the share of one answer, which ``label`` names."""

    label: str
    change: Difference


@dataclass(frozen=True)
class QuestionPair:
    """One question in two periods: the changes of its score and of the shares of its answers."""

    before: Result
    after: Result
    change: Difference | None
    rows: tuple[ShareChange, ...]


@dataclass(frozen=True)
class Comparison:
    """The comparison of two periods; without pairs if one of them may not be shown."""

    before: FilteredResults
    after: FilteredResults
    pairs: tuple[QuestionPair, ...]


def compare_periods(
    *,
    survey: Survey,
    filters: Filters,
    before: Period,
    after: Period,
) -> Comparison:
    """Compare two periods (first and last day) among the responses that ``filters`` select.

    Differences of shares by Newcombe's method, of scores by
    ``scores_and_intervals.compare_scores`` or, for an NPS,
    ``scores_and_intervals.compare_balances``.
    """
    first = get_filtered_results(survey=survey, filters=filters.between(*before))
    second = get_filtered_results(survey=survey, filters=filters.between(*after))
    later = {result.question.key: result for result in second.questions}
    pairs = [
        _build_pair(result, later[result.question.key], first, second)
        for result in first.questions
        if result.question.key in later and result.shown and later[result.question.key].shown
    ]
    return Comparison(first, second, tuple(pairs))


def _iterate_shares(result: Result) -> Iterator[tuple[str, str, scores_and_intervals.Score]]:
    """Iterate over the shares in a result: value, label and share."""
    for row in result.rows:
        for cell in row.cells:
            yield f"{row.label}/{cell.label}", f"{row.full_label}: {cell.full_label}", cell.share
        if row.value and not row.cells:
            yield row.value, row.full_label, row.share


def _build_pair(
    before: Result, after: Result, first: FilteredResults, second: FilteredResults
) -> QuestionPair:
    then = {value: share for value, _label, share in _iterate_shares(before)}
    rows = tuple(
        ShareChange(label, scores_and_intervals.compare_scores(then[value], share))
        for value, label, share in _iterate_shares(after)
        if value in then
    )
    change = compare_results(before, after)
    if questions.get(before.question.type).is_nps:
        # Small bars may be missing, so classes can't be counted from the rows.
        then_all, now_all = (v.balances.get(before.question.key) for v in (first, second))
        change = (
            scores_and_intervals.compare_balances(then_all, now_all)
            if then_all and now_all
            else None
        )
    return QuestionPair(before, after, change, rows)
