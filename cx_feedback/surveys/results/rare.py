"""Answers that are too rare to be shown under filters, and scores that would tell them (rule 5).

``wider`` are always the counts of one question (value to number of readers, ``ANSWERED`` for all
who answered it), of those who meet all filters but one: one mapping for each filter.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from cx_feedback.surveys.definitions import Question
from cx_feedback.surveys.questions.base import ANSWERED, is_of_answers
from cx_feedback.surveys.questions.nps import nps_class
from cx_feedback.surveys.results.disclosure import withheld, withheld_answers

Values = Mapping[str, int]


def rare(wider: Sequence[Values]) -> set[str]:
    """Return the values of a question that may not be shown."""
    hidden: set[str] = set()
    for given in wider:
        values = {value: n for value, n in given.items() if is_of_answers(value)}
        hidden |= withheld_answers(values, given.get(ANSWERED, 0))
    return hidden


def score_is_open(question: Question, wider: Sequence[Values]) -> bool:
    """Return whether no rare answer can be solved for from the question's score.

    An NPS tells of its classes only, so these are what must not be rare.
    """
    if not rare(wider):
        return True
    return question.type == "nps" and not any(withheld(_classes(given)) for given in wider)


def _classes(given: Values) -> Counter[str]:
    found: Counter[str] = Counter()
    for value, n in given.items():
        if value != ANSWERED:
            found[nps_class(int(value))] += n
    return found
