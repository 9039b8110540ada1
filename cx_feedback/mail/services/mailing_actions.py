"""Actions of editors on a mailing that is being sent."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail.mailing_kinds import notify_start_now
from cx_feedback.mail.models import Delivery, Mailing
from cx_feedback.mail.services.delivery_changes import cancel_deliveries

State = Delivery.State


@transaction.atomic
def pause_mailing(*, mailing: str) -> int:
    """Hold the unsent deliveries of ``mailing`` and return their number.

    Deliveries that a run is sending are not held: at most one commit of each run.
    """
    row = _lock_mailing(mailing)
    if row.paused_at is None:
        row.paused_at = timezone.now()
        row.save(update_fields=["paused_at"])
    # A run marks only rows that are still claimed, so held ones can't be sent.
    return Delivery.objects.filter(
        mailing=mailing, state__in=[State.PENDING, State.CLAIMED]
    ).update(state=State.HELD, claimed_by="", lease_until=None)


@transaction.atomic
def resume_mailing(*, mailing: str) -> int:
    """Resume a paused mailing and return the number of released deliveries.

    Deliveries that are in doubt until now don't pause it again.
    """
    row = _lock_mailing(mailing)
    row.paused_at, row.resumed_at = None, timezone.now()
    row.save(update_fields=["paused_at", "resumed_at"])
    count = Delivery.objects.filter(mailing=mailing, state=State.HELD).update(state=State.PENDING)
    _nudge_sending()
    return count


@transaction.atomic
def schedule_mailing(*, mailing: str, at: datetime.datetime | None = None) -> int:
    """Send the unsent deliveries of ``mailing`` from ``at`` on (aware, now by default).

    Returns their number. Raises InvalidInput for ``at`` if it is in the past.
    """
    if at is None:
        notify_start_now(mailing)
    now = timezone.now()
    if at is not None and at <= now:
        raise InvalidInput(fields={"at": [_("That moment has passed.")]})
    _lock_mailing(mailing)
    count = Delivery.objects.filter(
        mailing=mailing, state__in=[State.PENDING, State.CLAIMED, State.HELD]
    ).update(due_at=at or now)
    # Claimed deliveries would be sent now, so they are released.
    Delivery.objects.filter(mailing=mailing, state=State.CLAIMED).update(
        state=State.PENDING, claimed_by="", lease_until=None
    )
    _nudge_sending()
    return count


@transaction.atomic
def replace_message(*, mailing: str, message_id: int, since: datetime.datetime) -> int:
    """Replace the message of the deliveries of ``mailing`` that are due from ``since`` on.

    Returns their number. Their states and due dates don't change.
    """
    rest = Delivery.objects.filter(mailing=mailing, due_at__gte=since)
    # A run that has claimed deliveries knows the old message, so they are released.
    rest.filter(state=State.CLAIMED).update(state=State.PENDING, claimed_by="", lease_until=None)
    count = rest.filter(state__in=[State.PENDING, State.HELD]).update(message_id=message_id)
    _nudge_sending()
    return count


@transaction.atomic
def cancel_mailing(*, mailing: str) -> int:
    """Cancel the deliveries of ``mailing`` that are not being sent yet and return their number."""
    row = _lock_mailing(mailing)
    row.paused_at = None
    row.save(update_fields=["paused_at"])
    return cancel_deliveries(mailing=mailing, reason=str(_("The mailing was cancelled.")))


def _lock_mailing(mailing: str) -> Mailing:
    row = Mailing.objects.select_for_update().filter(name=mailing).first()
    if row is None:
        raise InvalidInput(fields={"mailing": [_("There is no such mailing.")]})
    return row


def _nudge_sending() -> None:
    nudge("cx_feedback.mail.send_due_deliveries")
