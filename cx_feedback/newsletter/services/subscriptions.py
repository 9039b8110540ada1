"""Subscribing with a double opt-in, and unsubscribing with one click."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail import services as mail
from cx_feedback.mail.letters import clean_address, refuse_control_characters
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import links, rendering
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.newsletter.selectors import open_list
from cx_feedback.newsletter.wording import consent_wording, version_of
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader

State = Subscription.State


@transaction.atomic
def subscribe(
    *,
    email: str,
    list_id: int | None = None,
    name: str = "",
    language: str = "",
    page_id: int | None = None,
    how: str = "",
) -> None:
    """Note that somebody asked for a list, and send the mail that confirms it.

    Returns nothing, so that no answer can tell whether the address is known. The proof of
    consent holds the words of ``language``. Raises InvalidInput naming ``email``, ``name`` or
    ``list``; a list that is closed or unknown is refused alike.
    """
    email = clean_address(email)
    name = _clean_name(name)
    mailing_list = open_list(list_id)
    language = language[:12]
    Subscription.objects.bulk_create(
        [Subscription(mailing_list=mailing_list, email=email)], ignore_conflicts=True
    )
    row = Subscription.objects.select_for_update().get(mailing_list=mailing_list, email=email)
    if row.state != State.CONFIRMED:
        _keep_proof(row, mailing_list, language, page_id, how)
        row.name = name or row.name
        row.state = State.PENDING
    if _may_mail(row):
        row.asked += 1
        _post_opt_in(row, mailing_list)
    row.save()


def _clean_name(name: str) -> str:
    name = name.strip()
    refuse_control_characters("name", name)
    limit = Subscription._meta.get_field("name").max_length or 0
    if len(name) > limit:
        raise InvalidInput(fields={"name": [_("At most %(n)d characters.") % {"n": limit}]})
    return name


def _keep_proof(
    row: Subscription, mailing_list: MailingList, language: str, page_id: int | None, how: str
) -> None:
    with translation.override(language or None):
        row.consent_wording = consent_wording(mailing_list)
    row.consent_version = version_of(row.consent_wording)
    row.consent_at = timezone.now()
    row.consent_page_id, row.consent_how, row.language = page_id, how, language


def _may_mail(row: Subscription) -> bool:
    """Return whether the address may get another such mail: nobody floods a mailbox with them."""
    now = timezone.now()
    asked = Delivery.objects.filter(
        address=row.email,
        mailing__startswith=rendering.OPT_IN,
        created_at__gt=now - datetime.timedelta(days=1),
    )
    pause = datetime.timedelta(seconds=conf.get("NEWSLETTER_CONFIRM_PAUSE"))
    times = list(asked.values_list("mailing", "created_at"))
    if len(times) >= conf.get("NEWSLETTER_CONFIRM_PER_DAY"):
        return False
    mailing = rendering.opt_in_mailing(row.mailing_list_id)
    return not any(m == mailing and at > now - pause for m, at in times)


def _post_opt_in(row: Subscription, mailing_list: MailingList) -> None:
    """Post the mail to confirm or, to who is a subscriber already, the one that says so."""
    known = row.state == State.CONFIRMED
    letter = rendering.opt_in_letter(mailing_list, row.language, known=known)
    variables = {"unsubscribe_url": links.unsubscribe_url(row.pk)}
    if not known:
        variables["confirm_url"] = links.confirm_url(row.pk, row.asked)
    mail.post(
        letter=letter,
        mailing=rendering.opt_in_mailing(mailing_list.pk),
        recipient=mail.Recipient(
            key=f"{row.pk}:{row.asked}", address=row.email, variables=variables
        ),
        policy=Delivery.Policy.AT_LEAST_ONCE,
        priority=Delivery.URGENT,
    )


@transaction.atomic
def confirm(*, subscription_id: int, reader: Reader | None = None) -> Subscription:
    """Confirm what a mail's link asked for; pressing twice changes nothing.

    ``reader`` is who pressed the button: whoever reads the mailbox owns the address. Raises
    InvalidInput when the subscription was ended or taken away since.
    """
    row = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("mailing_list")
        .filter(pk=subscription_id)
        .first()
    )
    if row is None or row.state == State.UNSUBSCRIBED:
        raise InvalidInput(
            fields={"link": [_("This subscription was ended. Subscribe once more.")]}
        )
    if row.state == State.CONFIRMED:
        return row
    row.state, row.confirmed_at = State.CONFIRMED, timezone.now()
    row.reader = _owner(row, reader)
    row.save()
    readers.act(
        reader=row.reader,
        kind="subscription",
        page_id=row.consent_page_id,
        object_id=row.pk,
        detail={"list": row.mailing_list_id},
    )
    return row


def _owner(row: Subscription, reader: Reader | None) -> Reader:
    begun = reader is None or (reader.email and reader.email != row.email)
    if reader is None or begun:
        reader = readers.begin(language=row.language)
    owner = readers.confirm_email(reader=reader, email=row.email)
    if begun and owner != reader:
        reader.delete()  # the person was known already
    return owner


@transaction.atomic
def unsubscribe(*, subscription_id: int) -> Subscription:
    """End a subscription at once; what waits to be sent for it is cancelled. May run twice.

    Raises InvalidInput when it is gone.
    """
    row = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("mailing_list")
        .filter(pk=subscription_id)
        .first()
    )
    if row is None:
        raise InvalidInput(fields={"link": [_("This subscription does not exist any more.")]})
    if row.state != State.UNSUBSCRIBED:
        row.state, row.unsubscribed_at = State.UNSUBSCRIBED, timezone.now()
        row.save(update_fields=["state", "unsubscribed_at"])
    mail.cancel(address=row.email, recipient_prefix=f"{row.pk}:", reason=str(_("Unsubscribed")))
    return row


@transaction.atomic
def erase(*, email: str, reader_ids: list[int]) -> int:
    """Erase a person's subscriptions; return how many."""
    whose = Q(reader_id__in=reader_ids)
    if email:
        whose |= Q(email=email)
    return Subscription.objects.filter(whose).delete()[1].get(Subscription._meta.label, 0)
