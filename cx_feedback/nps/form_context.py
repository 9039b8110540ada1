"""The context of the templates of the NPS widget, the same for every reader."""

import json
from dataclasses import dataclass
from typing import Any

from cx_feedback.nps.widget_options import EMAIL, REASON, SCORE, NextStep, Placement, WidgetOptions
from cx_feedback.surveys.partials.policy import get_partial_days
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


def build_nps_context(
    live: LiveSurvey, *, request: Any = None, prefix: str = "cx-nps", **shown: Any
) -> dict[str, Any]:
    """Return the context of ``cx_feedback/nps/widget.html``, based on that of a survey's form.

    ``request`` provides the URL of the page.
    """
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
        "ask": build_ask_json(options),
        "cx_url": request.build_absolute_uri(request.path) if request else "",
    }


def build_ask_json(options: WidgetOptions) -> str:
    """Return the settings for the page's script as JSON: sampling, rest periods and timing."""
    key = f"cx-nps-{options.family}"
    settings: dict[str, Any] = {"key": key, "share": options.sample_percent, "rest": options.rest}
    if options.placement == Placement.SECONDS:
        settings["ms"] = 1000 * options.after
    elif options.placement == Placement.SCROLLED:
        settings["seen"] = options.after / 100
    elif options.placement == Placement.END:
        settings |= {"seen": 1, "end": 1}
    return json.dumps(settings, separators=(",", ":"))
