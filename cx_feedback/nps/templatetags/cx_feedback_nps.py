"""``{% load cx_feedback_nps %}{% cx_nps widget %}``: what the NPS block renders."""

from typing import Any

from django import template
from django.template.loader import render_to_string

from cx_feedback.nps.models import NPSWidget
from cx_feedback.nps.presentation import nps_context
from cx_feedback.surveys import selectors
from cx_feedback.surveys.selectors import LiveSurvey

register = template.Library()


@register.simple_tag(takes_context=True)
def cx_nps(context: Any, widget: NPSWidget | None) -> str:
    """Render an NPS widget, in the active language where it is translated.

    Nothing for a widget that is not published.
    """
    live = selectors.survey_to_show(widget) if widget else None
    if live is None:
        return ""
    page = context.get("page")
    shown = nps_context(live, page_id=context.get("cx_page_id") or getattr(page, "pk", None))
    return render_to_string("cx_feedback/nps/widget.html", shown)


@register.simple_tag
def cx_nps_draft(widget: NPSWidget) -> str:
    """Render what an editor is writing, published or not, for the preview."""
    live = LiveSurvey(widget.pk or 0, 0, widget.definition(), None, None)
    return render_to_string("cx_feedback/nps/widget.html", nps_context(live))
