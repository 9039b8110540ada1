"""What a subscriber chooses by the link of a mail: lists, topics, name, language, time zone.

The link went to the mailbox: who follows it has proved the address, so a list ticked here needs no
second mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.coreutils import get_content_languages

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages import site_time
from cx_feedback.mail.messages.letters import clean_address
from cx_feedback.mail.models import hash_address
from cx_feedback.newsletter import selectors
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.rendering import mail_links, mail_renderer
from cx_feedback.newsletter.rendering.mail_sites import get_mail_site
from cx_feedback.newsletter.services.opt_in_mail import (
    RequestedMail,
    may_request_mail,
    rollback_unless,
)
from cx_feedback.newsletter.services.subscriptions import (
    clean_name,
    confirm_subscription,
    lock_subscriptions,
    store_consent,
    unsubscribe,
)
from cx_feedback.newsletter.subscribing import subscription_input
from cx_feedback.newsletter.subscribing.time_zones import clean_time_zone

State = Subscription.State


@dataclass(frozen=True)
class Preferences:
    """What is to come; a list that is not named comes no more."""

    list_ids: Sequence[int]
    topic_ids: Sequence[int]
    name: str = ""
    language: str = ""
    time_zone: str = ""


@transaction.atomic
def save_preferences(*, subscription_id: int, choice: Preferences) -> None:
    """Make the address's subscriptions those of ``choice``; may run twice.

    Topics of lists that are not named are passed over. Raises InvalidInput naming ``lists``,
    ``topics``, ``name``, ``lang``, ``time_zone`` or, when the subscription is gone, ``link``.
    """
    email = _get_email(subscription_id)
    name, time_zone = clean_name(choice.name), clean_time_zone(choice.time_zone)
    if choice.language not in ("", *get_content_languages()):
        raise InvalidInput(fields={"lang": [_("There is no such language.")]})
    offers = {offer.mailing_list.pk: offer for offer in selectors.get_list_offers(email)}
    for field, ids, known in (
        ("lists", choice.list_ids, offers.keys()),
        ("topics", choice.topic_ids, {t.pk for o in offers.values() for t in o.topics}),
    ):
        if set(ids) - known:
            raise InvalidInput(fields={field: [subscription_input.describe_unknown(field)]})
    wanted = [offers[pk] for pk in sorted(set(choice.list_ids))]
    for row in lock_subscriptions(email, [one.mailing_list for one in wanted]):
        row.name, row.time_zone = name, time_zone
        _subscribe_row(row, choice.language or row.language)
        chosen = offers[row.mailing_list_id].topics
        row.topics.set([topic for topic in chosen if topic.pk in choice.topic_ids])
    left = Subscription.objects.filter(email=email).exclude(
        mailing_list__in=[one.mailing_list for one in wanted]
    )
    for pk in list(left.order_by("mailing_list_id").values_list("pk", flat=True)):
        unsubscribe_if_active(pk)


def _subscribe_row(row: Subscription, language: str) -> None:
    if row.state == State.CONFIRMED:
        row.language = language
        row.save()
        return
    store_consent(row, language=language, page_id=None, how="preferences")
    row.state = State.PENDING
    row.save()
    confirm_subscription(subscription_id=row.pk)


def unsubscribe_if_active(subscription_id: int) -> None:
    """End a subscription that has not ended."""
    if Subscription.objects.filter(pk=subscription_id).exclude(state=State.UNSUBSCRIBED).exists():
        unsubscribe(subscription_id=subscription_id)


@transaction.atomic
def unsubscribe_all(*, subscription_id: int) -> None:
    """End all subscriptions of the address; what waits to be sent for them is cancelled."""
    email = _get_email(subscription_id)
    rows = Subscription.objects.select_for_update().filter(email=email).order_by("mailing_list_id")
    for pk in list(rows.values_list("pk", flat=True)):
        unsubscribe_if_active(pk)


def _get_email(subscription_id: int) -> str:
    return selectors.get_subscription(subscription_id).email


@transaction.atomic
def send_preferences_link_to_address(*, email: str, site_id: int | None = None) -> None:
    """Post a new link to an address that confirmed a subscription once; nothing for another.

    Returns nothing and does the same work for both, so that no answer can tell which it was. One
    mail in five minutes and a few a day, like those that confirm. It comes from the site where
    it was asked for, ``site_id``. Raises InvalidInput naming ``email``.
    """
    email = clean_address(email)
    rows = Subscription.objects.select_for_update().filter(email=email)
    row = rows.exclude(confirmed_at=None).order_by("mailing_list_id").first()
    mailing = f"{mail_renderer.PREFERENCES}link"
    allowed = may_request_mail(email, kind=mail_renderer.PREFERENCES, mailings=[mailing])
    allowed = not selectors.is_suppressed(email) and allowed and row is not None
    row = row or Subscription(pk=0, email=email)
    link = _build_link_mail(row, mailing, f"{row.pk}:{row.asked + 1}", site_id)
    with rollback_unless(allowed):
        Subscription.objects.filter(pk=row.pk).update(asked=row.asked + 1)
        link.post()


@transaction.atomic
def send_preferences_link_to_subscriber(
    *, subscription_id: int, site_id: int | None = None
) -> bool:
    """Post the key to the address of a subscription; return whether one is on its way.

    Whoever holds an old mail may ask for this: so it goes to the mailbox, once a day (a
    constraint of the ledger), and not to an address that nobody proved or that takes no mail.
    """
    row = selectors.get_subscription(subscription_id)
    if row.confirmed_at is None or selectors.is_suppressed(row.email):
        return False
    mailing = f"{mail_renderer.PREFERENCES}{site_time.localdate():%Y-%m-%d}"
    return _build_link_mail(row, mailing, hash_address(row.email)[:40], site_id).post()


def _build_link_mail(
    row: Subscription, mailing: str, key: str, site_id: int | None
) -> RequestedMail:
    site = get_mail_site(site_id)
    return RequestedMail(
        letter=mail_renderer.create_preferences_letter(row.language, site=site),
        mailing=mailing,
        key=key,
        address=row.email,
        variables={
            "unsubscribe_url": mail_links.get_unsubscribe_url(row.pk, site.base_url),
            "preferences_url": mail_links.get_preferences_url(row.pk, site.base_url),
        },
    )
