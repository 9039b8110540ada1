"""The attempts of a run and their effect on the deliveries."""

import datetime
from dataclasses import dataclass

from cx_feedback.core import conf
from cx_feedback.mail.messages.delivery_result import DeliveryResult, DeliveryStatus
from cx_feedback.mail.models import Delivery

State = Delivery.State
#: Results that say nothing about the message, so they don't count as an attempt.
SERVER_STATUSES = (DeliveryStatus.SERVER_DOWN, DeliveryStatus.SENDER_REFUSED)
#: Delay of a message with which the server refused everything, so that others are tried first.
SERVER_PAUSE = datetime.timedelta(minutes=1)
#: Delay after the first temporary failure of a message; four times as long after each further one.
BACKOFF, LONGEST_BACKOFF = datetime.timedelta(minutes=1), datetime.timedelta(hours=6)


@dataclass
class SendingSummary:
    """The deliveries of a run by result."""

    sent: int = 0
    failed: int = 0
    later: int = 0
    in_doubt: int = 0
    cancelled: int = 0
    #: The server can't be reached or refuses everything, so the rest waits.
    down: bool = False
    #: The run ended because of rate limits, so there may be more deliveries.
    rate_limited: bool = False

    @property
    def total(self) -> int:
        return self.sent + self.failed + self.later + self.in_doubt + self.cancelled


@dataclass(frozen=True)
class Attempt:
    """An attempt to send a delivery, whose result isn't committed yet."""

    delivery: Delivery
    result: DeliveryResult

    @property
    def status(self) -> DeliveryStatus:
        return self.result.status

    @property
    def new_state(self) -> State:
        """The state into which the delivery goes."""
        if self.status is DeliveryStatus.SENT:
            return State.SENT
        if self.status is DeliveryStatus.REFUSED:
            return State.FAILED
        is_at_most_once = self.delivery.policy == Delivery.Policy.AT_MOST_ONCE
        if self.status is DeliveryStatus.IN_DOUBT and is_at_most_once:
            return State.IN_DOUBT
        if self.status in SERVER_STATUSES:
            return State.PENDING
        attempts = self.delivery.attempts + 1
        return State.FAILED if attempts >= conf.get("MAIL_ATTEMPTS") else State.PENDING

    @property
    def retry_delay(self) -> datetime.timedelta:
        """The time until the next attempt, if there is one."""
        if self.status in SERVER_STATUSES:
            return SERVER_PAUSE
        return min(BACKOFF * float(4**self.delivery.attempts), LONGEST_BACKOFF)
