"""Signed links to the page of a refusal, on which its author can object."""

from typing import Any
from urllib.parse import urljoin

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import pgettext

from cx_feedback.comments.following.signed_links import get_site_url
from cx_feedback.core.errors import InvalidInput

_SALT = "cx_feedback.comments.objection"


def get_objection_path(event_id: int) -> str:
    """Return the path of the page of a decision, for its author alone."""
    return reverse("cx_feedback:comments-objection", args=[Signer(salt=_SALT).sign(str(event_id))])


def get_objection_url(page: Any, event_id: int) -> str:
    """Return the absolute URL of the page of a decision, for a mail to its author."""
    return urljoin(f"{get_site_url(page)}/", get_objection_path(event_id))


def read_objection_token(token: str) -> int:
    """Return the ID of the decision. Raises InvalidInput naming ``link``."""
    try:
        return int(Signer(salt=_SALT).unsign(token))
    except BadSignature:
        broken = pgettext("comment", "This link is incomplete. Copy the whole link from the email.")
        raise InvalidInput(fields={"link": [broken]}) from None
