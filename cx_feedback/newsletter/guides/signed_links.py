"""Signed document ids, which prove that an editor offers the document or that it was requested.

The names of the mailings of guides too: deletion needs them without what sends guides.
"""

from django.core.signing import BadSignature, Signer, TimestampSigner
from django.urls import reverse
from django.utils.translation import gettext as _

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.newsletter.rendering.signed_links import SECONDS_PER_DAY, make_absolute

#: Prefix of the names of mailings in the deliveries ledger, followed by the document's id.
GUIDE = "guide:"
_FORM = "cx_feedback.newsletter.guide-form"
_MAIL = "cx_feedback.newsletter.guide"


def sign_form_key(document_id: int) -> str:
    """Return the key in the form, which is always the same for a document."""
    return Signer(salt=_FORM).sign(str(document_id))


def read_form_key(value: str) -> int:
    """Return the id of the document. Raises InvalidInput naming ``guide``."""
    try:
        return int(Signer(salt=_FORM).unsign(value))
    except BadSignature:
        raise InvalidInput(fields={"guide": [_("There is no such guide.")]}) from None


def get_download_url(document_id: int, base: str = "") -> str:
    """Return the link in the mail, valid for NEWSLETTER_CONFIRM_DAYS."""
    token = TimestampSigner(salt=_MAIL).sign(str(document_id))
    return make_absolute(reverse("cx_feedback:newsletter-guide", args=[token]), base)


def read_download_link(token: str) -> int:
    """Return the id of the document. Raises InvalidInput for an invalid or expired link."""
    try:
        value = TimestampSigner(salt=_MAIL).unsign(
            token, max_age=conf.get("NEWSLETTER_CONFIRM_DAYS") * SECONDS_PER_DAY
        )
    except BadSignature:
        raise InvalidInput(
            fields={"link": [_("This link has expired or is incomplete. Request a new one.")]}
        ) from None
    return int(value)
