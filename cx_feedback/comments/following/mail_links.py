"""Signed addresses in mails. Keys are rotated with Django's SECRET_KEY_FALLBACKS."""

from typing import Any
from urllib.parse import urljoin

from django.core.signing import BadSignature, Signer, TimestampSigner
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages.sites import get_site_of_page

_CONFIRM = "cx_feedback.comments.confirm_follow"
_END = "cx_feedback.comments.end_follow"
#: Days for which the link that confirms holds.
DAYS = 7


def get_site_url(page: Any) -> str:
    """Return the address of the site that a page lies in, that of the default site otherwise."""
    site = get_site_of_page(page)
    return site.root_url if site else ""


def get_comment_url(page: Any, comment_id: int) -> str:
    """Return the address of a comment's own page, whole."""
    return urljoin(f"{get_site_url(page)}/", reverse("cx_feedback:comment", args=[comment_id]))


def get_confirm_url(page: Any, follow_id: int, asked: float) -> str:
    """Return the address of the page that confirms what was asked at ``asked``."""
    token = TimestampSigner(salt=_CONFIRM).sign(f"{follow_id}-{asked:.6f}")
    return _build_url(page, "comments-follow-confirm", token)


def get_end_url(page: Any, follow_id: int) -> str:
    """Return the address that ends following; it never expires."""
    token = Signer(salt=_END).sign(str(follow_id))
    return _build_url(page, "comments-follow-end", token)


def _build_url(page: Any, name: str, token: str) -> str:
    return urljoin(f"{get_site_url(page)}/", reverse(f"cx_feedback:{name}", args=[token]))


def read_confirm_token(token: str) -> tuple[int, float]:
    """Return id and moment of what is to be confirmed; raises InvalidInput naming ``link``."""
    try:
        value = TimestampSigner(salt=_CONFIRM).unsign(token, max_age=DAYS * 86400)
    except BadSignature:
        expired = _("This link has expired or is not complete. Ask to follow once more.")
        raise InvalidInput(fields={"link": [expired]}) from None
    pk, _sign, asked = value.partition("-")
    return int(pk), float(asked)


def read_end_token(token: str) -> int:
    """Return the id of what is to be ended; raises InvalidInput naming ``link``."""
    try:
        return int(Signer(salt=_END).unsign(token))
    except BadSignature:
        broken = pgettext("comment", "This link is incomplete. Copy the whole link from the email.")
        raise InvalidInput(fields={"link": [broken]}) from None
