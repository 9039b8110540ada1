"""The questions of a form as templates see them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from cx_feedback.core.errors import FeedbackError
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow.condition_operators import OTHER
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.selectors import LiveSurvey


@dataclass(frozen=True)
class Field:
    """One question in a form, with the reader's answer so far and its errors."""

    question: Question
    id: str
    value: Any = None
    errors: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the form field."""
        return self.question.field_name

    @property
    def template(self) -> str:
        """Return the template of the question's type."""
        return questions.get(self.question.type).template

    @property
    def described_by(self) -> str:
        """Return the ids of the elements that describe the field, for aria-describedby."""
        ids = [f"{self.id}-help"] if self.question.help else []
        return " ".join([*ids, f"{self.id}-error"] if self.errors else ids)

    @property
    def pick_limits(self) -> str:
        """Return the limits that the page's script checks as JSON, "" for none."""
        found = questions.get(self.question.type).get_pick_limits(self.question)
        return json.dumps(found) if found else ""

    @property
    def inputs(self) -> Any:
        """Return the inputs that the type's template renders: choices, points, rows."""
        return questions.get(self.question.type).get_inputs(self.question, self.value)


def build_fields(
    live: LiveSurvey,
    prefix: str,
    items: Iterable[Question],
    answers: dict[str, Any],
    error: FeedbackError | None = None,
) -> list[Field]:
    """Return the fields of these questions; element ids begin with ``prefix``."""
    errors = error.fields if error else {}
    numbers = {q.key: number for number, q in enumerate(live.definition.questions, 1)}
    return [
        Field(
            remove_full_choices(q, live.full),
            f"{prefix}-{numbers[q.key]}",
            answers.get(q.key),
            tuple(errors.get(q.field_name, ())),
        )
        for q in items
    ]


def remove_full_choices(question: Question, full: frozenset[tuple[str, str]]) -> Question:
    """Return ``question`` without the choices whose quota is used up."""
    gone = {value for key, value in full if key == question.key}
    if not gone:
        return question
    options = {**question.options}
    for name in questions.get(question.type).key_lists:
        if name in options:
            options[name] = [choice for choice in options[name] if choice["key"] not in gone]
    if OTHER in gone:
        options["other"] = ""
    return replace(question, options=options)
