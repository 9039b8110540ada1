"""The registry of question types.

A site adds a type by naming its class in ``CX_FEEDBACK["QUESTION_TYPES"]``.
"""

from typing import Any

from django.utils.module_loading import import_string

from cx_feedback.core import conf
from cx_feedback.surveys.questions.base import Gone, QuestionType

#: In the order in which they are offered to editors.
BUILT_IN = (
    "cx_feedback.surveys.questions.single_choice.Choice",
    "cx_feedback.surveys.questions.multiple_choice.Choices",
    "cx_feedback.surveys.questions.dropdown.Dropdown",
    "cx_feedback.surveys.questions.rating.Rating",
    "cx_feedback.surveys.questions.scale.Scale",
    "cx_feedback.surveys.questions.nps.NPS",
    "cx_feedback.surveys.questions.csat.CSAT",
    "cx_feedback.surveys.questions.ces.CES",
    "cx_feedback.surveys.questions.emotion.Emotion",
    "cx_feedback.surveys.questions.ranking.Ranking",
    "cx_feedback.surveys.questions.matrix.Matrix",
    "cx_feedback.surveys.questions.number.Number",
    "cx_feedback.surveys.questions.text.ShortText",
    "cx_feedback.surveys.questions.text.LongText",
    "cx_feedback.surveys.questions.email.Email",
    "cx_feedback.surveys.questions.date.Date",
    "cx_feedback.surveys.questions.consent.Consent",
    "cx_feedback.surveys.questions.layout.Statement",
    "cx_feedback.surveys.questions.layout.PageBreak",
    "cx_feedback.surveys.flow.endings.Ending",
)

_types: dict[str, QuestionType] = {}
_GONE = Gone()


def all_types() -> dict[str, QuestionType]:
    """Return all types by name, the built-in ones first."""
    if not _types:
        for path in (*BUILT_IN, *conf.get("QUESTION_TYPES")):
            kind = import_string(path)()
            _types[kind.name] = kind
    return _types


def get(name: str) -> QuestionType:
    """Return the type of this name, ``Gone`` if it is no longer registered."""
    return all_types().get(name, _GONE)


def get_condition_types() -> dict[str, dict[str, Any]]:
    """Return the data that the editor's script needs of types that conditions can compare."""
    return {
        name: {
            "comparison": kind.comparison,
            "lists": kind.key_lists,
            # What a question is called that has no words yet.
            "label": str(kind.block().label) if kind.block else name,
        }
        for name, kind in all_types().items()
        if kind.asks
    }
