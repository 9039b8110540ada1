"""Signed links in emails. Keys are rotated with Django's SECRET_KEY_FALLBACKS."""

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
#: Days for which an opt-in link is valid.
DAYS = 7


def get_site_url(page: Any) -> str:
    """Return the root URL of a page's site, else of the default site."""
    site = get_site_of_page(page)
    return site.root_url if site else ""


def get_comment_url(page: Any, comment_id: int) -> str:
    """Return the absolute URL of a comment's own page."""
    return urljoin(f"{get_site_url(page)}/", reverse("cx_feedback:comment", args=[comment_id]))


def get_confirm_url(page: Any, follow_id: int, asked: float) -> str:
    """Return the URL that confirms the follow requested at ``asked``, a Unix time."""
    token = TimestampSigner(salt=_CONFIRM).sign(f"{follow_id}-{asked:.6f}")
    return _build_url(page, "comments-follow-confirm", token)


def get_end_url(page: Any, follow_id: int) -> str:
    """Return the URL that ends a follow. It never expires."""
    token = Signer(salt=_END).sign(str(follow_id))
    return _build_url(page, "comments-follow-end", token)


def _build_url(page: Any, name: str, token: str) -> str:
    return urljoin(f"{get_site_url(page)}/", reverse(f"cx_feedback:{name}", args=[token]))


def read_confirm_token(token: str) -> tuple[int, float]:
    """Return the follow's ID and time of request. Raises InvalidInput naming ``link``."""
    try:
        value = TimestampSigner(salt=_CONFIRM).unsign(token, max_age=DAYS * 86400)
    except BadSignature:
        expired = _("This link has expired or is incomplete. Ask to follow again.")
        raise InvalidInput(fields={"link": [expired]}) from None
    pk, _sign, asked = value.partition("-")
    return int(pk), float(asked)


def read_end_token(token: str) -> int:
    """Return the ID of the follow to end. Raises InvalidInput naming ``link``."""
    try:
        return int(Signer(salt=_END).unsign(token))
    except BadSignature:
        broken = pgettext("comment", "This link is incomplete. Copy the whole link from the email.")
        raise InvalidInput(fields={"link": [broken]}) from None
