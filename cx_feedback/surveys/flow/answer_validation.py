"""Validates a reader's answers: which questions were shown, and what each of them takes."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys.flow.routing import Route
from cx_feedback.surveys.questions import registry
from cx_feedback.surveys.questions.base import InvalidAnswer
from cx_feedback.surveys.questions.definitions import Definition, Question

#: The maximum number of unknown keys that are named in an error.
NAMED = 20


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
    known = {q.key for q in definition.questions if registry.get(q.type).asks}
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
    kind = registry.get(question.type)
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


def _escape_key(key: str) -> str:
    """Return a posted key in ASCII, so that it can be shown in an error."""
    return key[:64].encode("ascii", "backslashreplace").decode()
