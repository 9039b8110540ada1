"""The context of the templates of the NPS widget, the same for every reader."""

from dataclasses import dataclass
from typing import Any

from cx_feedback.nps.editing.thanks_and_next_steps import NextStep, WidgetOptions
from cx_feedback.nps.question_keys import EMAIL, REASON, SCORE
from cx_feedback.surveys.partials.keeping_period import get_partial_days
from cx_feedback.surveys.questions.nps import CLASSES
from cx_feedback.surveys.responses.form_context import build_form_context
from cx_feedback.surveys.responses.form_fields import Field
from cx_feedback.surveys.selectors import LiveSurvey


@dataclass(frozen=True)
class ScoreClass:
    """The texts for one class of scores: follow-up question, thanks and next step."""

    name: str
    question: str
    thanks: str
    next: str


def build_nps_context(live: LiveSurvey, *, prefix: str = "cx-nps", **shown: Any) -> dict[str, Any]:
    """Return the context of ``cx_feedback/nps/widget.html``, based on that of a survey's form."""
    definition, options = live.definition, WidgetOptions.from_definition(live.definition)
    context = build_form_context(live, prefix=prefix, **shown)
    fields: dict[str, Field] = {field.question.key: field for field in context["fields"]}
    reason = fields.get(REASON)
    labels = reason.question.options.get("labels", {}) if reason else {}
    return {
        **context,
        "score": fields[SCORE],
        "partial_days": 0 if context["preview"] else get_partial_days(definition, is_picked=True),
        "reason": reason,
        "email": fields.get(EMAIL),
        "extra": options,
        "classes": [
            ScoreClass(
                name,
                labels.get(name) or (reason.question.label if reason else ""),
                options.thanks.get(name) or definition.thanks,
                options.next.get(name, ""),
            )
            for name in CLASSES
        ],
        "writes": [name for name in CLASSES if options.next.get(name) == NextStep.WRITE],
    }
