"""Subscribing, which the link of a mail confirms (``opt_in``), and unsubscribing with one click."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core import signals
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text.email_addresses import clean_address, refuse_control_characters
from cx_feedback.mail import selectors as mail_selectors
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery, MailReport
from cx_feedback.newsletter.models import ConsentRecord, FollowUp, MailingList, Subscription
from cx_feedback.newsletter.rendering import mail_renderer
from cx_feedback.newsletter.rendering.mail_sites import get_site_of_action
from cx_feedback.newsletter.selectors import get_selected_lists
from cx_feedback.newsletter.services.mail_request_limits import (
    may_request_mail,
    rollback_unless,
)
from cx_feedback.newsletter.services.opt_in import build_opt_in_mail
from cx_feedback.newsletter.subscribing.consent_text import get_consent_wording
from cx_feedback.newsletter.subscribing.time_zones import clean_time_zone
from cx_feedback.readers.privacy.consent_text import get_wording_version

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
    source: str = "",
) -> None:
    """Store a request for lists and send the one mail that confirms all of them.

    Returns nothing, so that a response can't reveal whether the address is known. A topic implies
    its list. Without lists and topics, the default list is used. Confirmed subscriptions are not
    changed, since only the link in the mail may do that. The proof of consent contains the text
    in ``language``. Raises InvalidInput naming ``email``, ``name``, ``list``, ``topics`` or
    ``time_zone``.

    The mail is sent in the name of the site of the page, else of the list, else of ``site_id``.
    """
    email, name, time_zone = clean_address(email), clean_name(name), clean_time_zone(time_zone)
    selections = get_selected_lists(list_ids, topic_ids)
    language = language[:12]
    rows = lock_subscriptions(email, [selection.mailing_list for selection in selections])
    for row, selection in zip(rows, selections, strict=True):
        confirmed = row.state == State.CONFIRMED
        with rollback_unless(not confirmed):
            # With ``clear`` the statements are the same for every address.
            row.topics.set(selection.topics, clear=True)
        if not confirmed:
            store_consent(row, language=language, page_id=page_id, source=source)
            row.name, row.time_zone = name or row.name, time_zone or row.time_zone
            row.state = State.PENDING
    mailings = [
        mail_renderer.get_opt_in_mailing(selection.mailing_list.pk) for selection in selections
    ]
    own = next(
        (selection.mailing_list for selection in selections if selection.mailing_list.site_id), None
    )
    opt_in = build_opt_in_mail(
        rows, get_site_of_action(page_id=page_id, mailing_list=own, site_id=site_id)
    )
    with rollback_unless(may_request_mail(email, kind=mail_renderer.OPT_IN, mailings=mailings)):
        opt_in.post_mail()
    for row in rows:
        row.save()


def lock_subscriptions(email: str, lists: Sequence[MailingList]) -> list[Subscription]:
    """Return the locked subscriptions to ``lists``, by list id; create those that are missing."""
    Subscription.objects.bulk_create(
        [Subscription(mailing_list=mailing_list, email=email) for mailing_list in lists],
        ignore_conflicts=True,
    )
    return list(
        Subscription.objects.select_for_update(of=("self",))
        .filter(mailing_list__in=lists, email=email)
        .select_related("mailing_list")
        .order_by("mailing_list_id")
    )


def clean_name(name: str) -> str:
    """Return ``name`` without surrounding spaces.

    Raises InvalidInput for one that is too long or could begin another header.
    """
    name = name.strip()
    refuse_control_characters("name", name)
    limit = Subscription._meta.get_field("name").max_length or 0
    if len(name) > limit:
        raise InvalidInput(fields={"name": [_("At most %(n)d characters.") % {"n": limit}]})
    return name


def store_consent(row: Subscription, *, language: str, page_id: int | None, source: str) -> None:
    """Set the consent fields of ``row`` to the present wording; the caller saves the row."""
    with translation.override(language or translation.get_language()):
        row.consent_wording = get_consent_wording(row.mailing_list)
    row.consent_version = get_wording_version(row.consent_wording)
    row.consent_at = timezone.now()
    row.consent_page_id, row.consent_source, row.language = page_id, source, language


@transaction.atomic
def unsubscribe(*, subscription_id: int, reference: str = "") -> Subscription:
    """End a subscription and cancel the mails queued for it. Safe to run twice.

    A series that was under way doesn't continue if the person subscribes again later.

    ``reference`` is the ``Delivery.reference`` of the mail whose link was pressed. Without it,
    statistics attribute the end to the newest mail. Raises InvalidInput if the subscription
    doesn't exist any more.
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
        if row.confirmed_at is not None:
            signals.subscription_ended.send(
                Subscription,
                subscription_id=row.pk,
                list_id=row.mailing_list_id,
                reader_id=row.reader_id,
            )
    _cancel_pending_mails(row)
    return row


def archive_consents(rows: Iterable[Subscription]) -> None:
    """Copy the consents of ended subscriptions to ConsentRecord, where they are kept unchanged."""
    ConsentRecord.objects.bulk_create(
        ConsentRecord(
            subscription=row,
            wording=row.consent_wording,
            version=row.consent_version,
            given_at=row.consent_at,
            page_id=row.consent_page_id,
            source=row.consent_source,
            language=row.language,
            confirmed_at=row.confirmed_at,
            ended_at=row.unsubscribed_at,
        )
        for row in rows
        if row.confirmed_at is not None and row.unsubscribed_at is not None
    )


def _cancel_pending_mails(row: Subscription) -> None:
    """Cancel the mails queued for a subscription, and its unfinished series."""
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
    """Report which of our mails ended the subscription."""
    bulk = Q(mailing__startswith=mail_renderer.RULE) | Q(mailing__startswith=mail_renderer.ISSUE)
    of_person = Q(recipient_key=str(row.pk)) | Q(recipient_key__startswith=f"{row.pk}:")
    mails = Delivery.objects.filter(bulk, of_person, address=row.email)
    newest = mails.filter(state=Delivery.State.SENT).order_by("-sent_at").first()
    pressed = mail_selectors.get_by_reference(reference)
    # A mail whose link was pressed has arrived, whatever state the ledger has stored.
    chosen = pressed if pressed and mails.filter(pk=pressed.pk).exists() else newest
    if chosen:
        mail.record_reader_event(reference=chosen.reference, kind=MailReport.Kind.UNSUBSCRIBED)
