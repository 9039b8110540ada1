"""Signed addresses in mails. Keys are rotated with Django's SECRET_KEY_FALLBACKS."""

from collections.abc import Sequence
from urllib.parse import urljoin

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Site

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput

_CONFIRM = "cx_feedback.newsletter.confirm"
_PREFERENCES = "cx_feedback.newsletter.preferences"
_UNSUBSCRIBE = "cx_feedback.newsletter.unsubscribe"
DAY = 86400
#: Placeholders of the links of every mail of a subscription.
IN_MAILS = ("unsubscribe_url", "preferences_url")


def base_url() -> str:
    """Return the address of the site in mails, without a slash at the end."""
    given: str = conf.get("NEWSLETTER_BASE_URL")
    if given:
        return given.rstrip("/")
    site = Site.objects.filter(is_default_site=True).first()
    return site.root_url if site else ""


def site_name() -> str:
    """Return the name of the site in mails."""
    site = Site.objects.filter(is_default_site=True).first()
    return (site and site.site_name) or getattr(settings, "WAGTAIL_SITE_NAME", "")


def absolute(path: str, base: str = "") -> str:
    """Return ``path`` with the site's address, or with ``base`` where that was looked up."""
    return urljoin(f"{base or base_url()}/", path)


def confirm_url(subscription_ids: Sequence[int], asked: int) -> str:
    """Return the address of the page that confirms what the ``asked``-th opt-in mail is about."""
    ids = ".".join(map(str, subscription_ids))
    token = TimestampSigner(salt=_CONFIRM).sign(f"{ids}-{asked}")
    return absolute(reverse("cx_feedback:newsletter-confirm", args=[token]))


def variables(subscription_id: int, base: str = "") -> dict[str, str]:
    """Return the links of every mail of a subscription, by the names of their placeholders."""
    base = base or base_url()
    return {
        "unsubscribe_url": unsubscribe_url(subscription_id, base),
        "preferences_url": preferences_url(subscription_id, base),
    }


def preferences_url(subscription_id: int, base: str = "") -> str:
    """Return the address of the page where a subscriber chooses what comes."""
    token = TimestampSigner(salt=_PREFERENCES).sign(str(subscription_id))
    return absolute(reverse("cx_feedback:newsletter-preferences", args=[token]), base)


def unsubscribe_url(subscription_id: int, base: str = "") -> str:
    """Return the address that unsubscribes; it never expires."""
    token = Signer(salt=_UNSUBSCRIBE).sign(str(subscription_id))
    return absolute(reverse("cx_feedback:newsletter-unsubscribe", args=[token]), base)


def read_confirm(token: str) -> list[int]:
    """Return the subscriptions' ids; raises InvalidInput for a changed or expired link."""
    days = conf.get("NEWSLETTER_CONFIRM_DAYS")
    try:
        value = TimestampSigner(salt=_CONFIRM).unsign(token, max_age=days * DAY)
    except BadSignature:
        raise InvalidInput(
            fields={"link": [_("This link has expired or is not complete. Subscribe once more.")]}
        ) from None
    return [int(pk) for pk in value.partition("-")[0].split(".")]


def read_preferences(token: str) -> int:
    """Return the subscription's id; raises InvalidInput for a changed or expired link."""
    days = conf.get("NEWSLETTER_PREFERENCES_DAYS")
    try:
        value = TimestampSigner(salt=_PREFERENCES).unsign(token, max_age=days * DAY)
    except BadSignature:
        raise InvalidInput(
            fields={"link": [_("This link has expired or is not complete. Ask for a new one.")]}
        ) from None
    return int(value)


def read_unsubscribe(token: str) -> int:
    """Return the subscription's id; raises InvalidInput for a changed link."""
    try:
        return int(Signer(salt=_UNSUBSCRIBE).unsign(token))
    except BadSignature:
        raise InvalidInput(
            fields={"link": [_("This link is not complete. Copy all of it from the mail.")]}
        ) from None
