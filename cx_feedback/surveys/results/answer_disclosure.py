"""Answers that are too rare to be shown under filters, and scores that reveal them (rule 5).

``wider`` are the counts of one question (value to number of readers, ``ANSWERED`` for all who
answered it) among the readers who meet all filters but one: one mapping per filter.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.base import ANSWERED, Result, Row, is_of_answers
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.nps import DETRACTOR, PROMOTER, get_nps_class
from cx_feedback.surveys.results.disclosure import find_withheld, find_withheld_answers
from cx_feedback.surveys.results.thresholds import SHOW_FROM

Values = Mapping[str, int]


def find_rare_values(wider: Sequence[Values]) -> set[str]:
    """Return the values of a question that may not be shown."""
    hidden: set[str] = set()
    for given in wider:
        values = {value: n for value, n in given.items() if is_of_answers(value)}
        hidden |= find_withheld_answers(values, given.get(ANSWERED, 0))
    return hidden


def may_show_score(question: Question, wider: Sequence[Values]) -> bool:
    """Return whether no rare answer can be calculated from the question's score.

    An NPS depends only on the sizes of its classes, so only these must not be small.
    """
    return not find_rare_values(wider) or (
        questions.get(question.type).is_nps and may_show_nps(wider)
    )


def may_show_nps(wider: Sequence[Values]) -> bool:
    """Return ``may_show_score`` for an NPS question."""
    return not any(find_withheld(_count_nps_classes(given)) for given in wider)


def drop_small_rows(result: Result, hidden: Set[str] = frozenset()) -> tuple[Row, ...]:
    """Return the rows of a result without bars of few readers, and without one that reveals them.

    A matrix loses whole rows, because their cells add up.
    """
    column = {place: row.count for place, row in enumerate(result.rows)}
    if sum(column.values()) == result.n:
        # Hidden values count as small bars.
        small = {place for place, row in enumerate(result.rows) if row.value in hidden}
        small |= find_withheld(column)
    else:  # a reader may have given several answers
        few = range(1, SHOW_FROM)
        small = {place for place, n in column.items() if n in few or result.n - n in few}
    return tuple(
        row
        for place, row in enumerate(result.rows)
        if place not in small
        and (not row.value or row.value not in hidden)
        and not any(0 < cell.count < SHOW_FROM for cell in row.cells)
    )


def count_balance(given: Values) -> tuple[int, int, int]:
    """Return the numbers of promoters, detractors and all answers to an NPS question."""
    found = _count_nps_classes(given)
    return found[PROMOTER], found[DETRACTOR], found.total()


def _count_nps_classes(given: Values) -> Counter[str]:
    found: Counter[str] = Counter()
    for value, n in given.items():
        if is_of_answers(value):
            found[get_nps_class(int(value))] += n
    return found
