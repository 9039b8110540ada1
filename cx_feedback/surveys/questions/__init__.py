"""The registry of question types, and the validation of a whole set of answers.

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
#: The maximum number of unknown keys that are named in an error.
NAMED = 20

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


@dataclass(frozen=True)
class Checked:
    """The result of a validation: answers to store, and error messages by field."""

    answers: dict[str, Any]
    errors: dict[str, list[Any]]

    def accepted(self) -> "Checked":
        """Return this if the whole survey is answered; raises InvalidInput that names fields."""
        errors = self.errors
        if not errors and not self.answers:
            errors = {"answers": [_("Please answer at least one question.")]}
        if errors:
            raise InvalidInput(fields=errors)
        return self


def check_answers(definition: Definition, answers: Any, *, upto: str = "") -> Checked:
    """Validate answers by question key, for the questions that their reader was shown.

    Answers to questions that were not shown are dropped without an error, because a reader may go
    back and change an answer. ``upto`` is the key of the last question to validate, by default all
    are. Both REST and plain forms use this function.
    """
    if not isinstance(answers, dict):
        wrong = _("Must be an object that maps question keys to answers.")
        return Checked({}, {"answers": [wrong]})
    known = {q.key for q in definition.questions if get(q.type).asks}
    errors: dict[str, list[Any]] = {
        f"answers.{_escape_key(key)}": [_("There is no such question here.")]
        for key in [key for key in answers if key not in known][:NAMED]
    }
    walk = Route()
    for question in definition.questions:
        if walk.shows(question) and question.key in known:
            try:
                _add_answer(question, answers.get(question.key), walk.answers)
            except InvalidAnswer as error:
                errors[question.field_name] = [str(error)]
        if question.key == upto:
            break
    return Checked(walk.answers, errors)


def _add_answer(question: Question, value: Any, answers: dict[str, Any]) -> None:
    """Add the cleaned answer to a question that was shown; raises InvalidAnswer."""
    kind = get(question.type)
    if not kind.is_empty(value):
        answers[question.key] = kind.clean(question, value)
    elif question.required:
        raise InvalidAnswer(kind.get_required_message(question))


def clean_answers(definition: Definition, answers: Any) -> dict[str, Any]:
    """Return the answers to store by question key, without empty ones.

    None is a form in which nothing was filled in: scripts leave empty fields out. Raises
    InvalidInput that names ``answers.<key>`` for each invalid answer.
    """
    given = {} if answers is None else answers
    return check_answers(definition, given).accepted().answers


def get_piped_words(definition: Definition, answers: dict[str, Any]) -> dict[str, str]:
    """Return the answers that later texts can repeat in words, by token."""
    return {
        q.token: get(q.type).format_answer(q, answers[q.key])
        for q in definition.questions
        if q.token and q.key in answers
    }


def iterate_counted_values(
    definition: Definition, answers: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Iterate over (question key, value) for every tally to which a response belongs.

    ("", "") stands for the response itself, (key, "") for an answer to that question.
    """
    yield "", ANSWERED
    for question in definition.ever_asked():
        if question.key in answers:
            yield question.key, ANSWERED
            for value in get(question.type).get_tally_values(question, answers[question.key]):
                yield question.key, value


def _escape_key(key: str) -> str:
    """Return a posted key in ASCII, so that it can be shown in an error."""
    return key[:64].encode("ascii", "backslashreplace").decode()
