"""The answers of a form post in words, for who sent them to a survey that takes none any more."""

from typing import Any

from django.http import QueryDict

from cx_feedback.core.http.submitted_text import SubmittedField, get_submitted_fields
from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.base import InvalidAnswer
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.responses import missing_surveys


def parse_answers(posted: QueryDict, definition: Definition) -> dict[str, Any]:
    """Return the answers of a form post as REST would have sent them."""
    kinds = {q.key: questions.get(q.type) for q in definition.questions}
    values: dict[str, list[str]] = {}
    parts: dict[str, dict[str, str]] = {}
    for name in posted:
        head, _, rest = name.partition(".")
        key, _, part = rest.partition(".")
        if head == "answers" and part:
            parts.setdefault(key, {})[part] = str(posted[name])
        elif head == "answers":
            values[key] = [str(value) for value in posted.getlist(name)]
    return {
        key: kinds[key].parse_form(values.get(key, []), parts.get(key, {}))
        if key in kinds
        else "".join(values.get(key, [""])[-1:])
        for key in {**values, **parts}
    }


def describe_answers(posted: QueryDict, *, survey_id: int, kind: str) -> list[SubmittedField]:
    """Return the answers with their questions, in the order in which they were asked.

    Of a survey that was deleted nobody knows the questions: then what was typed is all.
    """
    definition = missing_surveys.get_last_definition(survey_id=survey_id, kind=kind)
    if definition is None:
        return get_submitted_fields(posted)
    answers = parse_answers(posted, definition)
    asked = [(q, _describe_answer(q, answers.pop(q.key, None))) for q in definition.questions]
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
