"""Subscribing with a double opt-in, and unsubscribing with one click."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail import selectors as mail_selectors
from cx_feedback.mail import services as mail
from cx_feedback.mail.messages.letters import clean_address, refuse_control_characters
from cx_feedback.mail.models import Delivery, MailReport
from cx_feedback.newsletter.models import ConsentRecord, FollowUp, MailingList, Subscription
from cx_feedback.newsletter.rendering import mail_links, mail_renderer
from cx_feedback.newsletter.rendering.mail_sites import MailSite, get_site_of_action
from cx_feedback.newsletter.selectors import get_selected_lists
from cx_feedback.newsletter.services.opt_in_mail import (
    RequestedMail,
    may_request_mail,
    rollback_unless,
)
from cx_feedback.newsletter.subscribing.consent_text import get_consent_wording, get_wording_version
from cx_feedback.newsletter.subscribing.time_zones import clean_time_zone
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader

State = Subscription.State


@transaction.atomic
def subscribe(
    *,
    email: str,
    list_ids: Sequence[int] = (),
    topic_ids: Sequence[int] = (),
    name: str = "",
    language: str = "",
    time_zone: str = "",
    page_id: int | None = None,
    site_id: int | None = None,
    how: str = "",
) -> None:
    """Note that somebody asked for lists, and send the one mail that confirms them.

    Returns nothing, so that no answer can tell whether the address is known. A topic brings its
    list; neither means the default list. What is confirmed stays as it is: only the mail's link
    may change that. The proof of consent holds the words of ``language``. Raises InvalidInput
    naming ``email``, ``name``, ``list``, ``topics`` or ``time_zone``.

    The mail comes from the site of the page; without one, from the list's, else ``site_id``.
    """
    email, name, time_zone = clean_address(email), clean_name(name), clean_time_zone(time_zone)
    wanted = get_selected_lists(list_ids, topic_ids)
    language = language[:12]
    rows = lock_subscriptions(email, [one.mailing_list for one in wanted])
    for row, one in zip(rows, wanted, strict=True):
        confirmed = row.state == State.CONFIRMED
        with rollback_unless(not confirmed):
            row.topics.set(one.topics, clear=True)  # always the same statements
        if not confirmed:
            store_consent(row, language=language, page_id=page_id, how=how)
            row.name, row.time_zone = name or row.name, time_zone or row.time_zone
            row.state = State.PENDING
    mailings = [mail_renderer.get_opt_in_mailing(one.mailing_list.pk) for one in wanted]
    own = next((one.mailing_list for one in wanted if one.mailing_list.site_id), None)
    opt_in = _build_opt_in_mail(
        rows, get_site_of_action(page_id=page_id, mailing_list=own, site_id=site_id)
    )
    with rollback_unless(may_request_mail(email, kind=mail_renderer.OPT_IN, mailings=mailings)):
        opt_in.post()
    for row in rows:
        row.save()


def lock_subscriptions(email: str, lists: Sequence[MailingList]) -> list[Subscription]:
    """Return the address's rows of ``lists`` (by id), made where missing, locked."""
    Subscription.objects.bulk_create(
        [Subscription(mailing_list=one, email=email) for one in lists], ignore_conflicts=True
    )
    return list(
        Subscription.objects.select_for_update(of=("self",))
        .filter(mailing_list__in=lists, email=email)
        .select_related("mailing_list")
        .order_by("mailing_list_id")
    )


def clean_name(name: str) -> str:
    """Return ``name``; raises InvalidInput for one that is too long or could begin a header."""
    name = name.strip()
    refuse_control_characters("name", name)
    limit = Subscription._meta.get_field("name").max_length or 0
    if len(name) > limit:
        raise InvalidInput(fields={"name": [_("At most %(n)d characters.") % {"n": limit}]})
    return name


def store_consent(row: Subscription, *, language: str, page_id: int | None, how: str) -> None:
    """Write down what was agreed to; the caller saves the row."""
    with translation.override(language or translation.get_language()):
        row.consent_wording = get_consent_wording(row.mailing_list)
    row.consent_version = get_wording_version(row.consent_wording)
    row.consent_at = timezone.now()
    row.consent_page_id, row.consent_how, row.language = page_id, how, language


def _build_opt_in_mail(rows: Sequence[Subscription], site: MailSite) -> RequestedMail:
    """Return the mail to confirm or, to who is a subscriber of all, the one that says so."""
    waiting = [row for row in rows if row.state != State.CONFIRMED]
    first, *_others = named = waiting or list(rows)
    first.asked += 1
    variables = mail_links.get_link_variables(first.pk, site.base_url)
    ids = [row.pk for row in named]
    variables["confirm_url"] = mail_links.get_confirm_url(ids, first.asked, site.base_url)
    return RequestedMail(
        letter=mail_renderer.create_opt_in_letter(
            [row.mailing_list for row in named], first.language, known=not waiting, site=site
        ),
        mailing=mail_renderer.get_opt_in_mailing(first.mailing_list_id),
        key=f"{first.pk}:{first.asked}",
        address=first.email,
        variables=variables,
    )


