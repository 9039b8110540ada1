"""``{% load cx_feedback_promises %}{% cx_promise %}`` for sites without StreamField."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cx_feedback.conversations.promise.public_promise import get_public_promise
from cx_feedback.core.pages.previews import mark_if_previewed
from cx_feedback.core.pages.served_page import get_page

register = template.Library()


@register.simple_tag(takes_context=True)
def cx_promise(context: Any, *, heading: str = "") -> SafeString:
    """Render what is promised to those who write from the page, and how well it was kept."""
    found = get_public_promise(get_page(context))
    values = {"cx_promise": found, "cx_heading": heading}
    html = render_to_string("cx_feedback/conversations/our_promise.html", values)
    return mark_if_previewed(SafeString(html.strip()), context)
