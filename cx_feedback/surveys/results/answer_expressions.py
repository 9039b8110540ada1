"""Stored answers in database expressions, so that responses need not be fetched."""

import json
from typing import Any

from django.db.models import F, Func, TextField, Value

from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.definitions import Question


class AnswerText(Func):
    """The answer to one question as JSON text (``"c-good"`` with its quotes, ``4``), or NULL.

    Equal answers have equal texts, so results can be grouped by them and compared.
    """

    output_field = TextField()

    def __init__(self, key: str) -> None:
        super().__init__(F("answers"), Value(key))

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        template = "((%(expressions)s))::text"
        return super().as_sql(compiler, connection, template=template, arg_joiner=" -> ")

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        answers, key = self.get_source_expressions()
        copy = self.copy()
        copy.set_source_expressions([answers, Value("$." + json.dumps(key.value))])
        return super(AnswerText, copy).as_sql(
            compiler, connection, template="(%(expressions)s)", arg_joiner=" -> "
        )


def get_counted_values(question: Question, text: str | None) -> tuple[str, ...]:
    """Return the values under which an answer (an ``AnswerText``) is counted."""
    if text is None:
        return ()
    return tuple(questions.get(question.type).get_tally_values(question, json.loads(text)))
