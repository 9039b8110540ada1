"""The comparison of two versions of a survey, with keys replaced by labels."""

from typing import Any

from wagtail.admin.compare import StreamFieldComparison, TextFieldComparison

from cx_feedback.surveys.flow.condition_wording import describe_condition, describe_quotas
from cx_feedback.surveys.flow.survey_validation import get_stream_questions
from cx_feedback.surveys.questions.definitions import Question


class QuestionsComparison(StreamFieldComparison):
    """Shows conditions with the labels that questions and choices have in their version."""

    def __init__(self, field: Any, obj_a: Any, obj_b: Any) -> None:
        super().__init__(field, obj_a, obj_b)
        self.val_a, self.val_b = (
            _describe_conditions(field.value_from_object(survey)) for survey in (obj_a, obj_b)
        )


class QuotasComparison(TextFieldComparison):
    def __init__(self, field: Any, obj_a: Any, obj_b: Any) -> None:
        super().__init__(field, obj_a, obj_b)
        self.val_a, self.val_b = (
            describe_quotas(
                field.value_from_object(survey), _get_questions_by_key(survey.questions)
            )
            for survey in (obj_a, obj_b)
        )


def _get_questions_by_key(stream: Any) -> dict[str, Question]:
    return {question.key: question for question in get_stream_questions(stream)}


def _describe_conditions(stream: Any) -> Any:
    """Return ``stream`` with its conditions in words, to be shown and not stored."""
    if not stream:
        return stream
    asked = _get_questions_by_key(stream)
    for child in stream:
        condition = child.value.get("show_if")
        if isinstance(condition, dict):
            child.value["show_if"] = describe_condition(condition, asked)
    return stream
