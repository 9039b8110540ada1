"""The progress of a mailing: counts, speed, time left."""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import pgettext

from cx_feedback.mail.models import Delivery, Mailing
from cx_feedback.mail.stats.mailing_stats import count_by_mailing

State = Delivery.State
#: States of deliveries that will be sent without further action.
WAITING_STATES = (State.PENDING, State.CLAIMED, State.SENDING)
MINUTE = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class MailingProgress:
    """The progress of a mailing, with its ``rate`` in emails per second over the last minute."""

    mailing: Mailing
    counts: Counter[str]
    rate: float = 0
    #: The due date of the first delivery, if none is due yet.
    starts_at: datetime.datetime | None = None

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def waiting(self) -> int:
        return sum(self.counts[state] for state in WAITING_STATES)

    @property
    def held(self) -> int:
        return self.counts[State.HELD]

    @property
    def sent(self) -> int:
        return self.counts[State.SENT]

    @property
    def settled(self) -> int:
        """The deliveries that don't change without further action."""
        return self.total - self.waiting - self.held

    @property
    def seconds_left(self) -> float | None:
        """The seconds until the last email is sent at this rate, None if unknown."""
        return self.waiting / self.rate if self.rate and self.waiting else None

    @property
    def status(self) -> str:
        """One of paused, scheduled, sending, waiting, cancelled, done."""
        if self.mailing.paused_at:
            return "paused"
        if not self.waiting:
            none_sent = not self.sent and self.counts[State.CANCELLED]
            return "cancelled" if none_sent else "done"
        if self.starts_at:
            return "scheduled"
        under_way = self.rate or self.counts[State.CLAIMED] or self.counts[State.SENDING]
        return "sending" if under_way else "waiting"

    @property
    def label(self) -> str:
        labels = {
            "paused": pgettext("delivery", "Paused"),
            "scheduled": pgettext("delivery", "Scheduled"),
            "sending": pgettext("delivery", "Being sent"),
            "waiting": pgettext("delivery", "Waiting"),
            "cancelled": pgettext("delivery", "Cancelled"),
            "done": pgettext("delivery", "Done"),
        }
        return str(labels[self.status])


def get_progress(mailing: Mailing) -> MailingProgress:
    """Return the progress of ``mailing``, with at most four queries."""
    now = timezone.now()
    counts = count_by_mailing([mailing.name])[mailing.name]
    progress = MailingProgress(mailing, counts)
    if not progress.waiting:
        return progress
    rows = Delivery.objects.filter(mailing=mailing.name)
    rate = _measure_rate(rows, now)
    pending = rows.filter(state=State.PENDING)
    starts_at = None
    if not rate and not pending.filter(due_at__lte=now).exists():
        starts_at = pending.aggregate(first=Min("due_at"))["first"]
    return MailingProgress(mailing, counts, rate, starts_at)


def _measure_rate(rows: Any, now: datetime.datetime) -> float:
    """Return the emails per second of the last minute, or since the first if that is less."""
    recent = rows.filter(state=State.SENT, sent_at__gt=now - MINUTE)
    sent = recent.count()
    if not sent:
        return 0
    first = recent.aggregate(first=Min("sent_at"))["first"]
    return float(sent / max((now - first).total_seconds(), 1))
