"""The preferences that subscribers set by the link in a mail: lists, topics, name and so on.

Following the link proves that the address is theirs, so a list ticked here needs no second mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.coreutils import get_content_languages

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages import site_time
from cx_feedback.core.text.email_addresses import clean_address
from cx_feedback.mail.models import hash_address
from cx_feedback.newsletter import selectors
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.rendering import mail_renderer, signed_links
from cx_feedback.newsletter.rendering.mail_sites import get_mail_site
from cx_feedback.newsletter.services.mail_request_limits import (
    RequestedMail,
    may_request_mail,
    rollback_unless,
)
from cx_feedback.newsletter.services.opt_in import confirm_subscription
from cx_feedback.newsletter.services.subscriptions import (
    clean_name,
    lock_subscriptions,
    store_consent,
    unsubscribe,
)
from cx_feedback.newsletter.subscribing import subscription_input
from cx_feedback.newsletter.subscribing.time_zones import clean_time_zone

State = Subscription.State


@dataclass(frozen=True)
class Preferences:
    """The lists and topics that a subscriber wants. Subscriptions to other lists are ended."""

    list_ids: Sequence[int]
    topic_ids: Sequence[int]
    name: str = ""
    language: str = ""
    time_zone: str = ""


@transaction.atomic
def save_preferences(*, subscription_id: int, preferences: Preferences) -> None:
    """Change the subscriptions of an address to ``preferences``. Safe to run twice.

    Topics of other lists are ignored. Raises InvalidInput naming ``lists``, ``topics``, ``name``,
    ``lang`` or ``time_zone``, and NotFound if the subscription doesn't exist any more.
    """
    email = _get_email(subscription_id)
    name, time_zone = clean_name(preferences.name), clean_time_zone(preferences.time_zone)
    if preferences.language not in ("", *get_content_languages()):
        raise InvalidInput(fields={"lang": [_("There is no such language.")]})
    offers = {offer.mailing_list.pk: offer for offer in selectors.get_list_offers(email)}
    for field, ids, known in (
        ("lists", preferences.list_ids, offers.keys()),
        ("topics", preferences.topic_ids, {t.pk for o in offers.values() for t in o.topics}),
    ):
        if set(ids) - known:
            raise InvalidInput(fields={field: [subscription_input.describe_unknown(field)]})
    chosen_offers = [offers[pk] for pk in sorted(set(preferences.list_ids))]
    for row in lock_subscriptions(email, [offer.mailing_list for offer in chosen_offers]):
        row.name, row.time_zone = name, time_zone
        _subscribe_row(row, preferences.language or row.language)
        chosen = offers[row.mailing_list_id].topics
        row.topics.set([topic for topic in chosen if topic.pk in preferences.topic_ids])
    left = Subscription.objects.filter(email=email).exclude(
        mailing_list__in=[offer.mailing_list for offer in chosen_offers]
    )
    for pk in list(left.order_by("mailing_list_id").values_list("pk", flat=True)):
        unsubscribe_if_active(pk)


def _subscribe_row(row: Subscription, language: str) -> None:
    if row.state == State.CONFIRMED:
        row.language = language
        row.save()
        return
    store_consent(row, language=language, page_id=None, source="preferences")
    row.state = State.PENDING
    row.save()
    confirm_subscription(subscription_id=row.pk)


def unsubscribe_if_active(subscription_id: int) -> None:
    """End a subscription unless it has ended already."""
    if Subscription.objects.filter(pk=subscription_id).exclude(state=State.UNSUBSCRIBED).exists():
        unsubscribe(subscription_id=subscription_id)


@transaction.atomic
def unsubscribe_all(*, subscription_id: int) -> None:
    """End all subscriptions of the address and cancel the mails queued for them."""
    email = _get_email(subscription_id)
    rows = Subscription.objects.select_for_update().filter(email=email).order_by("mailing_list_id")
    for pk in list(rows.values_list("pk", flat=True)):
        unsubscribe_if_active(pk)


def _get_email(subscription_id: int) -> str:
    return selectors.get_subscription(subscription_id).email


@transaction.atomic
def send_preferences_link_to_address(*, email: str, site_id: int | None = None) -> None:
    """Send a new link to an address that has ever confirmed a subscription.

    For other addresses nothing is sent. Returns nothing and does the same work for both, so that
    a response can't reveal which it was. Limited like the mails that confirm subscriptions. The
    mail is sent in the name of the site ``site_id``. Raises InvalidInput naming ``email``.
    """
    email = clean_address(email)
    rows = Subscription.objects.select_for_update().filter(email=email)
    row = rows.exclude(confirmed_at=None).order_by("mailing_list_id").first()
    mailing = f"{mail_renderer.PREFERENCES}link"
    allowed = may_request_mail(email, kind=mail_renderer.PREFERENCES, mailings=[mailing])
    allowed = not selectors.is_suppressed(email) and allowed and row is not None
    row = row or Subscription(pk=0, email=email)
    link_mail = _build_link_mail(row, mailing, f"{row.pk}:{row.opt_in_count + 1}", site_id)
    with rollback_unless(allowed):
        Subscription.objects.filter(pk=row.pk).update(opt_in_count=row.opt_in_count + 1)
        link_mail.post_mail()


@transaction.atomic
def send_preferences_link_to_subscriber(
    *, subscription_id: int, site_id: int | None = None
) -> bool:
    """Send a new link to the address of a subscription and return whether one is queued.

    Anybody who holds an old mail can request this. It is therefore sent at most once a day, by a
    constraint of the ledger, and not to unconfirmed or suppressed addresses.
    """
    row = selectors.get_subscription(subscription_id)
    if row.confirmed_at is None or selectors.is_suppressed(row.email):
        return False
    mailing = f"{mail_renderer.PREFERENCES}{site_time.localdate():%Y-%m-%d}"
    return _build_link_mail(row, mailing, hash_address(row.email)[:40], site_id).post_mail()


def _build_link_mail(
    row: Subscription, mailing: str, key: str, site_id: int | None
) -> RequestedMail:
    site = get_mail_site(site_id)
    return RequestedMail(
        message=mail_renderer.create_preferences_message(row.language, site=site),
        mailing=mailing,
        key=key,
        address=row.email,
        variables={
            "unsubscribe_url": signed_links.get_unsubscribe_url(row.pk, site.base_url),
            "preferences_url": signed_links.get_preferences_url(row.pk, site.base_url),
        },
    )
