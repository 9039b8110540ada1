"""``{% load cx_feedback_nps %}{% cx_nps widget %}`` renders an NPS widget, as the block does.

``{% cx_nps %}`` is what ``{% cx_placed_surveys %}`` of ``cx_feedback_surveys`` is.
"""

from typing import Any

from django import template
from django.template.loader import render_to_string

from cx_feedback.nps.form_context import build_nps_context
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.placement.kinds import get_kind
from cx_feedback.surveys.placement.placement_options import Placement
from cx_feedback.surveys.placement.rendering import render_placed_surveys, render_survey
from cx_feedback.surveys.selectors import LiveSurvey

register = template.Library()
_PLACED: Any = object()


@register.simple_tag(takes_context=True)
def cx_nps(context: Any, widget: NPSWidget | None = _PLACED) -> str:
    """Render an NPS widget, in the active language if it is translated.

    Without an argument it renders what appears on the page without a block, surveys too.
    Unpublished widgets render nothing.
    """
    if widget is _PLACED:
        return render_placed_surveys(context)
    live = selectors.get_survey_to_show(widget) if widget else None
    return "" if live is None else render_survey(context, live, get_kind(Survey.NPS))


@register.simple_tag
def cx_nps_draft(widget: NPSWidget, nps_class: str = "") -> str:
    """Render the draft of a widget for the preview.

    With ``nps_class``, render it as a reader of this class sees it, before and after submitting.
    """
    live = LiveSurvey(widget.pk or 0, 0, widget.definition())
    chosen = {"promoter": 10, "passive": 8, "detractor": 3}.get(nps_class)
    answers = {} if chosen is None else {"score": chosen}
    slid = widget.placement != Placement.INLINE and not nps_class
    shown = {**build_nps_context(live, answers=answers, preview=True), "slid": slid}
    html = render_to_string("cx_feedback/nps/widget.html", shown)
    if nps_class:
        html += render_to_string("cx_feedback/nps/widget.html", {**shown, "thanked": True})
    return html
