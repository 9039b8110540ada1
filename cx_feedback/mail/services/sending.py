"""Sends due deliveries: claims them, checks them again, marks them, and stores the results.

A delivery goes from PENDING to CLAIMED (with a lease), to SENDING (committed before the first byte
of SMTP), to SENT. One commit stores the results of a batch and marks the next one.

If a process dies, the state shows what may be done: a claimed delivery was not sent, one that was
being sent is in doubt (``delivery_changes.recover_expired_leases``). Updates filter by the run that
claimed the row, so that a run that was taken for dead can't undo later decisions.
"""

import datetime
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.mail.messages.delivery_result import DeliveryResult, DeliveryStatus
from cx_feedback.mail.messages.outgoing_email import OutgoingEmail
from cx_feedback.mail.messages.transport import Transport
from cx_feedback.mail.models import Delivery, Message
from cx_feedback.mail.services import claiming, doubt_limits, rate_limits
from cx_feedback.mail.services.attempts import Attempt, SendingSummary
from cx_feedback.mail.services.result_writer import ResultWriter, filter_held
from cx_feedback.mail.services.server_state import SERVER, ServerMonitor
from cx_feedback.mail.services.slot_schedule import SlotSchedule

State = Delivery.State
#: Deliveries of one claim.
CLAIM_SIZE = 200
#: Seconds in all for which a run waits for rate limits before it ends and the next continues.
MAX_SLOT_WAIT = 120
#: An open connection that is used less often may be closed by the server.
MAX_IDLE_SECONDS = 5
#: Used to wait for the database. Slots of messages are waited for by ``SlotSchedule``.
sleep = time.sleep
#: Seconds between attempts to reconnect to the database in order to store the results.
RECONNECT_DELAYS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
#: How often a run continues after it lost its connection.
MAX_CONNECTION_LOSSES = 5
#: Values of a delivery that waits again and belongs to no run.
_RELEASED: dict[str, Any] = {"state": State.PENDING, "claimed_by": "", "lease_until": None}


ProgressCallback = Callable[[SendingSummary], None]


def send_due(
    *,
    limit: int | None = None,
    commit_size: int | None = None,
    progress: ProgressCallback | None = None,
) -> SendingSummary:
    """Send up to ``limit`` due deliveries. Any number of runs may do so at the same time.

    ``commit_size`` messages are sent between two commits, and at most as many are in doubt after
    a crash. It defaults to the setting MAIL_COMMIT_SIZE. ``progress`` is called after each commit.
    """
    summary, losses = SendingSummary(), 0
    size = commit_size or conf.get("MAIL_COMMIT_SIZE")
    with Transport() as transport:
        while True:
            run = _SendingRun(transport, size, progress, summary)
            try:
                run.run(None if limit is None else max(limit - summary.total, 0))
            except (OperationalError, InterfaceError):
                losses += 1
                if not run.is_settled or losses > MAX_CONNECTION_LOSSES:
                    raise
                continue  # The database is back, and all results are stored.
            if not run.is_sender_refused:
                return summary
            summary.down = False


