"""Signed links in mails. Keys can be rotated with Django's SECRET_KEY_FALLBACKS."""

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
#: Salt of the link in every mail. It grants nothing, since mails are forwarded.
_PREFERENCES = "cx_feedback.newsletter.preferences"
#: Salt of the link that is mailed on request and grants access to the preferences.
_PREFERENCES_ACCESS = "cx_feedback.newsletter.preferences.key"
_UNSUBSCRIBE = "cx_feedback.newsletter.unsubscribe"
SECONDS_PER_DAY = 86400
#: Placeholders of the links in every mail to a subscriber.
LINK_PLACEHOLDERS = ("unsubscribe_url", "preferences_url")


def get_base_url() -> str:
    """Return the base URL of the default site, without a trailing slash."""
    return get_mail_site().base_url


def make_absolute(path: str, base: str = "") -> str:
    """Return ``path`` as a URL below ``base``, by default the base URL of the default site."""
    return urljoin(f"{base or get_base_url()}/", path)


def get_confirm_url(subscription_ids: Sequence[int], opt_in_number: int, base: str = "") -> str:
    """Return the link that confirms the subscriptions of the opt-in mail ``opt_in_number``."""
    ids = ".".join(map(str, subscription_ids))
    token = TimestampSigner(salt=_CONFIRM).sign(f"{ids}-{opt_in_number}")
    return make_absolute(reverse("cx_feedback:newsletter-confirm", args=[token]), base)


def get_link_variables(subscription_id: int, base: str = "") -> dict[str, str]:
    """Return the links in every mail to a subscriber, by placeholder."""
    base = base or get_base_url()
    return {
        "unsubscribe_url": get_unsubscribe_url(subscription_id, base),
        "preferences_url": get_preferences_request_url(subscription_id, base),
    }


def get_preferences_url(subscription_id: int, base: str = "") -> str:
    """Return the link that grants access to the preferences of a subscriber for some days.

    It is only sent by mail and never shown on a page.
    """
    return _sign_preferences_url(_PREFERENCES_ACCESS, subscription_id, base)


def get_preferences_request_url(subscription_id: int, base: str = "") -> str:
    """Return the link to the page that mails an access link. It never expires."""
    return _sign_preferences_url(_PREFERENCES, subscription_id, base)


def _sign_preferences_url(salt: str, subscription_id: int, base: str) -> str:
    token = TimestampSigner(salt=salt).sign(str(subscription_id))
    return make_absolute(reverse("cx_feedback:newsletter-preferences", args=[token]), base)


def get_unsubscribe_url(subscription_id: int, base: str = "") -> str:
    """Return the link that unsubscribes. It never expires."""
    token = Signer(salt=_UNSUBSCRIBE).sign(str(subscription_id))
    return make_absolute(reverse("cx_feedback:newsletter-unsubscribe", args=[token]), base)


@dataclass(frozen=True)
class ConfirmationLink:
    """The content of a confirmation link: subscriptions, number of the mail and time of signing.

    ``at`` can be up to a second early, since signatures contain whole seconds.
    """

    subscription_ids: list[int]
    opt_in_number: int
    at: datetime.datetime


def read_confirm_link(token: str) -> ConfirmationLink:
    """Return the content of a confirmation link. Raises InvalidInput for an invalid one."""
    days = conf.get("NEWSLETTER_CONFIRM_DAYS")
    try:
        value = TimestampSigner(salt=_CONFIRM).unsign(token, max_age=days * SECONDS_PER_DAY)
    except BadSignature:
        raise InvalidInput(
            fields={"link": [_("This link has expired or is incomplete. Please subscribe again.")]}
        ) from None
    ids, _dash, opt_in_number = value.partition("-")
    stamp = b62_decode(token.split(":")[-2])
    at = datetime.datetime.fromtimestamp(stamp, datetime.UTC)
    return ConfirmationLink([int(pk) for pk in ids.split(".")], int(opt_in_number), at)


def read_preferences_link(token: str) -> tuple[int, bool]:
    """Return the id of the subscription and whether the link grants access to its preferences.

    Raises InvalidInput for an invalid link and an expired access link.
    """
    days = conf.get("NEWSLETTER_PREFERENCES_DAYS")
    for salt, grants_access in ((_PREFERENCES_ACCESS, True), (_PREFERENCES, False)):
        with suppress(BadSignature):
            value = TimestampSigner(salt=salt).unsign(
                token, days * SECONDS_PER_DAY if grants_access else None
            )
            return int(value), grants_access
    raise InvalidInput(
        fields={"link": [_("This link has expired or is incomplete. Request a new one.")]}
    )


def read_unsubscribe_link(token: str) -> int:
    """Return the id of the subscription. Raises InvalidInput for an invalid link."""
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
