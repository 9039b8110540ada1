"""Results of the responses that filters select, as far as they may be shown (``disclosure``)."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cx_feedback.surveys import questions
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.base import Result, is_of_answers
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results import row_counts
from cx_feedback.surveys.results.answer_disclosure import (
    count_balance,
    drop_small_rows,
    find_rare_values,
    may_show_score,
)
from cx_feedback.surveys.results.dimensions import PAGE
from cx_feedback.surveys.results.filters import Filters
from cx_feedback.surveys.results.row_counts import AnswerCounts
from cx_feedback.surveys.results.subsets import Subset, select_subset
from cx_feedback.surveys.results.thresholds import SHOW_FROM
from cx_feedback.surveys.results.value_counts import ValueCounts, count_values


@dataclass(frozen=True)
class FilteredResults:
    """The results of filtered responses that may be shown.

    If showing anything would reveal single readers, ``n`` is None and there are no questions.
    ``since`` and ``until`` are the first and last day that are really covered.
    """

    filters: Filters
    n: int | None
    #: The number of responses without filters.
    total: int
    questions: tuple[Result, ...] = ()
    #: Keys of the questions with withheld answers.
    withheld: frozenset[str] = frozenset()
    #: Promoters, detractors and answers of NPS questions whose score may be shown, by key.
    balances: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    since: datetime.date | None = None
    until: datetime.date | None = None
    #: Whether the days had to be changed so that no single reader is revealed.
    moved: bool = False


def get_filtered_results(
    *, survey: Survey, filters: Filters, subset: Subset | None = None
) -> FilteredResults:
    """Return the results of the responses that ``filters`` select, as far as they may be shown.

    A single filter on days, a page, a section or a language is answered from tallies; for others
    the database counts the rows. ``subset`` is the result of ``select_subset`` for these filters,
    if the caller already has it.
    """
    subset = subset or select_subset(survey, filters)
    total = sum(cell.n for cell in subset.cells)
    window = subset.window if filters.by_date else None
    since, until = window or (None, None)
    shown = FilteredResults(
        filters, None, total, since=since, until=until, moved=_has_moved_days(subset)
    )
    if filters.by_date and window is None:
        return shown  # nobody, or a few readers who are shown with neighbouring days
    if not subset.n:
        return replace(shown, n=0)
    if not subset.open:
        return shown
    passing, without = _count_answers(subset)
    if _reveals_few(passing, without, subset.n):
        return shown
    asked = list(subset.definition.ever_asked())
    results = [
        _build_result(
            q,
            passing,
            without,
            retired=q in subset.definition.retired,
            by_days_alone=not filters.without_dates(),
        )
        for q in asked
        if questions.get(q.type).asks
    ]
    kept = [found for found in results if not found[0].retired or found[0].n]
    return replace(
        shown,
        n=subset.n,
        questions=tuple(result for result, _hidden in kept),
        withheld=frozenset(result.question.key for result, hidden in kept if hidden),
        balances=_count_balances(asked, passing, without),
    )


def _count_balances(
    asked: Sequence[Question], passing: AnswerCounts, without: list[AnswerCounts]
) -> dict[str, tuple[int, int, int]]:
    """Return the balances of NPS questions by key, where no rare answer follows from them."""
    return {
        q.key: count_balance(given)
        for q in asked
        if questions.get(q.type).is_nps
        and (given := _get_value_counts(q.key, passing))
        and not find_rare_values([_get_value_counts(q.key, found) for found in without])
    }


def _has_moved_days(subset: Subset) -> bool:
    """Return whether the results cover other days than those that were chosen."""
    filters = subset.filters
    if not filters.by_date or subset.window is None:
        return False
    first, last = subset.window
    late = filters.since is not None and first < filters.since
    cut = [b for b in subset.blocks if b.first <= (filters.until or b.last) < b.last]
    return late or any(block.last > last for block in cut)


def _count_answers(subset: Subset) -> tuple[AnswerCounts, list[AnswerCounts]]:
    """Return the counts of those who meet all filters, and of those who meet all but one."""
    tallied = _count_from_tallies(subset)
    if tallied is not None:
        return tallied
    responses, conditions = subset.responses()
    return row_counts.count_given_answers(responses, conditions, subset.definition)


def _count_from_tallies(subset: Subset) -> tuple[AnswerCounts, list[AnswerCounts]] | None:
    filters, family = subset.filters, subset.survey_ids
    if filters.number != 1 or filters.by_answer:
        return None
    if filters.by_date and subset.window:
        first, last = (f"day:{day.isoformat()}" for day in subset.window)
        found = subset.tallies or Counter()
        parts = {key[0] for key in found if first <= key[0] <= last}
    elif filters.page:
        parts = {f"page:{filters.page}"}
        found = count_values(survey_ids=family, part=f"page:{filters.page}", whole=True)
    elif filters.section:
        holds = subset.dimensions[0][0].holds
        parts = {f"page:{c.columns[PAGE]}" for c in subset.cells if holds(c)}
        found = count_values(survey_ids=family, part="page:", whole=True)
    else:
        parts = {f"lang:{filters.language}"}
        found = count_values(survey_ids=family, part=f"lang:{filters.language}", whole=True)
    return _sum_parts(found, parts), [_sum_parts(found, {""})]


def _sum_parts(found: ValueCounts, parts: set[str]) -> AnswerCounts:
    given: AnswerCounts = Counter()
    for (part, question, value), n in found.items():
        if part in parts and question and not question.startswith("~"):
            given[question, value] += n
    return given


def _reveals_few(passing: AnswerCounts, without: list[AnswerCounts], n: int) -> bool:
    """Return whether an answer that all gave would reveal few others who gave it."""
    common = [key for key, given in passing.items() if given == n and is_of_answers(key[1])]
    return any(0 < wider[key] - n < SHOW_FROM for key in common for wider in without)


def _build_result(
    question: Question,
    passing: AnswerCounts,
    without: list[AnswerCounts],
    *,
    retired: bool,
    by_days_alone: bool,
) -> tuple[Result, bool]:
    """Return the result of one question without rare answers, and whether some are withheld."""
    kind, key = questions.get(question.type), question.key
    given = _get_value_counts(key, passing)
    result = replace(kind.build_result(question, given), retired=retired)
    wider = [_get_value_counts(key, found) for found in without]
    hidden = find_rare_values(wider)
    if not hidden:
        rows = drop_small_rows(result)
        if len(rows) == len(result.rows):
            return result, False
        return replace(result, rows=rows, more=()), True
    plain = all(row.value and not row.cells for row in result.rows) and not result.row_score_label
    rows = drop_small_rows(result, hidden) if plain else ()
    # If days are the only filter, the unfiltered time series shows the score anyway.
    if by_days_alone or may_show_score(question, wider):
        return replace(result, rows=rows, more=()), True
    return replace(result, rows=rows, score=None, more=()), True


def _get_value_counts(key: str, found: AnswerCounts) -> dict[str, int]:
    return {value: n for (asked, value), n in found.items() if asked == key}