class _SendingRun:
    """One run, identified in the ledger by its token."""

    def __init__(
        self,
        transport: Transport,
        commit_size: int,
        progress: ProgressCallback | None,
        summary: SendingSummary,
    ) -> None:
        self.token = doubt_limits.build_token(uuid.uuid4().hex, commit_size)
        self.transport = transport
        self.commit_size = commit_size
        #: Deliveries of this claim that may be marked at once.
        self.batch_size = commit_size
        #: Mailings that other runs send already.
        self.crowded: frozenset[str] = frozenset()
        self.progress = progress
        self.summary = summary
        self.writer = ResultWriter(self.token, self.summary)
        self.messages: dict[int, Message] = {}
        self.limits = rate_limits.get_rate_limits()
        self.monitor = ServerMonitor()
        #: True once all results are stored and all other deliveries released.
        self.is_settled = False
        self.slots = SlotSchedule()

    def run(self, limit: int | None) -> SendingSummary:
        try:
            left = limit
            while not self.summary.down and left != 0:
                claimed = self._claim_deliveries(
                    CLAIM_SIZE if left is None else min(CLAIM_SIZE, left)
                )
                if claimed:
                    done = self._send_all(self._filter_sendable(claimed))
                    left = left if left is None else left - done
                elif not self._wait_for_limits():
                    break
        finally:
            self._finish_run()
        return self.summary

    @property
    def is_sender_refused(self) -> bool:
        """True if the run stopped because the server refuses one sender, so others may be tried."""
        return self.monitor.refused is not None and self.monitor.refused.sender != SERVER

    def _finish_run(self) -> None:
        """Store all results and release the rest, over a new connection if necessary."""
        lost = False
        for seconds in (*RECONNECT_DELAYS, None):
            try:
                if lost:
                    connection.close()
                self._store_results()
            except (OperationalError, InterfaceError):
                if connection.in_atomic_block or seconds is None:
                    raise
                lost = True
                sleep(seconds)
            else:
                self.is_settled = True
                return

    def _store_results(self) -> None:
        self.writer.commit_results()
        self._release_deliveries()
        self.monitor.write_state()
        self.monitor.save_streak()

    def _claim_deliveries(self, count: int) -> list[Delivery]:
        self.monitor.write_state()
        self.monitor.load_state()
        if self.monitor.is_down:
            self.summary.down = True
            return []
        if self.limits.rows:
            self.limits = rate_limits.get_rate_limits()
            if self.limits.blocks_everything:
                return []
        count = min(count, self.limits.max_claim or count)
        return claiming.claim_deliveries(
            token=self.token,
            count=count,
            limits=self.limits,
            monitor=self.monitor,
            crowded=self.crowded,
        )

    def _wait_for_limits(self) -> bool:
        """Wait until a limit has slots again and return whether it has.

        Doesn't wait if no delivery is due.
        """
        next_free_at = self.limits.next_free_at
        if (
            self.summary.down
            or next_free_at is None
            or not Delivery.objects.due(timezone.now()).exists()
        ):
            return False
        if self.slots.seconds_waited >= MAX_SLOT_WAIT:
            self.summary.rate_limited = True
            return False
        self._sleep_until(next_free_at)
        return True

    def _sleep_until(self, moment: datetime.datetime) -> None:
        """Store the results of what was sent, then wait."""
        seconds = (moment - timezone.now()).total_seconds()
        if seconds > 0:
            self.writer.commit_results()
            if seconds > MAX_IDLE_SECONDS:
                self.transport.close()
            self.slots.sleep(seconds)

    def _filter_sendable(self, claimed: list[Delivery]) -> list[Delivery]:
        """Check again, right before sending: paused mailings, suppressions, other rooms."""
        claimed = self._hold_paused(self._leave_crowded(claimed))
        refusals = claiming.get_refusals(claimed)
        by_refusal: dict[str | datetime.datetime, list[int]] = defaultdict(list)
        for delivery_id, refusal in refusals.items():
            by_refusal[refusal].append(delivery_id)
        for refusal, ids in by_refusal.items():
            rows = filter_held(self.token, [State.CLAIMED], ids)
            if isinstance(refusal, datetime.datetime):
                self.summary.later += rows.update(**_RELEASED, due_at=refusal)
            else:
                self.summary.cancelled += rows.update(
                    state=State.CANCELLED, error=refusal, lease_until=None
                )
        return [delivery for delivery in claimed if delivery.pk not in refusals]

    def _leave_crowded(self, claimed: list[Delivery]) -> list[Delivery]:
        """Return the deliveries of the mailings in which this run may take part."""
        allotment = doubt_limits.allot_batch(
            token=self.token, commit_size=self.commit_size, deliveries=claimed
        )
        self.batch_size = allotment.batch_size
        self.crowded |= allotment.crowded
        return [delivery for delivery in claimed if delivery.mailing not in allotment.crowded]

    def _hold_paused(self, claimed: list[Delivery]) -> list[Delivery]:
        """Hold the deliveries of paused mailings and return the others."""
        held = claiming.get_paused_mailings(claimed)
        if held:
            ids = [delivery.pk for delivery in claimed if delivery.mailing in held]
            filter_held(self.token, [State.CLAIMED], ids).update(
                **{**_RELEASED, "state": State.HELD}
            )
        return [delivery for delivery in claimed if delivery.mailing not in held]

    def _send_all(self, deliveries: list[Delivery]) -> int:
        """Send what the limits allow, release the rest, and return the number sent."""
        self._fetch_messages({delivery.message_id for delivery in deliveries})
        free, limited = self.limits.split_deliveries(deliveries)
        for start in range(0, len(free), self.batch_size):
            if not self._send_batch(free[start : start + self.batch_size]):
                return min(start + self.batch_size, len(free))
        return len(free) + (self._send_in_slots(limited) if limited else 0)

    def _send_in_slots(self, deliveries: list[Delivery]) -> int:
        """Send the deliveries that get a slot, each in its slot, and return their number."""
        reserved = self.slots.reserve_slots(deliveries)
        filter_held(self.token, [State.CLAIMED], reserved.without_slot).update(**_RELEASED)
        going = [delivery for delivery in deliveries if delivery.pk in reserved.times]
        for batch in rate_limits.batch_by_slot(going, reserved, self.batch_size):
            self._sleep_until(reserved.times[batch[0].pk] - self.slots.lead)
            if not self._send_batch(batch):
                break
        return len(going)

    def _send_batch(self, batch: list[Delivery]) -> bool:
        """Mark ``batch`` and send it, and return whether to go on with this claim.

        Doubts are counted anew with the next claim.
        """
        count = self.writer.commit_results(batch)
        emails = self._build_emails(self._filter_marked(batch, count))
        while emails and not self.summary.down:
            self._send_emails(emails if self._can_batch(emails[0]) else emails[:1])
            emails = [email for email in emails if email.delivery_result is None]
        if self.progress:
            self.progress(self.summary)
        if any(attempt.status is DeliveryStatus.IN_DOUBT for attempt in self.writer.attempts):
            self.writer.commit_results()
            Delivery.objects.filter(claimed_by=self.token, state=State.CLAIMED).update(**_RELEASED)
            return False
        return not self.summary.down

    def _can_batch(self, email: OutgoingEmail) -> bool:
        """Return whether to hand over ``email`` together with those after it."""
        has_slot = self.slots.has_slot(email.delivery)
        return self.transport.takes_batches and not (has_slot or self.monitor.is_trying)

    def _build_emails(self, deliveries: list[Delivery]) -> list[OutgoingEmail]:
        """Render the emails of ``deliveries``. Those that can't be rendered fail."""
        emails = []
        for delivery in deliveries:
            try:
                emails.append(OutgoingEmail(delivery, self.messages[delivery.message_id]))
            except KeyError as missing:
                self._refuse_delivery(delivery, f"The value {missing} is missing.")
            except ValueError as error:
                self._refuse_delivery(delivery, str(error))
        return emails

    def _refuse_delivery(self, delivery: Delivery, error: str) -> None:
        result = DeliveryResult(DeliveryStatus.REFUSED, error)
        self.writer.attempts.append(Attempt(delivery, result))

    def _send_emails(self, emails: list[OutgoingEmail]) -> None:
        """Send ``emails`` without using the database, and keep the results."""
        if self.slots.has_slot(emails[0].delivery):
            self.transport.connect()
            self.slots.wait_for_slot(emails[0].delivery)
        try:
            self.transport.send(emails)
        finally:
            for email in emails:
                if email.delivery_result:
                    self._keep_result(email, email.delivery_result)

    def _keep_result(self, email: OutgoingEmail, result: DeliveryResult) -> None:
        sender = email.rendered.message.from_email
        result = self.monitor.interpret_result(email.delivery, sender, result)
        self.writer.attempts.append(Attempt(email.delivery, result))
        if self.monitor.refused:
            self.summary.down = True

    def _fetch_messages(self, ids: set[int]) -> None:
        if not ids <= self.messages.keys():
            self.messages = Message.objects.in_bulk(list(ids))

    def _filter_marked(self, batch: list[Delivery], marked: int) -> list[Delivery]:
        """Return the deliveries of ``batch`` that were marked, so not cancelled since the claim."""
        if marked == len(batch):
            return batch
        ids = [delivery.pk for delivery in batch]
        left = set(filter_held(self.token, [State.SENDING], ids).values_list("pk", flat=True))
        return [delivery for delivery in batch if delivery.pk in left]

    def _release_deliveries(self) -> None:
        """Release the deliveries that were claimed and certainly not sent."""
        Delivery.objects.filter(
            claimed_by=self.token, state__in=[State.CLAIMED, State.SENDING]
        ).update(**_RELEASED)
