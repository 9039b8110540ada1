"""The double opt-in: the mail that asks to confirm subscriptions, and confirming them."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.rendering import mail_renderer, signed_links
from cx_feedback.newsletter.rendering.mail_sites import MailSite
from cx_feedback.newsletter.services.mail_request_limits import RequestedMail
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader

State = Subscription.State


def build_opt_in_mail(rows: Sequence[Subscription], site: MailSite) -> RequestedMail:
    """Return the mail that asks to confirm, or tells subscribers of all lists that they are."""
    waiting = [row for row in rows if row.state != State.CONFIRMED]
    first, *_others = named_rows = waiting or list(rows)
    first.opt_in_count += 1
    variables = signed_links.get_link_variables(first.pk, site.base_url)
    ids = [row.pk for row in named_rows]
    variables["confirm_url"] = signed_links.get_confirm_url(ids, first.opt_in_count, site.base_url)
    return RequestedMail(
        message=mail_renderer.create_opt_in_message(
            [row.mailing_list for row in named_rows], first.language, known=not waiting, site=site
        ),
        mailing=mail_renderer.get_opt_in_mailing(first.mailing_list_id),
        key=f"{first.pk}:{first.opt_in_count}",
        address=first.email,
        variables=variables,
    )


@transaction.atomic
def confirm_subscriptions(
    *, subscription_ids: Sequence[int], reader: Reader | None = None, here: bool = True
) -> list[Subscription]:
    """Confirm the subscriptions of one mail, except those that have been ended since.

    ``here`` is passed on to the activity ledger. Raises InvalidInput if none is left to confirm.
    """
    open_subscriptions = Subscription.objects.filter(pk__in=subscription_ids).exclude(
        state=State.UNSUBSCRIBED
    )
    rows: list[Subscription] = []
    for pk in list(open_subscriptions.order_by("mailing_list_id").values_list("pk", flat=True)):
        owner = rows[-1].reader if rows else reader
        rows.append(confirm_subscription(subscription_id=pk, reader=owner, here=here))
    if not rows:
        raise build_ended_error()
    return rows


def build_ended_error() -> InvalidInput:
    """Return the error for a link to a subscription that has been ended."""
    return InvalidInput(
        fields={"link": [_("This subscription was cancelled. Please subscribe again.")]}
    )


@transaction.atomic
def confirm_subscription(
    *, subscription_id: int, reader: Reader | None = None, here: bool = True
) -> Subscription:
    """Confirm a subscription. Confirming it again changes nothing.

    ``reader`` is the one who pressed the button: reading the mailbox proves that the address is
    theirs. Raises InvalidInput if the subscription has been ended or deleted since.
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
    readers.record_act(
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
        reader = readers.create_reader(language=row.language)
    owner = readers.confirm_email(reader=reader, email=row.email)
    if begun and owner != reader:
        reader.delete()  # The address belongs to another reader already.
    return owner
