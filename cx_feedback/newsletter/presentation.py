"""What the form's templates need; the same for every reader."""

from typing import Any

from django.utils.translation import get_language

from cx_feedback.newsletter.models import MailingList
from cx_feedback.newsletter.requests import HONEYPOT
from cx_feedback.newsletter.selectors import default_list
from cx_feedback.newsletter.wording import consent_wording


def form_context(
    chosen: MailingList | str | None, page_id: int | None, *, ask_name: bool = False
) -> dict[str, Any]:
    """Return the context of the form for the ``chosen`` list, the default one when None.

    ``mailing_list`` in it is None when no list takes subscriptions.
    """
    found = chosen if isinstance(chosen, MailingList) else None
    if isinstance(chosen, str) and chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        found = MailingList.objects.filter(pk=int(chosen)).first()
    found = found or default_list()
    if found is not None and not found.is_open:
        found = None
    return {
        "mailing_list": found,
        "wording": consent_wording(found) if found else "",
        "ask_name": ask_name,
        "honeypot": HONEYPOT,
        "cx_page_id": page_id,
        "cx_lang": get_language() or "",
    }
