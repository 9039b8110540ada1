"""What the templates of the reader's side need; the same for every reader.

Only a form that came back with errors holds a reader's words, and that page is never cached.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.html import json_script
from django.utils.translation import get_language

from cx_feedback.core.errors import FeedbackError
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow import browser_rules, piping, routing
from cx_feedback.surveys.flow.form_flow import Step, get_first_step, is_last_step
from cx_feedback.surveys.flow.rules import OTHER
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.responses import access
from cx_feedback.surveys.responses.link_answers import GoneAnswer
from cx_feedback.surveys.selectors import LiveSurvey

#: What stands in the ids of a survey's second rendering on a page, and of those after it.
_FURTHER = re.compile(r"-n[1-9][0-9]{0,3}(?=-[0-9]{1,19}\Z)")


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
    def pick_limits(self) -> str:
        """What the page's script checks of it as JSON, "" for nothing."""
        found = questions.get(self.question.type).get_pick_limits(self.question)
        return json.dumps(found) if found else ""

    @property
    def inputs(self) -> Any:
        """What the template of the type goes through: choices, points, rows."""
        return questions.get(self.question.type).get_inputs(self.question, self.value)


def build_fields(
    live: LiveSurvey,
    prefix: str,
    items: Iterable[Question],
    answers: dict[str, Any],
    error: FeedbackError | None = None,
) -> list[Field]:
    """Return the fields of these questions; ``prefix`` begins the ids of their elements."""
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
    """Return ``question`` without the choices that as many took as were wanted."""
    gone = {value for key, value in full if key == question.key}
    if not gone:
        return question
    options = {**question.options}
    for name in ("choices", "emotions"):
        if name in options:
            options[name] = [choice for choice in options[name] if choice["key"] not in gone]
    if OTHER in gone:
        options["other"] = ""
    return replace(question, options=options)


def build_form_context(
    live: LiveSurvey,
    *,
    prefix: str = "cx-survey",
    page_id: int | None = None,
    answers: dict[str, Any] | None = None,
    error: FeedbackError | None = None,
    step: Step | None = None,
    carried: Sequence[tuple[str, str]] = (),
    preview: bool = False,
    key: str | None = None,
    form: str = "",
    gone_answer: GoneAnswer | None = None,
) -> dict[str, Any]:
    """Return the context of ``cx_feedback/surveys/survey.html``.

    ``prefix`` with the survey's id begins the ids of all elements. ``step`` is what a reader
    without JavaScript is shown who has sent a step of a survey of several, and ``carried`` the
    fields (name and value) of the others. Without it all is there: the first step in the form,
    what may follow in a template that only the page's script opens, and how it follows. The form
    of a ``preview`` sends nothing anywhere. ``key`` is what the form brought, a new one for its
    page by default. ``form`` is the beginning of the ids on the page that the form was sent from,
    to go back there; ``gone_answer`` what a link chose that is no longer offered.
    """
    prefix, definition, answers = f"{prefix}-{live.survey_id}", live.definition, answers or {}
    flowing = routing.has_flow(definition.questions)
    shown = step or (get_first_step(definition) if flowing else None)
    items = shown.items if shown else definition.questions
    if step is not None:
        said = questions.said(definition, questions.check_answers(definition, answers).answers)
        items = tuple(piping.pipe_question(item, said) for item in items)
    now = {item.key for item in items}
    later = [q for q in definition.questions if q.key not in now] if flowing and not step else []
    named = {question.field_name for question in definition.questions}
    return {
        "live": live,
        "definition": definition,
        "prefix": prefix,
        "form": form if _is_own_prefix(form, prefix) else prefix,
        "gone_answer": gone_answer,
        "fields": build_fields(live, prefix, items, answers, error),
        "later": build_fields(live, prefix, later, answers),
        "flow": json_script(browser_rules.build_browser_flow(definition.questions))
        if later
        else "",
        "step": shown,
        "last": shown is not None and is_last_step(shown, definition),
        "paged": any(item.type == routing.PAGE_BREAK for item in definition.questions),
        "begun": step is not None,
        "carried": carried,
        "preview": preview,
        "thanks": piping.pipe_text(definition.thanks, {}),
        "endings": [
            piping.pipe_question(item, {})
            for item in definition.questions
            if item.type == routing.ENDING
        ],
        "key": ""
        if preview
        else access.sign_form_key(live.survey_id, page_id)
        if key is None
        else key,
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


def _is_own_prefix(form: str, prefix: str) -> bool:
    """Return whether ``form`` is what ``placed.prefix_here`` makes of ``prefix`` further on."""
    return len(form) < 100 and _FURTHER.sub("", form) == prefix
