"""What happens to rows of the ledger besides being sent."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import pgettext

from cx_feedback.core.tasks import nudge
from cx_feedback.mail.messages.rendering import clean_address
from cx_feedback.mail.models import (
    Delivery,
    DeliveryQuerySet,
    MailReport,
    Message,
    Suppression,
    hash_address,
)
from cx_feedback.mail.services.arrival_evidence import settle_arrived

State = Delivery.State
Policy = Delivery.Policy
#: What an editor may send again: nobody knows whether it arrived, or it did not.
REQUEUEABLE_STATES = (State.IN_DOUBT, State.FAILED)


@dataclass(frozen=True)
class RecoveredDeliveries:
    """Rows of dead runs, by what became of them."""

    released: int
    in_doubt: int


def recover_expired_leases(*, now: datetime.datetime | None = None) -> RecoveredDeliveries:
    """Take the rows of runs whose lease ended.

    A claimed row was not sent: it waits again. One that was being sent is in doubt, or goes
    again when its policy is at least once; one that is known to have arrived is sent. May run
    twice or at once.
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
            due_at=F("lease_until"),  # It was tried before; caps count it from here.
            lease_until=None,
            error="The sending process ended before the answer of the server was known.",
        )
        # A report may have come between the doubt and its being written.
        settle_arrived(Delivery.objects.filter(state=State.IN_DOUBT))
    return RecoveredDeliveries(released, in_doubt)


@transaction.atomic
def requeue_deliveries(
    *, among: DeliveryQuerySet | None = None, mailing: str = "", state: str = ""
) -> int:
    """Let deliveries that failed or are in doubt go out once more; return how many.

    What is known to have arrived is marked as sent instead.
    Of those ``among`` the given rows, of one ``mailing``, of one ``state`` of the two if given.
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
        nudge("cx_feedback.mail.tasks.send_due")
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
    """Cancel deliveries that have not begun to be sent; return how many.

    At least one of the conditions must be given; all given ones must hold.
    """
    conditions = {
        "mailing": mailing,
        "mailing__startswith": mailing_prefix,
        "recipient_key": recipient_key,
        "recipient_key__startswith": recipient_prefix,
        "address": address.strip().lower(),
    }
    given = {name: value for name, value in conditions.items() if value}
    if not given:
        raise ValueError("Say which deliveries to cancel.")
    # A run marks rows by a condition on CLAIMED, so what is cancelled here cannot go out.
    waiting = Delivery.objects.filter(state__in=[State.PENDING, State.CLAIMED, State.HELD], **given)
    return waiting.update(state=State.CANCELLED, error=reason, lease_until=None)


@transaction.atomic
def suppress_address(*, address: str, reason: str = Suppression.Reason.EDITOR) -> Suppression:
    """Send no mail to ``address`` any more, what waits already included."""
    address = clean_address(address, "address")
    row, _created = Suppression.objects.update_or_create(
        digest=hash_address(address),
        defaults={"address": address},
        create_defaults={"address": address, "reason": reason},
    )
    cancel_deliveries(address=address, reason=str(row.get_reason_display()))
    return row


def lift_suppression(*, address: str) -> bool:
    """Allow mail to ``address`` again; return whether it was suppressed."""
    address = address.strip().lower()
    deleted, _by_model = Suppression.objects.filter(
        Q(digest=hash_address(address)) | Q(address=address)
    ).delete()
    return bool(deleted)


def forget_tiers(*, reader_ids: list[int]) -> int:
    """Forget in which tier readers were when they were written to; return of how many mails."""
    return Delivery.objects.filter(reader_id__in=reader_ids).exclude(tier="").update(tier="")


@transaction.atomic
def erase_deliveries(*, email: str, reader_ids: list[int]) -> int:
    """Erase a person's deliveries; a suppression stays as a keyed hash without the address."""
    whose = Q(reader_id__in=reader_ids)
    if email:
        whose |= Q(address=email)
        Suppression.objects.filter(address=email).update(address="")
        # What providers reported of mails that are not in the ledger may name the address.
        unknown = MailReport.objects.filter(delivery=None)
        unknown.filter(Q(detail__icontains=email) | Q(url__icontains=email)).delete()
    return delete_deliveries(Delivery.objects.filter(whose))


@transaction.atomic
def erase_messages(*, mailings: list[str]) -> int:
    """Take the words out of the letters of these mailings; return of how many letters.

    What waits is cancelled. The deliveries stay: they say who got a mail, and no more what of. A
    letter that another mailing shares keeps its words.
    """
    rows = Delivery.objects.filter(mailing__in=mailings)
    waiting = rows.filter(state__in=[State.PENDING, State.CLAIMED, State.HELD])
    waiting.update(state=State.CANCELLED, error="Erased", lease_until=None)
    shared = Delivery.objects.filter(message=OuterRef("pk")).exclude(mailing__in=mailings)
    told = Message.objects.filter(pk__in=rows.values("message")).exclude(Exists(shared))
    ids = list(told.values_list("pk", flat=True))
    words = str(pgettext("delivery", "(erased)"))
    for pk in ids:
        # The same words written again are another letter.
        Message.objects.filter(pk=pk).update(
            subject=words, text=words, html="", headers={}, digest=f"erased:{pk}"
        )
    return len(ids)


@transaction.atomic
def delete_deliveries(rows: DeliveryQuerySet) -> int:
    """Delete deliveries with their reports, and letters that nobody else got; return how many."""
    message_ids = set(rows.values_list("message_id", flat=True))
    count = rows.delete()[1].get(Delivery._meta.label, 0)
    # A letter may have been written for this person alone.
    Message.objects.filter(pk__in=message_ids, deliveries__isnull=True).delete()
    return count
