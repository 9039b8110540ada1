"""The slots that rate limits give to the messages of a run, and waiting for them."""

import datetime
import time
from collections.abc import Sequence

from django.utils import timezone

from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import rate_limits

#: Time until the slot that replaces a missed one. Doubled each time that one is missed too.
RETRY_DELAY = datetime.timedelta(milliseconds=10)


class SlotSchedule:
    """The time at which each message of a batch is sent."""

    def __init__(self) -> None:
        self._times: dict[int, datetime.datetime] = {}
        #: Time before its slot at which a batch is marked. It grows if commits take long.
        self.lead = rate_limits.LEAD_TIME
        self.seconds_waited = 0.0

    def reserve_slots(self, deliveries: Sequence[Delivery]) -> rate_limits.Slots:
        """Reserve slots for as many of ``deliveries`` as the limits allow now."""
        slots = rate_limits.reserve_slots(deliveries, lead=self.lead)
        self._times = slots.times
        return slots

    def has_slot(self, delivery: Delivery) -> bool:
        """Return whether the delivery is subject to a limit."""
        return delivery.pk in self._times

    def wait_for_slot(self, delivery: Delivery) -> None:
        """Wait for the slot of the delivery. A missed slot is replaced by another."""
        retry_delay = RETRY_DELAY
        while True:
            seconds = (self._times[delivery.pk] - timezone.now()).total_seconds()
            if seconds > 0:
                self.sleep(seconds)
            elif -seconds <= rate_limits.TOLERANCE.total_seconds():
                return
            else:
                # The batch was marked too late, or the previous message took long.
                self.lead = min(self.lead * 1.5, rate_limits.MAX_LEAD_TIME)
                self._times |= rate_limits.reserve_slots(
                    [delivery], lead=retry_delay, ahead=None
                ).times
                retry_delay *= 2

    def sleep(self, seconds: float) -> None:
        """Sleep, and add to the time that the run has waited."""
        self.seconds_waited += seconds
        time.sleep(seconds)
