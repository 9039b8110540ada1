"""The moments that speed limits gave the messages of one run, and waiting for them."""

import datetime
import time
from collections.abc import Sequence

from django.utils import timezone

from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import rate_limits

#: Until the moment that replaces a missed one; twice as long each time that is missed too.
RETRY = datetime.timedelta(milliseconds=10)


class SlotSchedule:
    """When each message of a batch goes."""

    def __init__(self) -> None:
        self._at: dict[int, datetime.datetime] = {}
        #: How long before its moment a batch is marked: longer where commits take long.
        self.lead = rate_limits.LEAD
        self.waited = 0.0

    def take(self, deliveries: Sequence[Delivery]) -> rate_limits.Slots:
        """Take moments for as many of ``deliveries`` as the limits allow for now."""
        slots = rate_limits.reserve_slots(deliveries, lead=self.lead)
        self._at = slots.at
        return slots

    def has(self, delivery: Delivery) -> bool:
        """Return whether a limit is about it."""
        return delivery.pk in self._at

    def wait(self, delivery: Delivery) -> None:
        """Wait for its moment; who misses it takes another."""
        retry = RETRY
        while True:
            seconds = (self._at[delivery.pk] - timezone.now()).total_seconds()
            if seconds > 0:
                self.sleep(seconds)
            elif -seconds <= rate_limits.TOLERANCE.total_seconds():
                return
            else:
                # Its batch was marked too late, or the message before it took long.
                self.lead = min(self.lead * 1.5, rate_limits.LONGEST_LEAD)
                self._at |= rate_limits.reserve_slots([delivery], lead=retry, ahead=None).at
                retry *= 2

    def sleep(self, seconds: float) -> None:
        """Sleep, and count for how long the run did."""
        self.waited += seconds
        time.sleep(seconds)
