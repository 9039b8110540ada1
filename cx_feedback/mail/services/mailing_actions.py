"""What an editor does to a mailing while it is under way."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.tasks import nudge
from cx_feedback.mail.mailing_kinds import notify_start_now
from cx_feedback.mail.models import Delivery, Mailing
from cx_feedback.mail.services.ledger import cancel_deliveries

State = Delivery.State


@transaction.atomic
def pause_mailing(*, mailing: str) -> int:
    """Let nothing more of ``mailing`` go out until it is resumed; return how many are held.

    What a run has begun to send goes out, so at most the messages of one commit of each run.
    """
    row = _lock_mailing(mailing)
    if row.paused_at is None:
        row.paused_at = timezone.now()
        row.save(update_fields=["paused_at"])
    # A run marks rows by a condition on CLAIMED, so what is held here cannot go out.
    return Delivery.objects.filter(
        mailing=mailing, state__in=[State.PENDING, State.CLAIMED]
    ).update(state=State.HELD, claimed_by="", lease_until=None)


@transaction.atomic
def resume_mailing(*, mailing: str) -> int:
    """Let a paused mailing go on; return how many deliveries wait again."""
    row = _lock_mailing(mailing)
    row.paused_at = None
    row.save(update_fields=["paused_at"])
    count = Delivery.objects.filter(mailing=mailing, state=State.HELD).update(state=State.PENDING)
    _nudge_sending()
    return count


@transaction.atomic
def schedule_mailing(*, mailing: str, at: datetime.datetime | None = None) -> int:
    """Let what waits of ``mailing`` go out from ``at`` on (aware; now by default).

    Returns how many that are. Raises InvalidInput for a moment that has passed, naming ``at``.
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
    # What is claimed would go out now: it is given back to wait for its moment.
    Delivery.objects.filter(mailing=mailing, state=State.CLAIMED).update(
        state=State.PENDING, claimed_by="", lease_until=None
    )
    _nudge_sending()
    return count


@transaction.atomic
def replace_message(*, mailing: str, message_id: int, since: datetime.datetime) -> int:
    """Let what of ``mailing`` is due from ``since`` on go out as another letter.

    Returns how many that are; what is paused stays held, what an editor put off waits on.
    """
    rest = Delivery.objects.filter(mailing=mailing, due_at__gte=since)
    # What a run has claimed it knows with the old letter: it is given back.
    rest.filter(state=State.CLAIMED).update(state=State.PENDING, claimed_by="", lease_until=None)
    count = rest.filter(state__in=[State.PENDING, State.HELD]).update(message_id=message_id)
    _nudge_sending()
    return count


@transaction.atomic
def cancel_mailing(*, mailing: str) -> int:
    """Cancel what of ``mailing`` has not begun to be sent; return how many."""
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
    nudge("cx_feedback.mail.tasks.send_due")
