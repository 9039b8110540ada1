"""The registry of question types, and the rules that a whole set of answers must keep.

A site adds a type by naming its class in ``CX_FEEDBACK["QUESTION_TYPES"]``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys.flow.routing import Route
from cx_feedback.surveys.questions.base import ANSWERED, Gone, InvalidAnswer, QuestionType
from cx_feedback.surveys.questions.definitions import Definition, Question

#: In the order in which editors are offered them.
BUILT_IN = (
    "cx_feedback.surveys.questions.choice.Choice",
    "cx_feedback.surveys.questions.choices.Choices",
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


def get_condition_types() -> dict[str, dict[str, Any]]:
    """Return what the editor's script has to know of the types whose answers are compared."""
    return {
        name: {"comparison": kind.comparison, "lists": kind.key_lists}
        for name, kind in all_types().items()
        if kind.asks
    }


@dataclass(frozen=True)
class Checked:
    """What a set of answers is: those to store, and what is wrong, by field."""

    answers: dict[str, Any]
    errors: dict[str, list[Any]]

    def accepted(self) -> "Checked":
        """Return this when the whole survey is answered; raises InvalidInput that names fields."""
        errors = self.errors
        if not errors and not self.answers:
            errors = {"answers": [_("Please answer at least one question.")]}
        if errors:
            raise InvalidInput(fields=errors)
        return self


def check_answers(definition: Definition, answers: Any, *, upto: str = "") -> Checked:
    """Check answers by question key against what their reader was shown.

    Answers to questions that the reader was not shown are left out, whatever they are: a reader
    who went back and changed an answer did nothing wrong. ``upto`` is the key of the last
    question to look at, all by default. REST and the plain form come through here alike.
    """
    if not isinstance(answers, dict):
        wrong = _("Must be an object that maps question keys to answers.")
        return Checked({}, {"answers": [wrong]})
    known = {q.key for q in definition.questions if get(q.type).asks}
    errors: dict[str, list[Any]] = {
        f"answers.{_printable(key)}": [_("There is no such question here.")]
        for key in [key for key in answers if key not in known][:NAMED]
    }
    walk = Route()
    for question in definition.questions:
        if walk.shows(question) and question.key in known:
            try:
                _take(question, answers.get(question.key), walk.answers)
            except InvalidAnswer as error:
                errors[question.field_name] = [str(error)]
        if question.key == upto:
            break
    return Checked(walk.answers, errors)


def _take(question: Question, value: Any, answers: dict[str, Any]) -> None:
    """Add the cleaned answer to a question that was asked; raises InvalidAnswer."""
    kind = get(question.type)
    if not kind.is_empty(value):
        answers[question.key] = kind.clean(question, value)
    elif question.required:
        raise InvalidAnswer(kind.get_required_message(question))


def clean_answers(definition: Definition, answers: Any) -> dict[str, Any]:
    """Return the answers to store, by question key; empty ones are left out.

    Raises InvalidInput that names ``answers.<key>`` for each that is wrong.
    """
    return check_answers(definition, answers).accepted().answers


def said(definition: Definition, answers: dict[str, Any]) -> dict[str, str]:
    """Return the words of answers that later texts may say again, by token."""
    return {
        q.token: get(q.type).format_answer(q, answers[q.key])
        for q in definition.questions
        if q.token and q.key in answers
    }


def counted(definition: Definition, answers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Iterate over (question key, value) for all that one response counts under.

    ("", "") stands for the response itself, (key, "") for an answer to that question.
    """
    yield "", ANSWERED
    for question in definition.ever_asked():
        if question.key in answers:
            yield question.key, ANSWERED
            for value in get(question.type).get_tally_values(question, answers[question.key]):
                yield question.key, value


def _printable(key: str) -> str:
    """Return a reader's key in a form that every encoder can write."""
    return key[:64].encode("ascii", "backslashreplace").decode()
