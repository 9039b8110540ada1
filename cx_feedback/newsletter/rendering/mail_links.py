"""Signed addresses in mails. Keys are rotated with Django's SECRET_KEY_FALLBACKS."""

import datetime
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from django.core.signing import BadSignature, Signer, TimestampSigner, b62_decode
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.newsletter.rendering.mail_sites import get_mail_site

_CONFIRM = "cx_feedback.newsletter.confirm"
#: Of the link in every mail, which is no key: whoever gets the mail forwarded has it too.
_PREFERENCES = "cx_feedback.newsletter.preferences"
#: Of the link that is mailed to who asks for it.
_KEY = "cx_feedback.newsletter.preferences.key"
_UNSUBSCRIBE = "cx_feedback.newsletter.unsubscribe"
SECONDS_PER_DAY = 86400
#: Placeholders of the links of every mail of a subscription.
LINK_PLACEHOLDERS = ("unsubscribe_url", "preferences_url")


def get_base_url() -> str:
    """Return the address of the default site in mails, without a slash at the end."""
    return get_mail_site().base_url


def make_absolute(path: str, base: str = "") -> str:
    """Return ``path`` with ``base``, the address of a site; by default the default one's."""
    return urljoin(f"{base or get_base_url()}/", path)


def get_confirm_url(subscription_ids: Sequence[int], asked: int, base: str = "") -> str:
    """Return the address of the page that confirms what the ``asked``-th opt-in mail is about."""
    ids = ".".join(map(str, subscription_ids))
    token = TimestampSigner(salt=_CONFIRM).sign(f"{ids}-{asked}")
    return make_absolute(reverse("cx_feedback:newsletter-confirm", args=[token]), base)


def get_link_variables(subscription_id: int, base: str = "") -> dict[str, str]:
    """Return the links of every mail of a subscription, by the names of their placeholders."""
    base = base or get_base_url()
    return {
        "unsubscribe_url": get_unsubscribe_url(subscription_id, base),
        "preferences_url": get_preferences_request_url(subscription_id, base),
    }


def get_preferences_url(subscription_id: int, base: str = "") -> str:
    """Return the address of the page where a subscriber chooses what comes: a key, for a while.

    It goes by mail to who asks for it, and stands on no page.
    """
    return _sign_preferences_url(_KEY, subscription_id, base)


def get_preferences_request_url(subscription_id: int, base: str = "") -> str:
    """Return the address of the page that mails the key; it shows nothing and never expires."""
    return _sign_preferences_url(_PREFERENCES, subscription_id, base)


def _sign_preferences_url(salt: str, subscription_id: int, base: str) -> str:
    token = TimestampSigner(salt=salt).sign(str(subscription_id))
    return make_absolute(reverse("cx_feedback:newsletter-preferences", args=[token]), base)


def get_unsubscribe_url(subscription_id: int, base: str = "") -> str:
    """Return the address that unsubscribes; it never expires."""
    token = Signer(salt=_UNSUBSCRIBE).sign(str(subscription_id))
    return make_absolute(reverse("cx_feedback:newsletter-unsubscribe", args=[token]), base)


@dataclass(frozen=True)
class ConfirmationLink:
    """What a link that confirms is about, the how-manieth mail it stood in, and when it was made.

    ``at`` is up to a second early: the signature counts whole seconds.
    """

    subscription_ids: list[int]
    asked: int
    at: datetime.datetime


def read_confirm_link(token: str) -> ConfirmationLink:
    """Return what the link is about; raises InvalidInput for a changed or expired one."""
    days = conf.get("NEWSLETTER_CONFIRM_DAYS")
    try:
        value = TimestampSigner(salt=_CONFIRM).unsign(token, max_age=days * SECONDS_PER_DAY)
    except BadSignature:
        raise InvalidInput(
            fields={"link": [_("This link has expired or is not complete. Subscribe once more.")]}
        ) from None
    ids, _dash, asked = value.partition("-")
    stamp = b62_decode(token.split(":")[-2])
    at = datetime.datetime.fromtimestamp(stamp, datetime.UTC)
    return ConfirmationLink([int(pk) for pk in ids.split(".")], int(asked), at)


def read_preferences_link(token: str) -> tuple[int, bool]:
    """Return the subscription's id and whether the link is a key, not that of every mail.

    Raises InvalidInput for a changed link and an expired key.
    """
    days = conf.get("NEWSLETTER_PREFERENCES_DAYS")
    for salt, is_key in ((_KEY, True), (_PREFERENCES, False)):
        with suppress(BadSignature):
            value = TimestampSigner(salt=salt).unsign(
                token, days * SECONDS_PER_DAY if is_key else None
            )
            return int(value), is_key
    raise InvalidInput(
        fields={"link": [_("This link has expired or is incomplete. Request a new one.")]}
    )


def read_unsubscribe_link(token: str) -> int:
    """Return the subscription's id; raises InvalidInput for a changed link."""
    try:
        return int(Signer(salt=_UNSUBSCRIBE).unsign(token))
    except BadSignature:
        raise InvalidInput(
            fields={
                "link": [
                    pgettext(
                        "newsletter", "This link is incomplete. Copy the whole link from the email."
                    )
                ]
            }
        ) from None
