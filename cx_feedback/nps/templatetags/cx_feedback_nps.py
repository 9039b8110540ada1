"""``{% load cx_feedback_nps %}{% cx_nps %}``: the NPS widget that appears on this page.

``{% cx_nps widget %}`` renders a certain widget, as the NPS block does.
"""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

from cx_feedback.core.pages.served_page import get_page, get_request, is_previewed
from cx_feedback.nps import page_matching
from cx_feedback.nps.form_context import build_nps_context
from cx_feedback.nps.models import NPSWidget
from cx_feedback.nps.widget_options import Placement
from cx_feedback.surveys import selectors
from cx_feedback.surveys.responses import page_prefetch
from cx_feedback.surveys.selectors import LiveSurvey

register = template.Library()
_DUE: Any = object()


@register.simple_tag(takes_context=True)
def cx_nps(context: Any, widget: NPSWidget | None = _DUE) -> str:
    """Render an NPS widget, in the active language if it is translated.

    Without an argument, meant for a site's base template, it renders the first widget that
    appears on such pages, unless the page shows one already. Unpublished widgets render nothing.
    """
    page = get_page(context)
    if widget is _DUE:
        live = (
            page_matching.get_due_widget(page, get_language() or "") if page is not None else None
        )
    else:
        live = selectors.get_survey_to_show(widget) if widget else None
    if live is None:
        return ""
    if page is not None:
        page_matching.mark_shown(page)
    page_id = context.get("cx_page_id") or getattr(page, "pk", None)
    shown = build_nps_context(
        live,
        request=get_request(context),
        prefix=page_prefetch.get_unique_prefix("cx-nps", live.survey_id),
        page_id=page_id,
        preview=is_previewed(context),
    )
    return render_to_string("cx_feedback/nps/widget.html", {**shown, "asking": True})


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
