"""The registry of question types, and the rules that a whole set of answers must keep.

A site adds a type by naming its class in ``CX_FEEDBACK["QUESTION_TYPES"]``.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys.definitions import Definition
from cx_feedback.surveys.questions.base import ANSWERED, Gone, InvalidAnswer, QuestionType

BUILT_IN = (
    "cx_feedback.surveys.questions.choice.Choice",
    "cx_feedback.surveys.questions.scale.Scale",
    "cx_feedback.surveys.questions.text.LongText",
    "cx_feedback.surveys.questions.nps.NPS",
    "cx_feedback.surveys.questions.layout.Statement",
    "cx_feedback.surveys.questions.layout.PageBreak",
)
#: So many unknown keys are named in an error, not thousands of them.
NAMED = 20

_types: dict[str, QuestionType] = {}
_GONE = Gone()


def all_types() -> dict[str, QuestionType]:
    """Return every type by its name, the built-in ones first."""
    if not _types:
        for path in (*BUILT_IN, *conf.get("QUESTION_TYPES")):
            kind = import_string(path)()
            _types[kind.name] = kind
    return _types


def get(name: str) -> QuestionType:
    """Return the type of this name, ``Gone`` for one that is registered no longer."""
    return all_types().get(name, _GONE)


def clean_answers(definition: Definition, answers: Any) -> dict[str, Any]:
    """Return the answers to store, by question key; empty ones are left out.

    Raises InvalidInput that names ``answers.<key>`` for each that is wrong. REST and the plain
    form come through here alike.
    """
    if not isinstance(answers, dict):
        raise InvalidInput(fields={"answers": [_("An object of question key to answer.")]})
    asked = [q for q in definition.questions if get(q.type).asks]
    known = {q.key for q in asked}
    errors: dict[str, list[Any]] = {
        f"answers.{_printable(key)}": [_("There is no such question here.")]
        for key in [key for key in answers if key not in known][:NAMED]
    }
    cleaned: dict[str, Any] = {}
    for question in asked:
        kind, value = get(question.type), answers.get(question.key)
        try:
            if not kind.is_empty(value):
                cleaned[question.key] = kind.clean(question, value)
            elif question.required:
                raise InvalidAnswer(_("Please answer this question."))
        except InvalidAnswer as error:
            errors[question.field_name] = [str(error)]
    if not errors and not cleaned:
        errors["answers"] = [_("Please answer at least one question.")]
    if errors:
        raise InvalidInput(fields=errors)
    return cleaned


def counted(definition: Definition, answers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Iterate over (question key, value) for all that one response counts under.

    ("", "") stands for the response itself, (key, "") for an answer to that question.
    """
    yield "", ANSWERED
    for question in definition.ever_asked():
        if question.key in answers:
            yield question.key, ANSWERED
            for value in get(question.type).tally(question, answers[question.key]):
                yield question.key, value


def _printable(key: str) -> str:
    """Return a reader's key in a form that every encoder can write."""
    return key[:64].encode("ascii", "backslashreplace").decode()
