"""``{% load cx_feedback_nps %}{% cx_nps %}``: the NPS widget that is due on this page.

``{% cx_nps widget %}`` renders a widget of one's choice, as the NPS block does.
"""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

from cx_feedback.core.pages.served_page import get_page, get_request, is_previewed
from cx_feedback.nps import placement
from cx_feedback.nps.form_context import build_nps_context
from cx_feedback.nps.models import NPSWidget, Placement
from cx_feedback.surveys import selectors
from cx_feedback.surveys.responses import page_prefetch
from cx_feedback.surveys.selectors import LiveSurvey

register = template.Library()
_DUE: Any = object()


@register.simple_tag(takes_context=True)
def cx_nps(context: Any, widget: NPSWidget | None = _DUE) -> str:
    """Render an NPS widget, in the active language where it is translated.

    Without an argument, for a site's base template: the first one that editors let appear on
    pages like this, nothing where the page shows one already. Nothing for a widget that is not
    published.
    """
    page = get_page(context)
    if widget is _DUE:
        live = placement.get_due_widget(page, get_language() or "") if page is not None else None
    else:
        live = selectors.get_survey_to_show(widget) if widget else None
    if live is None:
        return ""
    if page is not None:
        placement.mark_shown(page)
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
    """Render what an editor is writing, published or not, for the preview.

    With ``nps_class`` as a reader of that class sees it, before sending and after.
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
