"""What became of the deliveries of a run, and what that means for their rows."""

import datetime
from dataclasses import dataclass

from cx_feedback.core import conf
from cx_feedback.mail.messages.transport import Fate
from cx_feedback.mail.models import Delivery

State = Delivery.State
#: What says nothing about the message: it costs no attempt.
SERVER_STATUSES = (Fate.DOWN, Fate.SENDER)
#: Wait of a message with which the server refused everything; others go first then.
SERVER_PAUSE = datetime.timedelta(minutes=1)
#: Wait after the first temporary failure of a message, four times as long after each further.
BACKOFF, LONGEST_BACKOFF = datetime.timedelta(minutes=1), datetime.timedelta(hours=6)


@dataclass
class SendingSummary:
    """What a run did, in numbers of deliveries."""

    sent: int = 0
    failed: int = 0
    later: int = 0
    in_doubt: int = 0
    cancelled: int = 0
    #: The server cannot be reached or refuses everything: the rest waits.
    down: bool = False
    #: Speed limits held the run up for as long as it waits: there may be more.
    paced: bool = False

    @property
    def total(self) -> int:
        return self.sent + self.failed + self.later + self.in_doubt + self.cancelled


@dataclass
class Pace:
    """Seconds that a commit and a message take, of late."""

    commit: float = 0.0
    message: float = 0.0

    def committed(self, seconds: float) -> None:
        self.commit += (seconds - self.commit) / 8

    def sent(self, messages: int, seconds: float) -> None:
        if messages:
            self.message += (seconds / messages - self.message) / 8

    def is_worth_overlapping(self, commit_size: int) -> bool:
        """Return whether sending half a commit's messages beside the next commit is quicker.

        A half then takes the longer of commit and half the messages; a whole one takes a commit
        and all of its messages, but there are half as many commits.
        """
        return self.commit <= commit_size * self.message


@dataclass(frozen=True)
class Result:
    """What became of one delivery of this run, not yet committed."""

    delivery: Delivery
    fate: Fate
    error: str = ""
    provider_id: str = ""

    @property
    def state(self) -> State:
        """The state that the row goes into."""
        if self.fate is Fate.SENT:
            return State.SENT
        if self.fate is Fate.REFUSED:
            return State.FAILED
        if self.fate is Fate.UNSURE and self.delivery.policy == Delivery.Policy.AT_MOST_ONCE:
            return State.IN_DOUBT
        if self.fate in SERVER_STATUSES:
            return State.PENDING
        tries = self.delivery.attempts + 1
        return State.FAILED if tries >= conf.get("MAIL_ATTEMPTS") else State.PENDING

    @property
    def wait(self) -> datetime.timedelta:
        """Until the next attempt, when there is one."""
        if self.fate in SERVER_STATUSES:
            return SERVER_PAUSE
        return min(BACKOFF * float(4**self.delivery.attempts), LONGEST_BACKOFF)
