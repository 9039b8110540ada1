"""Which surveys are polls, and when readers may see their results.

That is before or after answering, or once it has closed, and from how many answers on.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cx_feedback.core.errors import Refused
from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results.thresholds import SHOW_FROM

#: The number of answers from which on readers see the result of a poll, which then grows in steps
#: of as many. Not under ``SHOW_FROM``, which protects those who answer.
SHOW_POLL_FROM = SHOW_FROM

#: Values of ``Survey.ResultsShown``, which this module can't import.
NEVER, AFTER_ANSWER, ALWAYS, AFTER_CLOSE = "never", "after_answer", "always", "after_close"


class ResultsLater(Refused):
    """The results of a poll are shown once it has closed."""

    code = "results-later"
    title = gettext_lazy("The result is shown when this poll has closed.")


def is_pollable(question: Question) -> bool:
    """Return whether readers can be shown the answers to a question: choices or a scale."""
    kind = questions.get(question.type)
    if not kind.asks or not kind.is_tallied or kind.max_tally_values is not None:
        return False
    rows = kind.build_result(question, {}).rows
    return bool(rows) and not any(row.cells for row in rows)


def find_poll_problem(items: Iterable[Question]) -> str:
    """Return what keeps these questions from being a poll, "" for nothing."""
    asked = [item for item in items if questions.get(item.type).asks]
    if len(asked) != 1:
        return _(
            "Readers can only see the results of a survey with exactly one question. This one "
            "has %(n)d."
        ) % {"n": len(asked)}
    if not is_pollable(asked[0]):
        return _(
            "Readers can only see the results of a question to be answered by choices, by a "
            "ranking or on a scale. “%(question)s” is none."
        ) % {"question": asked[0].label}
    return ""


def has_enough_answers(n: int) -> bool:
    """Return whether a poll has so many answers that readers may see its figures."""
    return n >= SHOW_POLL_FROM


def is_retired(live: Any, question: Question) -> bool:
    """Return whether a question is no longer asked."""
    return all(question.key != q.key for q in live.definition.questions)


def is_result_open(live: Any, question: Question) -> bool:
    """Return whether readers may see the answers to a poll's question now.

    "After answering" counts as open for whoever asks: the server doesn't know who has answered,
    and whoever knows the address of the result can read it. Pages leave it out until then, see
    ``is_shown_before_answer``.
    """
    if live.results_shown != AFTER_CLOSE:
        return bool(live.results_shown != NEVER)
    return bool(live.has_closed or live.is_full or is_retired(live, question))


def is_shown_before_answer(live: Any, question: Question) -> bool:
    """Return whether a poll's page shows the answers to readers who have not answered."""
    if live.results_shown == AFTER_ANSWER:
        return is_retired(live, question)
    return is_result_open(live, question)
