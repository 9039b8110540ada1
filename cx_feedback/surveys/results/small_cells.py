"""Answers that are too rare to be shown under filters, and scores that would tell them (rule 5).

``wider`` are always the counts of one question (value to number of readers, ``ANSWERED`` for all
who answered it), of those who meet all filters but one: one mapping for each filter.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.base import ANSWERED, Result, Row, is_of_answers
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.nps import DETRACTOR, PROMOTER, nps_class
from cx_feedback.surveys.results.disclosure import find_withheld, find_withheld_answers
from cx_feedback.surveys.results.scores import SHOW_FROM

Values = Mapping[str, int]


def find_rare_values(wider: Sequence[Values]) -> set[str]:
    """Return the values of a question that may not be shown."""
    hidden: set[str] = set()
    for given in wider:
        values = {value: n for value, n in given.items() if is_of_answers(value)}
        hidden |= find_withheld_answers(values, given.get(ANSWERED, 0))
    return hidden


def may_show_score(question: Question, wider: Sequence[Values]) -> bool:
    """Return whether no rare answer can be solved for from the question's score.

    An NPS tells of its classes only, so these are what must not be rare.
    """
    return not find_rare_values(wider) or (
        questions.get(question.type).is_nps and may_show_nps(wider)
    )


def may_show_nps(wider: Sequence[Values]) -> bool:
    """Return ``may_show_score`` of an NPS question."""
    return not any(find_withheld(_count_nps_classes(given)) for given in wider)


def drop_small_rows(result: Result, hidden: Set[str] = frozenset()) -> tuple[Row, ...]:
    """Return the rows of a result without bars of 1 to 4, and without one that tells of them.

    A matrix loses whole rows, since their cells add up.
    """
    column = {place: row.count for place, row in enumerate(result.rows)}
    if sum(column.values()) == result.n:
        # What is hidden already is as good as a bar of a few.
        small = {place for place, row in enumerate(result.rows) if row.value in hidden}
        small |= find_withheld(column)
    else:  # one reader may have given several of them
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
    """Return promoters, detractors and all who answered an NPS question."""
    found = _count_nps_classes(given)
    return found[PROMOTER], found[DETRACTOR], found.total()


def _count_nps_classes(given: Values) -> Counter[str]:
    found: Counter[str] = Counter()
    for value, n in given.items():
        if is_of_answers(value):
            found[nps_class(int(value))] += n
    return found
