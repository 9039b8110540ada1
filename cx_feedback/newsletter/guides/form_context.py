"""The context of the form of a guide, the same for every reader."""

from typing import Any

from django.http import QueryDict

from cx_feedback.core.text import languages
from cx_feedback.newsletter.guides.signed_links import sign_form_key
from cx_feedback.newsletter.models import MailingList
from cx_feedback.newsletter.subscribing.consent_text import get_consent_wording
from cx_feedback.newsletter.subscribing.subscription_input import HONEYPOT


def build_guide_context(
    document: Any,
    mailing_list: MailingList | None,
    page_id: int | None,
    posted: QueryDict | None = None,
) -> dict[str, Any]:
    """Return the context of the form, which is empty without a ``document``.

    A closed list is not offered. ``posted`` is what the reader has posted before.
    """
    offered = mailing_list if mailing_list and mailing_list.is_open else None
    return {
        "guide": document,
        "guide_key": sign_form_key(document.pk) if document else "",
        "mailing_list": offered,
        "wording": get_consent_wording(offered) if offered else "",
        "values": posted or {},
        "ticked": bool(posted and posted.get("list")),
        "honeypot": HONEYPOT,
        "cx_page_id": page_id,
        "cx_lang": languages.get_current_language(),
    }
