"""Sends due deliveries: claims them, checks them again, marks them, and stores the results.

A delivery goes from PENDING to CLAIMED (with a lease), to SENDING (committed before the first byte
of SMTP), to SENT. With Django's SMTP backend, half of a commit's messages are sent while the other
half is being committed, so that sending doesn't wait for the disk. If the disk is slower than that,
whole commits are faster (``attempts.Pace``).

If a process dies, the state shows what may be done: a claimed delivery was not sent, one that was
being sent is in doubt (``delivery_changes.recover_expired_leases``). Updates filter by the run that
claimed the row, so that a run that was taken for dead can't undo later decisions.
"""

import datetime
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from itertools import zip_longest
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.mail.messages.delivery_result import DeliveryResult, DeliveryStatus
from cx_feedback.mail.messages.outgoing import OutgoingMessage
from cx_feedback.mail.messages.transport import Transport
from cx_feedback.mail.models import Delivery, Message
from cx_feedback.mail.services import claiming, rate_limits
from cx_feedback.mail.services.attempts import Attempt, Pace, SendingSummary
from cx_feedback.mail.services.result_writer import ResultWriter, filter_held
from cx_feedback.mail.services.server_state import SERVER, ServerMonitor
from cx_feedback.mail.services.slot_schedule import SlotSchedule

State = Delivery.State
#: Deliveries of one claim.
CLAIM_SIZE = 200
#: Seconds in all for which a run waits for rate limits before it ends and the next continues.
MAX_SLOT_WAIT = 120
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
                with closing(run.writer):
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
        self.token = uuid.uuid4().hex
        self.transport = transport
        self.commit_size = commit_size
        self.progress = progress
        self.summary = summary
        self.writer = ResultWriter(self.token, self.summary)
        self.messages: dict[int, Message] = {}
        self.limits = rate_limits.get_rate_limits()
        self.pace = Pace()
        self.monitor = ServerMonitor()
        #: True once all results are stored and all other deliveries released.
        self.is_settled = False
        self.slots = SlotSchedule()
        #: Deliveries that are marked as being sent, but not sent yet.
        self.marked: list[Delivery] = []
        #: A message that was prepared in advance.
        self.prepared: OutgoingMessage | None = None

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
            self._send_marked()
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
                    self.writer.reconnect()
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
        try:
            self.writer.finish_commit()
        finally:
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
            token=self.token, count=count, limits=self.limits, monitor=self.monitor
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
            self._send_marked()
            self.writer.commit_results()
            self.slots.sleep(seconds)

    def _filter_sendable(self, claimed: list[Delivery]) -> list[Delivery]:
        """Check again, right before sending: paused mailings, suppressions, other rooms."""
        claimed = self._hold_paused(claimed)
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
        start = 0
        while start < len(free):
            overlapping = self._can_overlap()
            # Two batches are being processed then, together no more than one commit's.
            end = start + (self.commit_size // 2 if overlapping else self.commit_size)
            if not self._send_batch(free[start:end], overlapping=overlapping):
                return len(deliveries)
            start = end
        return len(free) + (self._send_in_slots(limited) if limited else 0)

    def _send_in_slots(self, deliveries: list[Delivery]) -> int:
        """Send the deliveries that get a slot, each in its slot, and return their number."""
        self._send_marked()
        reserved = self.slots.reserve_slots(deliveries)
        filter_held(self.token, [State.CLAIMED], reserved.without_slot).update(**_RELEASED)
        going = [delivery for delivery in deliveries if delivery.pk in reserved.times]
        for batch in rate_limits.batch_by_slot(going, reserved, self.commit_size):
            self._sleep_until(reserved.times[batch[0].pk] - self.slots.lead)
            if not self._send_batch(batch):
                break
        return len(going)

    def _can_overlap(self) -> bool:
        """Return whether to send during commits, which needs a backend that uses no database."""
        return (
            self.commit_size > 1
            and self.transport.is_smtp
            and self.pace.is_worth_overlapping(self.commit_size)
        )

    def _send_batch(self, batch: list[Delivery], *, overlapping: bool = False) -> bool:
        """Mark ``batch`` and send it, or, if ``overlapping``, the previous batch during the commit.

        Returns False once the server can't be reached.
        """
        if not overlapping:
            self._send_marked()
        begun = time.monotonic()
        self.writer.begin_commit(batch)
        if overlapping:
            self._send_marked()
        else:
            self._prepare_message(batch[0])
        count = self.writer.finish_commit()
        self.pace.add_commit(time.monotonic() - begun)
        self.marked = self._filter_marked(batch, count)
        if not overlapping:
            self._send_marked()
        if self.progress:
            self.progress(self.summary)
        return not self.summary.down

    def _send_marked(self) -> None:
        """Send the marked deliveries without using the database, and keep the results."""
        batch, self.marked = self.marked, []
        if self.summary.down or not batch:
            return
        begun = time.monotonic()
        outgoing_messages = [self._get_outgoing(delivery) for delivery in batch]
        for outgoing, upcoming in zip_longest(outgoing_messages, outgoing_messages[1:]):
            if self.slots.has_slot(outgoing.delivery):
                self.transport.connect()
                self.slots.wait_for_slot(outgoing.delivery)
                upcoming = None  # Its commands would be sent before its slot.
            try:
                result = self._send_one(outgoing, upcoming)
            except BaseException:
                interrupted = DeliveryResult(DeliveryStatus.IN_DOUBT, "Interrupted.")
                self.writer.attempts.append(Attempt(outgoing.delivery, interrupted))
                raise
            result = self.monitor.interpret_result(
                outgoing.delivery, outgoing.message.from_email, result
            )
            self.writer.attempts.append(Attempt(outgoing.delivery, result))
            if self.monitor.refused:
                self.summary.down = True
                break
        self.pace.add_messages(len(batch), time.monotonic() - begun)

    def _send_one(
        self, outgoing: OutgoingMessage, upcoming: OutgoingMessage | None
    ) -> DeliveryResult:
        try:
            return self.transport.send(outgoing, upcoming)
        except KeyError as missing:
            return DeliveryResult(DeliveryStatus.REFUSED, f"The value {missing} is missing.")
        except ValueError as error:
            return DeliveryResult(DeliveryStatus.REFUSED, str(error))

    def _get_outgoing(self, delivery: Delivery) -> OutgoingMessage:
        prepared, self.prepared = self.prepared, None
        if prepared is not None and prepared.delivery is delivery:
            return prepared
        return OutgoingMessage(delivery, self.messages[delivery.message_id])

    def _prepare_message(self, delivery: Delivery) -> None:
        """Prepare the next message while the database commits."""
        if self.transport.is_smtp:
            self.prepared = self._get_outgoing(delivery)
            self.prepared.prepare()

    def _fetch_messages(self, ids: set[int]) -> None:
        if not ids <= self.messages.keys():
            self._send_marked()  # It needs the messages that were fetched before.
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
