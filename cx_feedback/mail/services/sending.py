"""Sending what is due: claim, look again, say so before SMTP, keep what became of it.

A row goes PENDING → CLAIMED (a lease) → SENDING (committed before the first byte of SMTP) →
SENT. With Django's SMTP backend half of a commit's messages are sent while the other half is
being committed, so that nobody waits for the disk; where the disk is the slower, whole commits one
after the other are quicker (``outcome.Pace``). Whatever dies on the way leaves a row that tells
what may be done: a claimed one was not sent, one being sent is in doubt (``ledger.reap``). Updates
name the run that claimed the row, so a run that was taken for dead cannot undo what was decided
since.
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
from cx_feedback.mail.messages.outgoing import OutgoingMessage
from cx_feedback.mail.messages.transport import Fate, Transport, Verdict
from cx_feedback.mail.models import Delivery, Message
from cx_feedback.mail.services import claiming, rate_limits
from cx_feedback.mail.services.delivery_results import Pace, Result, SendingSummary
from cx_feedback.mail.services.result_writer import ResultWriter, filter_held
from cx_feedback.mail.services.server_state import SERVER, ServerMonitor
from cx_feedback.mail.services.slot_schedule import SlotSchedule

State = Delivery.State
#: Rows of one claim.
CLAIM_SIZE = 200
#: Seconds in all for which a run waits for speed limits; then it ends and the next goes on.
MAX_SLOT_WAIT = 120
#: Waits for the database; apart from those for a message's moment.
wait = time.sleep
#: Seconds between tries to reach the database again, so that what was sent is kept as sent.
RECONNECT_DELAYS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
#: So many times a run goes on after it lost its connection.
MAX_CONNECTION_LOSSES = 5
#: Of a row that waits again, and belongs to no run.
_RELEASED: dict[str, Any] = {"state": State.PENDING, "claimed_by": "", "lease_until": None}


Progress = Callable[[SendingSummary], None]


def send_due(
    *, limit: int | None = None, commit_size: int | None = None, progress: Progress | None = None
) -> SendingSummary:
    """Send up to ``limit`` deliveries that are due; any number of runs may do so at once.

    ``commit_size`` messages go out between two commits (the setting MAIL_COMMIT_SIZE by
    default): so many at most are in doubt after a kill. ``progress`` is called after each.
    """
    outcome, losses = SendingSummary(), 0
    size = commit_size or conf.get("MAIL_COMMIT_SIZE")
    with Transport() as transport:
        while True:
            run = _SendingRun(transport, size, progress, outcome)
            try:
                with closing(run.kept):
                    run.go(None if limit is None else max(limit - outcome.total, 0))
            except (OperationalError, InterfaceError):
                losses += 1
                if not run.is_settled or losses > MAX_CONNECTION_LOSSES:
                    raise
                continue  # It reached the database again, and nothing it sent is in doubt.
            if not run.is_of_one_sender:
                return outcome
            outcome.down = False


class _SendingRun:
    """One run, known in the ledger by its token."""

    def __init__(
        self,
        transport: Transport,
        commit_size: int,
        progress: Progress | None,
        outcome: SendingSummary,
    ) -> None:
        self.token = uuid.uuid4().hex
        self.transport = transport
        self.commit_size = commit_size
        self.progress = progress
        self.outcome = outcome
        self.kept = ResultWriter(self.token, self.outcome)
        self.messages: dict[int, Message] = {}
        self.limits = rate_limits.get_rate_limits()
        self.pace = Pace()
        self.watch = ServerMonitor()
        #: Whether it wrote all that it knew and gave back what it held, over a new connection.
        self.is_settled = False
        self.turns = SlotSchedule()
        #: Committed as being sent, and not sent yet.
        self.marked: list[Delivery] = []
        #: Put together before its turn.
        self.ready: OutgoingMessage | None = None

    def go(self, limit: int | None) -> SendingSummary:
        try:
            left = limit
            while not self.outcome.down and left != 0:
                claimed = self._claim(CLAIM_SIZE if left is None else min(CLAIM_SIZE, left))
                if claimed:
                    done = self._send_all(self._still_wanted(claimed))
                    left = left if left is None else left - done
                elif not self._wait_for_limits():
                    break
            self._send_marked()
        finally:
            self._end()
        return self.outcome

    @property
    def is_of_one_sender(self) -> bool:
        """Whether it stopped because one sender is refused: other mail may go."""
        return self.watch.refused is not None and self.watch.refused.sender != SERVER

    def _end(self) -> None:
        """Write what became of all and give back the rest; over another connection if need be."""
        lost = False
        for seconds in (*RECONNECT_DELAYS, None):
            try:
                if lost:
                    self.kept.reconnect()
                self._settle()
            except (OperationalError, InterfaceError):
                if connection.in_atomic_block or seconds is None:
                    raise
                lost = True
                wait(seconds)
            else:
                self.is_settled = True
                return

    def _settle(self) -> None:
        try:
            self.kept.finish()
        finally:
            self.kept.settle()
            self._release()
        self.watch.write()
        self.watch.keep_streak()

    def _claim(self, count: int) -> list[Delivery]:
        self.watch.write()
        self.watch.look()
        if self.watch.is_down:
            self.outcome.down = True
            return []
        if self.limits.rows:
            self.limits = rate_limits.get_rate_limits()
            if self.limits.nothing_goes:
                return []
        count = min(count, self.limits.most or count)
        return claiming.claim_deliveries(
            token=self.token, count=count, limits=self.limits, watch=self.watch
        )

    def _wait_for_limits(self) -> bool:
        """Wait until a limit gives moments again; return whether that was worth it.

        With nothing waiting there is nothing to wait for.
        """
        free_at = self.limits.free_at
        if (
            self.outcome.down
            or free_at is None
            or not Delivery.objects.due(timezone.now()).exists()
        ):
            return False
        if self.turns.waited >= MAX_SLOT_WAIT:
            self.outcome.paced = True
            return False
        self._sleep_until(free_at)
        return True

    def _sleep_until(self, moment: datetime.datetime) -> None:
        """Wait with nothing open: what was sent is committed first."""
        seconds = (moment - timezone.now()).total_seconds()
        if seconds > 0:
            self._send_marked()
            self.kept.settle()
            self.turns.sleep(seconds)

    def _still_wanted(self, claimed: list[Delivery]) -> list[Delivery]:
        """Look again, right before sending: pauses, suppression, what other rooms say."""
        claimed = self._without_paused(claimed)
        refusals = claiming.get_refusals(claimed)
        by_answer: dict[str | datetime.datetime, list[int]] = defaultdict(list)
        for delivery_id, answer in refusals.items():
            by_answer[answer].append(delivery_id)
        for answer, ids in by_answer.items():
            rows = filter_held(self.token, [State.CLAIMED], ids)
            if isinstance(answer, datetime.datetime):
                self.outcome.later += rows.update(**_RELEASED, due_at=answer)
            else:
                self.outcome.cancelled += rows.update(
                    state=State.CANCELLED, error=answer, lease_until=None
                )
        return [delivery for delivery in claimed if delivery.pk not in refusals]

    def _without_paused(self, claimed: list[Delivery]) -> list[Delivery]:
        """Hold what was posted to a mailing that is paused."""
        held = claiming.get_paused_mailings(claimed)
        if held:
            ids = [delivery.pk for delivery in claimed if delivery.mailing in held]
            filter_held(self.token, [State.CLAIMED], ids).update(
                **{**_RELEASED, "state": State.HELD}
            )
        return [delivery for delivery in claimed if delivery.mailing not in held]

    def _send_all(self, deliveries: list[Delivery]) -> int:
        """Send what may go within the limits, the rest is given back; return how many that were."""
        self._fetch_letters({delivery.message_id for delivery in deliveries})
        free, limited = self.limits.split(deliveries)
        start = 0
        while start < len(free):
            beside = self._overlaps()
            # Two batches are under way then: together they are no more than one commit's.
            end = start + (self.commit_size // 2 if beside else self.commit_size)
            if not self._send_batch(free[start:end], beside=beside):
                return len(deliveries)
            start = end
        return len(free) + (self._send_paced(limited) if limited else 0)

    def _send_paced(self, deliveries: list[Delivery]) -> int:
        """Send those for which the limits have a moment, each at its own; return how many."""
        self._send_marked()
        slots = self.turns.take(deliveries)
        filter_held(self.token, [State.CLAIMED], slots.later).update(**_RELEASED)
        going = [delivery for delivery in deliveries if delivery.pk in slots.at]
        for batch in rate_limits.batch_by_slot(going, slots, self.commit_size):
            self._sleep_until(slots.at[batch[0].pk] - self.turns.lead)
            if not self._send_batch(batch):
                break
        return len(going)

    def _overlaps(self) -> bool:
        """Return whether to send beside commits: over backends that know no database."""
        return (
            self.commit_size > 1
            and self.transport.is_smtp
            and self.pace.is_worth_overlapping(self.commit_size)
        )

    def _send_batch(self, batch: list[Delivery], *, beside: bool = False) -> bool:
        """Mark ``batch`` and send it, or ``beside`` the commit of its mark the one before it.

        Return False once the server cannot be reached.
        """
        if not beside:
            self._send_marked()
        begun = time.monotonic()
        self.kept.begin(batch)
        if beside:
            self._send_marked()
        else:
            self._prepare(batch[0])
        count = self.kept.finish()
        self.pace.committed(time.monotonic() - begun)
        self.marked = self._still_mine(batch, count)
        if not beside:
            self._send_marked()
        if self.progress:
            self.progress(self.outcome)
        return not self.outcome.down

    def _send_marked(self) -> None:
        """Send what is marked, without the database; keep what became of it."""
        batch, self.marked = self.marked, []
        if self.outcome.down or not batch:
            return
        begun = time.monotonic()
        parcels = [self._parcel(delivery) for delivery in batch]
        for parcel, upcoming in zip_longest(parcels, parcels[1:]):
            if self.turns.has(parcel.delivery):
                self.transport.connect()
                self.turns.wait(parcel.delivery)
                upcoming = None  # Its commands would go out before its turn.
            try:
                verdict = self._try(parcel, upcoming)
            except BaseException:
                self.kept.results.append(Result(parcel.delivery, Fate.UNSURE, "Interrupted."))
                raise
            verdict = self.watch.judge(parcel.delivery, parcel.message.from_email, verdict)
            self.kept.results.append(
                Result(parcel.delivery, verdict.fate, verdict.error, verdict.provider_id)
            )
            if self.watch.refused:
                self.outcome.down = True
                break
        self.pace.sent(len(batch), time.monotonic() - begun)

    def _try(self, parcel: OutgoingMessage, upcoming: OutgoingMessage | None) -> Verdict:
        try:
            return self.transport.send(parcel, upcoming)
        except KeyError as missing:
            return Verdict(Fate.REFUSED, f"The letter asks for {missing}, which is not there.")
        except ValueError as error:
            return Verdict(Fate.REFUSED, str(error))

    def _parcel(self, delivery: Delivery) -> OutgoingMessage:
        ready, self.ready = self.ready, None
        if ready is not None and ready.delivery is delivery:
            return ready
        return OutgoingMessage(delivery, self.messages[delivery.message_id])

    def _prepare(self, delivery: Delivery) -> None:
        """Put together what goes next, while the database writes."""
        if self.transport.is_smtp:
            self.ready = self._parcel(delivery)
            self.ready.prepare()

    def _fetch_letters(self, ids: set[int]) -> None:
        if not ids <= self.messages.keys():
            self._send_marked()  # it fills in those that were fetched before
            self.messages = Message.objects.in_bulk(list(ids))

    def _still_mine(self, batch: list[Delivery], marked: int) -> list[Delivery]:
        """Return those of ``batch`` that were not cancelled or taken away since the claim."""
        if marked == len(batch):
            return batch
        ids = [delivery.pk for delivery in batch]
        left = set(filter_held(self.token, [State.SENDING], ids).values_list("pk", flat=True))
        return [delivery for delivery in batch if delivery.pk in left]

    def _release(self) -> None:
        """Give back what was claimed and, surely, not sent."""
        Delivery.objects.filter(
            claimed_by=self.token, state__in=[State.CLAIMED, State.SENDING]
        ).update(**_RELEASED)
