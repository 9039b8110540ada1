"""``{% load cx_feedback_newsletter %}{% cx_subscribe %}`` for sites without StreamField."""

from typing import Any

from django import template

from cx_feedback.newsletter.models import MailingList
from cx_feedback.newsletter.presentation import form_context

register = template.Library()


@register.inclusion_tag("cx_feedback/newsletter/subscribe.html", takes_context=True)
def cx_subscribe(
    context: Any,
    mailing_list: MailingList | None = None,
    heading: str = "",
    text: str = "",
    ask_name: bool = False,
) -> dict[str, Any]:
    """Render the sign-up form, the same for every reader."""
    page_id = getattr(context.get("page"), "pk", None)
    return {
        **form_context(mailing_list, page_id, ask_name=ask_name),
        "heading": heading,
        "text": text,
    }
