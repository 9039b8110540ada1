"""``{% load cx_feedback_readers %}{% cx_consent %}``: the form for consent to counting visits."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from cx_feedback.core import conf
from cx_feedback.core.pages.previews import mark_if_previewed
from cx_feedback.core.pages.served_page import get_page
from cx_feedback.core.text import languages
from cx_feedback.readers.privacy.consent_text import get_objection_wording, get_visits_wording

register = template.Library()


@register.simple_tag(takes_context=True)
def cx_consent(context: Any) -> SafeString:
    """Render the consent form, the same for every reader."""
    page = get_page(context)
    shown = {
        "cx_page_id": getattr(page, "pk", None),
        "cx_lang": languages.get_current_language(),
        "wording": get_visits_wording(),
        "objection": get_objection_wording(),
        "cookie_days": conf.get("COOKIE_DAYS"),
        "zone": timezone.get_default_timezone_name(),
    }
    html = render_to_string("cx_feedback/readers/consent.html", shown)
    return mark_if_previewed(html, context)
