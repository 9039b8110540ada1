"""``{% load cx_feedback_readers %}{% cx_consent %}``: may this site remember visits?"""

from typing import Any

from django import template
from django.utils.translation import get_language

from cx_feedback.core import conf
from cx_feedback.core.served_page import page_in
from cx_feedback.readers.wording import objection_wording, visits_wording

register = template.Library()


@register.inclusion_tag("cx_feedback/readers/consent.html", takes_context=True)
def cx_consent(context: Any) -> dict[str, Any]:
    """Render the consent form, the same for every reader."""
    page = page_in(context)
    return {
        "cx_page_id": getattr(page, "pk", None),
        "cx_lang": get_language() or "",
        "wording": visits_wording(),
        "objection": objection_wording(),
        "cookie_days": conf.get("COOKIE_DAYS"),
    }
