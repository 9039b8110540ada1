"""What the templates of the reader's side need; the same for every reader.

Only a form that came back with errors holds a reader's words, and that page is never cached.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from cx_feedback.core.errors import FeedbackError
from cx_feedback.surveys import questions
from cx_feedback.surveys.definitions import Definition, Question
from cx_feedback.surveys.selectors import LiveSurvey


@dataclass(frozen=True)
class Field:
    """One question in a form, with what its reader answered so far and what is wrong with it."""

    question: Question
    id: str
    value: Any = None
    errors: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """The name of the form field."""
        return self.question.field_name

    @property
    def template(self) -> str:
        """The template of the question's type."""
        return questions.get(self.question.type).template

    @property
    def described_by(self) -> str:
        """The ids of what describes the field, for aria-describedby."""
        ids = [f"{self.id}-help"] if self.question.help else []
        return " ".join([*ids, f"{self.id}-error"] if self.errors else ids)

    @property
    def shown(self) -> Any:
        """What the template of the type goes through: choices, points, rows."""
        return questions.get(self.question.type).shown(self.question, self.value)


def fields_of(
    definition: Definition,
    prefix: str,
    answers: dict[str, Any] | None = None,
    error: FeedbackError | None = None,
) -> list[Field]:
    """Return the fields of a form; ``prefix`` begins the ids of their elements."""
    answers, errors = answers or {}, error.fields if error else {}
    return [
        Field(q, f"{prefix}-{number}", answers.get(q.key), tuple(errors.get(q.field_name, ())))
        for number, q in enumerate(definition.questions, 1)
    ]


def form_context(
    live: LiveSurvey,
    *,
    prefix: str = "cx-survey",
    page_id: int | None = None,
    answers: dict[str, Any] | None = None,
    error: FeedbackError | None = None,
) -> dict[str, Any]:
    """Return the context of ``cx_feedback/surveys/survey.html``.

    ``prefix`` with the survey's id begins the ids of all elements.
    """
    prefix = f"{prefix}-{live.survey_id}"
    fields = fields_of(live.definition, prefix, answers, error)
    named = {field.name for field in fields}
    return {
        "live": live,
        "definition": live.definition,
        "prefix": prefix,
        "fields": fields,
        "cx_page_id": page_id,
        "cx_lang": get_language() or "",
        "error": error,
        "other_errors": [
            text
            for name, texts in (error.fields if error else {}).items()
            if name not in named
            for text in texts
        ],
    }
