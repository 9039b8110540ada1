"""A reader's answers in words, given back when the survey can't store them any more."""

from collections.abc import Collection
from typing import Any

from django.http import QueryDict

from cx_feedback.core.http.parameters import parse_number
from cx_feedback.core.http.submitted_text import SubmittedField, get_submitted_fields
from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.base import InvalidAnswer
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.responses import missing_surveys
from cx_feedback.surveys.responses.answered_version import LARGEST
from cx_feedback.surveys.responses.form_answers import parse_answers


def describe_answers(posted: QueryDict, *, survey_id: int, kind: str) -> list[SubmittedField]:
    """Return the answers with their questions, in the order of the survey.

    The questions of a deleted survey are unknown, so only typed text is returned for it.
    """
    number = parse_number(posted.get("version", ""), 1, LARGEST)
    definition = missing_surveys.get_former_definition(
        survey_id=survey_id, kind=kind, number=number
    )
    if definition is None:
        return get_submitted_fields(posted)
    return describe_other_answers(posted, definition, ())


def describe_other_answers(
    posted: QueryDict, definition: Definition, shown_keys: Collection[str]
) -> list[SubmittedField]:
    """Return the answers like ``describe_answers``, but for those to questions that are shown."""
    answers = parse_answers(posted, definition)
    answers = {key: value for key, value in answers.items() if key not in shown_keys}
    asked = [(q, _describe_answer(q, answers.pop(q.key, None))) for q in definition.ever_asked()]
    others = [
        SubmittedField("", value) for value in answers.values() if isinstance(value, str) and value
    ]
    return [SubmittedField(str(question.label), text) for question, text in asked if text] + others


def _describe_answer(question: Question, value: Any) -> str:
    kind = questions.get(question.type)
    if not kind.asks or kind.is_empty(value):
        return ""
    if isinstance(value, str) and kind.get_own_words(question, value):
        return value  # as it was typed, however long
    try:
        return kind.format_answer(question, kind.clean(question, value))
    except InvalidAnswer:
        return value if isinstance(value, str) else ""
