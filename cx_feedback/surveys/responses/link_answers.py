"""The answer in the URL of a link in an email: preselected, or no longer offered.

A link names the version of which it offers an answer, so that the answer can still be given when it
was retired since. Links of older emails name none.
"""

from dataclasses import dataclass
from typing import Any

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import parse_number
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.flow import piping
from cx_feedback.surveys.questions.base import ANSWERED, Row
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.responses.answered_version import LARGEST
from cx_feedback.surveys.selectors import LiveSurvey


@dataclass(frozen=True)
class GoneAnswer:
    """An answer that an email offered and the survey no longer does, in words."""

    question: str
    #: "" if the label of the answer is not known any more.
    answer: str
    #: Whether the question is still asked, so that only this answer is gone.
    is_asked: bool


def choose_linked_version(live: LiveSurvey, *, version: str, key: str, value: str) -> LiveSurvey:
    """Return ``live`` in the version whose form a link opens.

    That is the current one, unless the answer of the link was retired since it was offered by
    ``version``. A link without an answer opens its version. One that never was is ignored.
    """
    number = parse_number(version, 1, LARGEST)
    try:
        linked = selectors.get_live_version(live, number)
    except InvalidInput:
        return live
    is_needed = not key or (_offers(linked, key, value) and not _offers(live, key, value))
    return linked if is_needed else live


def _offers(live: LiveSurvey, key: str, value: str) -> bool:
    asked = next((q for q in live.definition.questions if q.key == key), None)
    row = _find_result_row(asked, value) if asked else None
    return row is not None and not row.retired


def get_linked_answer(
    live: LiveSurvey, *, key: str, value: str
) -> tuple[dict[str, Any], GoneAnswer | None]:
    """Return the preselected answers, and the answer that is no longer offered.

    When an email is read, the question or the choice may be retired or full. An unknown key gives
    neither.
    """
    asked = next((q for q in live.definition.ever_asked() if q.key == key), None)
    if asked is None:
        return {}, None
    is_asked = asked in live.definition.questions
    row = _find_result_row(asked, value)
    is_full = (key, value) in live.full
    if is_asked and not is_full and not (row and row.retired):
        return {key: questions.get(asked.type).parse_form([value], {})}, None
    label = piping.pipe_text(asked.label, {})
    return {}, GoneAnswer(label, piping.pipe_text(row.label, {}) if row else "", is_asked)


def _find_result_row(question: Question, value: str) -> Row | None:
    """Return the row of ``value`` in a question's results, which may be a retired one."""
    if not value:
        return None
    counted = {ANSWERED: 1, value: 1}
    rows = questions.get(question.type).build_result(question, counted).rows
    return next((row for row in rows if row.value == value), None)
