"""Changes to deliveries other than sending: recovery, cancellation, suppression, deletion."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import pgettext

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.text.email_addresses import clean_address
from cx_feedback.mail.models import (
    Delivery,
    DeliveryQuerySet,
    Message,
    Suppression,
    hash_address,
    hash_address_by_each_key,
)
from cx_feedback.mail.services.arrival_evidence import settle_arrived

State = Delivery.State
Policy = Delivery.Policy
#: States of deliveries that an editor may send again.
REQUEUEABLE_STATES = (State.IN_DOUBT, State.FAILED)


@dataclass(frozen=True)
class RecoveredDeliveries:
    """Numbers of deliveries of dead runs."""

    released: int
    in_doubt: int


def recover_expired_leases(*, now: datetime.datetime | None = None) -> RecoveredDeliveries:
    """Recover the deliveries of runs whose lease has expired.

    A claimed delivery was not sent, so it is released. One that was being sent is in doubt, or
    released if its policy is at least once. One that is known to have arrived is marked as sent.
    Can be called any number of times, also at the same time.
    """
    dead = Delivery.objects.filter(lease_until__lt=now or timezone.now())
    free = {"state": State.PENDING, "claimed_by": "", "lease_until": None}
    with transaction.atomic():
        settle_arrived(dead, states=[State.SENDING])
        released = dead.filter(state=State.CLAIMED).update(**free)
        released += dead.filter(state=State.SENDING, policy=Policy.AT_LEAST_ONCE).update(
            **free, attempts=F("attempts") + 1
        )
        in_doubt = dead.filter(state=State.SENDING).update(
            state=State.IN_DOUBT,
            attempts=F("attempts") + 1,
            due_at=F("lease_until"),  # The time of the attempt, from which frequency caps count it.
            lease_until=None,
            error="The sending process ended before the answer of the server was known.",
        )
        # A report may have been stored before the state was.
        settle_arrived(Delivery.objects.filter(state=State.IN_DOUBT))
    return RecoveredDeliveries(released, in_doubt)


@transaction.atomic
def requeue_deliveries(
    *, among: DeliveryQuerySet | None = None, mailing: str = "", state: str = ""
) -> int:
    """Requeue failed and in-doubt deliveries and return their number.

    Those that are known to have arrived are marked as sent instead. The deliveries can be limited
    to those ``among`` a queryset, to one ``mailing`` and to one ``state``.
    """
    rows = Delivery.objects.filter(state__in=REQUEUEABLE_STATES)
    if among is not None:
        rows = rows.filter(pk__in=among.order_by().values("pk"))
    if mailing:
        rows = rows.filter(mailing=mailing)
    if state:
        rows = rows.filter(state=state)
    settle_arrived(rows)
    count = rows.update(
        state=State.PENDING, claimed_by="", attempts=0, error="", due_at=timezone.now()
    )
    if count:
        nudge("cx_feedback.mail.send_due_deliveries")
    return count


def cancel_deliveries(
    *,
    reason: str,
    mailing: str = "",
    mailing_prefix: str = "",
    recipient_key: str = "",
    recipient_prefix: str = "",
    address: str = "",
) -> int:
    """Cancel deliveries that are not being sent yet and return their number.

    At least one of the conditions must be given, and all given ones must hold.
    """
    conditions = {
        "mailing": mailing,
        "mailing__startswith": mailing_prefix,
        "recipient_key": recipient_key,
        "recipient_key__startswith": recipient_prefix,
        "address": address.strip().lower(),
    }
    filters = {name: value for name, value in conditions.items() if value}
    if not filters:
        raise ValueError("Say which deliveries to cancel.")
    # A run marks only rows that are still claimed, so cancelled ones can't be sent.
    waiting = Delivery.objects.filter(
        state__in=[State.PENDING, State.CLAIMED, State.HELD], **filters
    )
    return waiting.update(state=State.CANCELLED, error=reason, lease_until=None)


@transaction.atomic
def suppress_address(*, address: str, reason: str = Suppression.Reason.EDITOR) -> Suppression:
    """Send no more email to ``address`` and cancel its waiting deliveries."""
    address = clean_address(address, "address")
    row, _created = Suppression.objects.update_or_create(
        digest=hash_address(address),
        defaults={"address": address},
        create_defaults={"address": address, "reason": reason},
    )
    cancel_deliveries(address=address, reason=str(row.get_reason_display()))
    return row


def lift_suppression(*, address: str) -> bool:
    """Allow email to ``address`` again and return whether it was suppressed."""
    address = address.strip().lower()
    deleted, _by_model = Suppression.objects.filter(
        Q(digest__in=hash_address_by_each_key(address)) | Q(address=address)
    ).delete()
    return bool(deleted)


@transaction.atomic
def erase_messages(*, mailings: list[str]) -> int:
    """Erase the content of the messages of these mailings and return their number.

    Waiting deliveries are cancelled. The deliveries are kept to show who got an email. Messages
    that are shared with another mailing are not erased.
    """
    rows = Delivery.objects.filter(mailing__in=mailings)
    waiting = rows.filter(state__in=[State.PENDING, State.CLAIMED, State.HELD])
    waiting.update(state=State.CANCELLED, error="Erased", lease_until=None)
    shared = Delivery.objects.filter(message=OuterRef("pk")).exclude(mailing__in=mailings)
    unshared = Message.objects.filter(pk__in=rows.values("message")).exclude(Exists(shared))
    ids = list(unshared.values_list("pk", flat=True))
    erased = str(pgettext("delivery", "(erased)"))
    for pk in ids:
        # The digest changes, so that the same content makes a new message.
        Message.objects.filter(pk=pk).update(
            subject=erased, text=erased, html="", headers={}, digest=f"erased:{pk}"
        )
    return len(ids)


@transaction.atomic
def delete_deliveries(rows: DeliveryQuerySet) -> int:
    """Delete deliveries with their reports and unshared messages, and return their number."""
    message_ids = set(rows.values_list("message_id", flat=True))
    count = rows.delete()[1].get(Delivery._meta.label, 0)
    # A message may have been written for this person alone.
    Message.objects.filter(pk__in=message_ids, deliveries__isnull=True).delete()
    return count
