"""Question types: what the rest of the room asks of them.

A site adds a type by naming its class in ``CX_FEEDBACK["QUESTION_TYPES"]``.
"""

from cx_feedback.surveys.flow.answer_validation import Checked, check_answers, clean_answers
from cx_feedback.surveys.questions.answer_values import get_piped_words, iterate_counted_values
from cx_feedback.surveys.questions.registry import BUILT_IN, all_types, get, get_condition_types

__all__ = [
    "BUILT_IN",
    "Checked",
    "all_types",
    "check_answers",
    "clean_answers",
    "get",
    "get_condition_types",
    "get_piped_words",
    "iterate_counted_values",
]
