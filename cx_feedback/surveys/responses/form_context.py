"""The template context of a survey's form; the same for every reader.

Only a form that is shown again, with errors or at a further step, contains a reader's answers.
Such a page is never cached.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import json_script

from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.text import languages
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow import browser_flow, piping, routing
from cx_feedback.surveys.flow.routing import Step
from cx_feedback.surveys.partials.form_steps import PartialFields
from cx_feedback.surveys.partials.keeping_period import get_partial_days
from cx_feedback.surveys.polls.poll_results import build_poll_box
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.responses import answer_copy, form_keys
from cx_feedback.surveys.responses.form_fields import build_fields
from cx_feedback.surveys.responses.link_answers import GoneAnswer
from cx_feedback.surveys.selectors import LiveSurvey


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
    hidden: Mapping[str, str] | None = None,
    partial: PartialFields | None = None,
    copy_to: str = "",
) -> dict[str, Any]:
    """Return the context of ``cx_feedback/surveys/survey.html``.

    All element ids begin with ``prefix`` and the survey's id. Without ``step`` the context is that
    of the whole survey: the first step in the form, later questions in a template element that
    only the page's script opens, and the rules of their order. With ``step``, it is that of a
    reader without JavaScript; ``carried`` are the fields (name and value) of other steps.

    The form of a ``preview`` is not sent anywhere. ``key`` is the posted signature of the form,
    a new one by default. ``form`` is the prefix of the form that was posted, so that the reader
    gets back to it. ``gone_answer`` is the answer of a link that is no longer offered, ``hidden``
    are the values of the hidden fields. Without them they are empty, and the page's script takes
    them from the address, so that the HTML is the same for every link. ``partial``
    are the fields of a form whose answered steps are kept.
    """
    prefix, answers = f"{prefix}-{live.survey_id}", answers or {}
    if key is None:
        key = form_keys.sign_form_key(live.survey_id, page_id)
    return {
        "live": live,
        "definition": live.definition,
        "prefix": prefix,
        "form": form or prefix,
        "gone_answer": gone_answer,
        **_build_flow_context(live, prefix, answers, error, step),
        **_build_error_context(live.definition, error),
        **_build_sending_context(live, page_id, key, preview),
        "carried": carried,
        "copy_to": copy_to,
        "hidden": [(name, (hidden or {}).get(name, "")) for name in live.definition.hidden_fields],
        "partial": partial,
        "cx_page_id": page_id,
        "cx_lang": languages.get_current_language(),
    }


def _build_sending_context(
    live: LiveSurvey, page_id: int | None, key: str, preview: bool
) -> dict[str, Any]:
    """Return the part of the context that depends on whether the form is sent."""
    # What editors send from a preview may be a test: the form is a real one then.
    is_test = preview and live.tests_by_editors
    preview = preview and not is_test
    return {
        "is_test": is_test,
        "preview": preview,
        "key": "" if preview else key,
        "offers_copy": answer_copy.is_offered(live.definition),
        "partial_days": 0 if preview or is_test else get_partial_days(live.definition),
        "poll": build_poll_box(live, page_id=page_id, key=key, preview=preview),
    }


def _build_error_context(definition: Definition, error: FeedbackError | None) -> dict[str, Any]:
    """Return the part of the context about what was refused."""
    return {
        "error": error,
        "copy_errors": error.fields.get(answer_copy.FIELD, ()) if error else (),
        "other_errors": _get_other_errors(definition, error),
    }


def _build_flow_context(
    live: LiveSurvey,
    prefix: str,
    answers: dict[str, Any],
    error: FeedbackError | None,
    step: Step | None,
) -> dict[str, Any]:
    """Return the part of the context that depends on pages, conditions and endings."""
    items = live.definition.questions
    later: Sequence[Question] = ()
    flows = routing.has_flow(items)
    shown = step or (routing.get_first_step(items) if flows else None)
    now: Sequence[Question] = shown.items if shown else items
    if flows and step is None:
        keys = {item.key for item in now}
        later = tuple(item for item in items if item.key not in keys)
    if step is not None:
        now = _pipe_answers(live.definition, now, answers)
    fields = build_fields(live, prefix, now, answers, error)
    later_fields = build_fields(live, prefix, later, answers)
    return {
        "fields": fields,
        "later": later_fields,
        "shuffles": any(item.options.get("shuffle") for item in items),
        "limits_picks": any(field.pick_limits for field in (*fields, *later_fields)),
        "flow": json_script(browser_flow.build_browser_flow(items)) if later else "",
        "step": shown,
        "last": shown is not None and routing.is_last_step(shown, items),
        "paged": any(routing.is_page_break(item) for item in items),
        "begun": step is not None,
        "thanks": piping.pipe_text(live.definition.thanks, {}),
        "endings": [piping.pipe_question(item, {}) for item in items if routing.is_ending(item)],
    }


def _pipe_answers(
    definition: Definition, items: Sequence[Question], answers: dict[str, Any]
) -> list[Question]:
    """Return items with the answers that their texts repeat."""
    words = questions.get_piped_words(
        definition, questions.check_answers(definition, answers).answers
    )
    return [piping.pipe_question(item, words) for item in items]


def _get_other_errors(definition: Definition, error: FeedbackError | None) -> list[Any]:
    """Return the messages of ``error`` that are not about a question."""
    names = {answer_copy.FIELD, *(question.field_name for question in definition.questions)}
    fields = error.fields if error else {}
    return [text for name, texts in fields.items() if name not in names for text in texts]
