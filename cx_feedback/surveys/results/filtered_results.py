"""The results of those whom filters pick, as far as they may be shown (``disclosure``)."""

import datetime
from collections import Counter
from dataclasses import dataclass, field, replace

from cx_feedback.surveys import questions
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.base import Result, is_of_answers
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results import row_counts
from cx_feedback.surveys.results.dimensions import PAGE
from cx_feedback.surveys.results.filters import Filters
from cx_feedback.surveys.results.row_counts import Given
from cx_feedback.surveys.results.scores import SHOW_FROM
from cx_feedback.surveys.results.small_cells import (
    balance_in,
    rare,
    score_is_open,
    without_small,
)
from cx_feedback.surveys.results.start_counts import Counts, counts
from cx_feedback.surveys.results.subsets import Picked, pick


@dataclass(frozen=True)
class View:
    """What may be shown of the readers whom filters pick.

    ``n`` is None, and there are no questions, when it would tell readers from the others.
    ``since`` and ``until`` are the first and last day that it really covers.
    """

    filters: Filters
    n: int | None
    #: Of everybody.
    total: int
    questions: tuple[Result, ...] = ()
    #: Keys of the questions of which some answers, or all, are withheld.
    withheld: frozenset[str] = frozenset()
    #: Of the NPS questions whose score is open: promoters, detractors, answers.
    balances: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    since: datetime.date | None = None
    until: datetime.date | None = None
    #: Whether the days had to be moved so that no reader can be told from the others.
    moved: bool = False


def view_of(*, survey: Survey, filters: Filters, picked: Picked | None = None) -> View:
    """Return the results of those whom ``filters`` pick, as far as they may be shown.

    One filter on days, a page, a section or a language is answered from tallies; others are
    counted by the database from the rows. ``picked`` is what ``pick`` gave for these filters, where
    the caller has it at hand.
    """
    picked = picked or pick(survey, filters)
    total = sum(cell.n for cell in picked.cells)
    window = picked.window if filters.by_date else None
    since, until = window or (None, None)
    shown = View(filters, None, total, since=since, until=until, moved=_moved(picked))
    if filters.by_date and window is None:
        return shown  # nobody, or a few who are shown with their neighbours
    if not picked.n:
        return replace(shown, n=0)
    if not picked.open:
        return shown
    passing, without = _given(picked)
    if _same_for_all(passing, without, picked.n):
        return shown
    asked = picked.definition.ever_asked()
    results = [
        _result(
            q,
            passing,
            without,
            retired=q in picked.definition.retired,
            by_days_alone=not filters.without_dates(),
        )
        for q in asked
        if questions.get(q.type).asks
    ]
    kept = [found for found in results if not found[0].retired or found[0].n]
    return replace(
        shown,
        n=picked.n,
        questions=tuple(result for result, _hidden in kept),
        withheld=frozenset(result.question.key for result, hidden in kept if hidden),
        balances={
            q.key: balance_in(given)
            for q in asked
            if q.type == "nps"
            and (given := _values_of(q.key, passing))
            and not rare([_values_of(q.key, found) for found in without])
        },
    )


def _moved(picked: Picked) -> bool:
    """Return whether other days are covered than those that were asked for."""
    filters = picked.filters
    if not filters.by_date or picked.window is None:
        return False
    first, last = picked.window
    late = filters.since is not None and first < filters.since
    cut = [b for b in picked.blocks if b.first <= (filters.until or b.last) < b.last]
    return late or any(block.last > last for block in cut)


def _given(picked: Picked) -> tuple[Given, list[Given]]:
    """Return what they answered, and what those answered who meet all filters but one."""
    tallied = _tallied(picked)
    if tallied is not None:
        return tallied
    responses, conditions = picked.responses()
    return row_counts.given_by(responses, conditions, picked.definition)


def _tallied(picked: Picked) -> tuple[Given, list[Given]] | None:
    filters, family = picked.filters, picked.survey_ids
    if filters.number != 1 or filters.by_answer:
        return None
    if filters.by_date and picked.window:
        first, last = (f"day:{day.isoformat()}" for day in picked.window)
        found = picked.tallies or Counter()
        parts = {key[0] for key in found if first <= key[0] <= last}
    elif filters.page:
        parts = {f"page:{filters.page}"}
        found = counts(survey_ids=family, part=f"page:{filters.page}", whole=True)
    elif filters.section:
        holds = picked.dimensions[0][0].holds
        parts = {f"page:{c.columns[PAGE]}" for c in picked.cells if holds(c)}
        found = counts(survey_ids=family, part="page:", whole=True)
    else:
        parts = {f"lang:{filters.language}"}
        found = counts(survey_ids=family, part=f"lang:{filters.language}", whole=True)
    return _of_parts(found, parts), [_of_parts(found, {""})]


def _of_parts(found: Counts, parts: set[str]) -> Given:
    given: Given = Counter()
    for (part, question, value), n in found.items():
        if part in parts and question and not question.startswith("~"):
            given[question, value] += n
    return given


def _same_for_all(passing: Given, without: list[Given], n: int) -> bool:
    """Return whether an answer that all gave would tell about 1 to 4 others who gave it."""
    common = [key for key, given in passing.items() if given == n and is_of_answers(key[1])]
    return any(0 < wider[key] - n < SHOW_FROM for key in common for wider in without)


def _result(
    question: Question,
    passing: Given,
    without: list[Given],
    *,
    retired: bool,
    by_days_alone: bool,
) -> tuple[Result, bool]:
    """Return the result of one question without the answers that are too rare to be shown."""
    kind, key = questions.get(question.type), question.key
    given = _values_of(key, passing)
    result = replace(kind.result(question, given), retired=retired)
    wider = [_values_of(key, found) for found in without]
    hidden = rare(wider)
    if not hidden:
        rows = without_small(result)
        if len(rows) == len(result.rows):
            return result, False
        return replace(result, rows=rows, more=()), True
    plain = all(row.value and not row.cells for row in result.rows) and not result.row_score_label
    rows = without_small(result, hidden) if plain else ()
    # Of days alone the score is what the course of time shows to everybody.
    if by_days_alone or score_is_open(question, wider):
        return replace(result, rows=rows, more=()), True
    return replace(result, rows=rows, score=None, more=()), True


def _values_of(key: str, found: Given) -> dict[str, int]:
    return {value: n for (asked, value), n in found.items() if asked == key}