@transaction.atomic
def confirm_subscriptions(
    *, subscription_ids: Sequence[int], reader: Reader | None = None, here: bool = True
) -> list[Subscription]:
    """Confirm the lists that one mail asked about; those ended since stay ended.

    ``here`` is that of ``readers.services.act``. Raises InvalidInput when none is left to confirm.
    """
    kept = Subscription.objects.filter(pk__in=subscription_ids).exclude(state=State.UNSUBSCRIBED)
    rows: list[Subscription] = []
    for pk in list(kept.order_by("mailing_list_id").values_list("pk", flat=True)):
        who = rows[-1].reader if rows else reader
        rows.append(confirm_subscription(subscription_id=pk, reader=who, here=here))
    if not rows:
        raise build_ended_error()
    return rows


def build_ended_error() -> InvalidInput:
    """Return the error of a link to a subscription that was ended."""
    return InvalidInput(
        fields={"link": [_("This subscription was cancelled. Please subscribe again.")]}
    )


@transaction.atomic
def confirm_subscription(
    *, subscription_id: int, reader: Reader | None = None, here: bool = True
) -> Subscription:
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
        raise build_ended_error()
    if row.state == State.CONFIRMED:
        return row
    row.state, row.confirmed_at = State.CONFIRMED, timezone.now()
    row.reader = _get_owner(row, reader)
    row.save()
    readers.act(
        reader=row.reader,
        kind="subscription",
        page_id=row.consent_page_id,
        object_id=row.pk,
        detail={"list": row.mailing_list_id},
        here=here,
    )
    return row


def _get_owner(row: Subscription, reader: Reader | None) -> Reader:
    begun = reader is None or (reader.email and reader.email != row.email)
    if reader is None or begun:
        reader = readers.begin(language=row.language)
    owner = readers.confirm_email(reader=reader, email=row.email)
    if begun and owner != reader:
        reader.delete()  # the person was known already
    return owner


@transaction.atomic
def unsubscribe(*, subscription_id: int, reference: str = "") -> Subscription:
    """End a subscription at once, and what waits to be sent for it. May run twice.

    Whoever subscribes again later does not go on in a series that was under way.

    ``reference`` is that of the mail whose link was pressed (``Delivery.reference``); for the
    figures the newest mail counts where there is none. Raises InvalidInput when it is gone.
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
        archive_consents([row])
        _report_unsubscribe_mail(row, reference)
    _cancel_pending_mails(row)
    return row


def archive_consents(rows: Iterable[Subscription]) -> None:
    """Put the consents of subscriptions that ended where a later one does not overwrite them."""
    ConsentRecord.objects.bulk_create(
        ConsentRecord(
            subscription=row,
            wording=row.consent_wording,
            version=row.consent_version,
            given_at=row.consent_at,
            page_id=row.consent_page_id,
            how=row.consent_how,
            language=row.language,
            confirmed_at=row.confirmed_at,
            ended_at=row.unsubscribed_at,
        )
        for row in rows
        if row.confirmed_at is not None and row.unsubscribed_at is not None
    )


def _cancel_pending_mails(row: Subscription) -> None:
    """Cancel what waits to be sent for a subscription, and end the series of rules for good."""
    reason, address = str(pgettext("newsletter", "Unsubscribed")), row.email
    mail.cancel_deliveries(address=address, recipient_prefix=f"{row.pk}:", reason=reason)
    mail.cancel_deliveries(
        address=address,
        recipient_key=str(row.pk),
        mailing_prefix=mail_renderer.ISSUE,
        reason=reason,
    )
    if row.reader_id:
        owed = FollowUp.objects.filter(reader=row.reader_id, state=FollowUp.State.WAITING)
        owed.filter(rule__mailing_list=row.mailing_list_id).update(
            state=FollowUp.State.SKIPPED, reason=reason
        )


def _report_unsubscribe_mail(row: Subscription, reference: str) -> None:
    """Keep by which of our mails a subscription ended."""
    bulk = Q(mailing__startswith=mail_renderer.RULE) | Q(mailing__startswith=mail_renderer.ISSUE)
    whose = Q(recipient_key=str(row.pk)) | Q(recipient_key__startswith=f"{row.pk}:")
    mails = Delivery.objects.filter(bulk, whose, address=row.email)
    newest = mails.filter(state=Delivery.State.SENT).order_by("-sent_at").first()
    named = mail_selectors.get_by_reference(reference)
    # Whatever the ledger knew of it until now: whose link was pressed has arrived.
    chosen = named if named and mails.filter(pk=named.pk).exists() else newest
    if chosen:
        mail.record_reader_event(reference=chosen.reference, kind=MailReport.Kind.UNSUBSCRIBED)


@transaction.atomic
def erase_subscriptions(*, email: str, reader_ids: list[int]) -> int:
    """Erase a person's subscriptions; return how many."""
    whose = Q(reader_id__in=reader_ids)
    if email:
        whose |= Q(email=email)
    return Subscription.objects.filter(whose).delete()[1].get(Subscription._meta.label, 0)
