"""What the templates of the NPS widget need; the same for every reader."""

import json
from dataclasses import dataclass
from typing import Any

from cx_feedback.nps.models import (
    EMAIL,
    REASON,
    SCORE,
    NextStep,
    Placement,
    WidgetOptions,
)
from cx_feedback.surveys.questions.nps import CLASSES
from cx_feedback.surveys.responses.form_context import Field, build_form_context
from cx_feedback.surveys.selectors import LiveSurvey


@dataclass(frozen=True)
class ScoreClass:
    """What a reader of one class sees: the follow-up question, the thanks, the next step."""

    name: str
    question: str
    thanks: str
    next: str


def build_nps_context(
    live: LiveSurvey, *, request: Any = None, prefix: str = "cx-nps", **shown: Any
) -> dict[str, Any]:
    """Return the context of ``cx_feedback/nps/widget.html``; as of surveys' ``build_form_context``.

    ``request`` tells the address of the page, the same for all who ask for it.
    """
    definition, extra = live.definition, WidgetOptions.of(live.definition)
    context = build_form_context(live, prefix=prefix, **shown)
    fields: dict[str, Field] = {field.question.key: field for field in context["fields"]}
    reason = fields.get(REASON)
    labels = reason.question.options.get("labels", {}) if reason else {}
    return {
        **context,
        "score": fields[SCORE],
        "reason": reason,
        "email": fields.get(EMAIL),
        "extra": extra,
        "classes": [
            ScoreClass(
                name,
                labels.get(name) or (reason.question.label if reason else ""),
                extra.thanks.get(name) or definition.thanks,
                extra.next.get(name, ""),
            )
            for name in CLASSES
        ],
        "writes": [name for name in CLASSES if extra.next.get(name) == NextStep.WRITE],
        "ask": build_ask_json(extra),
        "cx_url": request.build_absolute_uri(request.path) if request else "",
    }


def build_ask_json(extra: WidgetOptions) -> str:
    """Return what the page's script decides by: who is asked, how often, and when."""
    key = f"cx-nps-{extra.family}"
    asked: dict[str, Any] = {"key": key, "share": extra.share, "rest": extra.rest}
    if extra.placement == Placement.SECONDS:
        asked["ms"] = 1000 * extra.after
    elif extra.placement == Placement.SCROLLED:
        asked["seen"] = extra.after / 100
    elif extra.placement == Placement.END:
        asked |= {"seen": 1, "end": 1}
    return json.dumps(asked, separators=(",", ":"))
