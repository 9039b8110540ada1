"""``{% load cx_feedback_conversations %}{% cx_write_to_us %}`` for sites without StreamField."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cx_feedback.conversations.letters.form_context import build_form_context
from cx_feedback.core.pages.previews import mark_if_previewed
from cx_feedback.core.pages.served_page import get_page

register = template.Library()


@register.simple_tag(takes_context=True)
def cx_write_to_us(
    context: Any, heading: str = "", text: str = "", to: str = "editors"
) -> SafeString:
    """Render the form for letters; ``to`` is "editors" or "author"."""
    page_id = getattr(get_page(context), "pk", None)
    shown = build_form_context(page_id, heading=heading, text=text, to=to)
    html = render_to_string("cx_feedback/conversations/letter.html", shown)
    return mark_if_previewed(html, context)
