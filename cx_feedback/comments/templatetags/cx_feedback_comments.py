"""``{% load cx_feedback_comments %}{% cx_comments %}`` for sites without StreamField."""

from typing import Any

from django import template

from cx_feedback.comments.rendering import thread_context
from cx_feedback.comments.selectors import NEWEST

register = template.Library()


@register.inclusion_tag("cx_feedback/comments/thread.html", takes_context=True)
def cx_comments(
    context: Any, page: Any = None, *, order: str = NEWEST, heading: str = ""
) -> dict[str, Any]:
    """Render the conversation of ``page``, by default the ``page`` of the context."""
    page = page or context.get("page")
    return thread_context(getattr(page, "pk", None), order=order, heading=heading)
