"""Sending what is due: claim, look again, say so before SMTP, keep what became of it.

A row goes PENDING → CLAIMED (a lease) → SENDING (committed before the first byte of SMTP) →
SENT. With Django's SMTP backend a batch is sent while the next is being committed, so that
nobody waits for the disk; the two together are no more than one commit's. Whatever dies on the
way leaves a row that tells what may be done: a claimed one was not sent, one being sent is in
doubt (``ledger.reap``). Updates name the run that claimed the row, so a run that was taken for
dead cannot undo what was decided since.
"""

import datetime
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.core.signals import mail_about_to_send, mail_event
from cx_feedback.mail.letters import filled
from cx_feedback.mail.models import (
    Delivery,
    DeliveryQuerySet,
    Letter,
    Mailing,
    Suppression,
    address_digest,
)
from cx_feedback.mail.services import pacing
from cx_feedback.mail.services.marks import turn_over
from cx_feedback.mail.services.outcome import PAUSE, Outcome, Result
from cx_feedback.mail.transport import Fate, Transport, Verdict

logger = logging.getLogger(__name__)
State = Delivery.State
#: Rows of one claim.
CLAIM = 200
#: Seconds in all for which a run waits for speed limits; then it ends and the next goes on.
PATIENCE = 120
#: Of a row that waits again, and belongs to no run.
_FREE: dict[str, Any] = {"state": State.PENDING, "claimed_by": "", "lease_until": None}


Progress = Callable[[Outcome], None]


def send_due(
    *, limit: int | None = None, commit_size: int | None = None, progress: Progress | None = None
) -> Outcome:
    """Send up to ``limit`` deliveries that are due; any number of runs may do so at once.

    ``commit_size`` messages go out between two commits (the setting MAIL_COMMIT_SIZE by
    default): so many at most are in doubt after a kill. ``progress`` is called after each.
    """
    with Transport() as transport:
        return _Run(transport, commit_size or conf.get("MAIL_COMMIT_SIZE"), progress).go(limit)


class _Run:
    """One run, known in the ledger by its token."""

    def __init__(self, transport: Transport, commit_size: int, progress: Progress | None) -> None:
        self.token = uuid.uuid4().hex
        self.transport = transport
        self.commit_size = commit_size
        self.progress = progress
        self.outcome = Outcome()
        self.results: list[Result] = []
        self.letters: dict[int, Letter] = {}
        self.limits = pacing.limits()
        self.waited = 0.0
        #: Sends a batch while the next is committed, over backends that know no database.
        self.pool = ThreadPoolExecutor(1) if transport.is_smtp and commit_size > 1 else None
        self.ahead: Future[tuple[list[Result], BaseException | None]] | None = None

    def go(self, limit: int | None) -> Outcome:
        try:
            left = limit
            while not self.outcome.down and left != 0:
                claimed = self._claim(CLAIM if left is None else min(CLAIM, left))
                if claimed:
                    done = self._send_all(self._still_wanted(claimed))
                    left = left if left is None else left - done
                elif not self._wait_for_limits():
                    break
        finally:
            try:
                self._collect()
            finally:
                self._settle()
                self._release()
                if self.pool:
                    self.pool.shutdown()
        return self.outcome

    def _claim(self, count: int) -> list[Delivery]:
        if self.limits.rows:
            self.limits = pacing.limits()
            if self.limits.nothing_goes:
                return []
        now = timezone.now()
        locks = connection.features.has_select_for_update
        with transaction.atomic() if locks else nullcontext():
            due = Delivery.objects.due(now)
            if self.limits.full:
                due = due.exclude(self.limits.kept_out())
            if locks:
                due = due.select_for_update(skip_locked=True)
            ids = list(due.values_list("pk", flat=True)[:count])
            mine = Delivery.objects.filter(pk__in=ids)
            mine.filter(state=State.PENDING).update(
                state=State.CLAIMED, claimed_by=self.token, lease_until=_lease(now)
            )
        return list(
            mine.filter(state=State.CLAIMED, claimed_by=self.token).order_by(
                "priority", "due_at", "pk"
            )
        )

    def _wait_for_limits(self) -> bool:
        """Wait until a limit gives moments again; return whether that was worth it.

        With nothing waiting there is nothing to wait for.
        """
        free_at = self.limits.free_at
        if free_at is None or not Delivery.objects.due(timezone.now()).exists():
            return False
        if self.waited >= PATIENCE:
            self.outcome.paced = True
            return False
        self._sleep_until(free_at)
        return True

    def _sleep_until(self, moment: datetime.datetime) -> None:
        """Wait with nothing open: what was sent is committed first."""
        seconds = (moment - timezone.now()).total_seconds()
        if seconds > 0:
            self._collect()
            self._settle()
            self.waited += seconds
            time.sleep(seconds)

    def _still_wanted(self, claimed: list[Delivery]) -> list[Delivery]:
        """Look again, right before sending: pauses, suppression, what other rooms say."""
        claimed = self._without_paused(claimed)
        refusals: dict[int, str | datetime.datetime] = {**_suppressed(claimed)}
        answers: list[tuple[Any, Any]] = mail_about_to_send.send(Delivery, deliveries=claimed)
        for _receiver, refused in answers:
            refusals |= refused or {}
        by_answer: dict[str | datetime.datetime, list[int]] = defaultdict(list)
        for delivery_id, answer in refusals.items():
            by_answer[answer].append(delivery_id)
        for answer, ids in by_answer.items():
            rows = self._mine([State.CLAIMED], ids)
            if isinstance(answer, datetime.datetime):
                self.outcome.later += rows.update(**_FREE, due_at=answer)
            else:
                self.outcome.cancelled += rows.update(
                    state=State.CANCELLED, error=answer, lease_until=None
                )
        return [delivery for delivery in claimed if delivery.pk not in refusals]

    def _without_paused(self, claimed: list[Delivery]) -> list[Delivery]:
        """Hold what was posted to a mailing that is paused."""
        names = {delivery.mailing for delivery in claimed}
        paused = Mailing.objects.filter(name__in=names, paused_at__isnull=False)
        held = set(paused.values_list("name", flat=True))
        if held:
            ids = [delivery.pk for delivery in claimed if delivery.mailing in held]
            self._mine([State.CLAIMED], ids).update(**{**_FREE, "state": State.HELD})
        return [delivery for delivery in claimed if delivery.mailing not in held]

    def _send_all(self, deliveries: list[Delivery]) -> int:
        """Send what may go within the limits, the rest is given back; return how many that were."""
        self._fetch_letters({delivery.letter_id for delivery in deliveries})
        if not self.limits.rows:
            # Two batches are under way at a time: together they are no more than one commit's.
            size = self.commit_size // 2 if self.pool else self.commit_size
            for start in range(0, len(deliveries), size):
                if not self._send_batch(deliveries[start : start + size]):
                    break
            return len(deliveries)
        slots = pacing.reserve(deliveries)
        self._mine([State.CLAIMED], slots.later).update(**_FREE)
        going = [delivery for delivery in deliveries if delivery.pk in slots.at]
        for moment, batch in pacing.batches(going, slots, self.commit_size):
            self._sleep_until(moment)
            if not self._send_batch(batch):
                break
        return len(going)

    def _send_batch(self, batch: list[Delivery]) -> bool:
        """Return False once the server cannot be reached."""
        begun = self._begin(batch)
        self._collect()
        if self.outcome.down:
            return False
        if self.pool and not self.limits.rows:
            self.ahead = self.pool.submit(self._send_each, begun)
        else:
            self._keep(*self._send_each(begun))
        if self.progress:
            self.progress(self.outcome)
        return not self.outcome.down

    def _send_each(self, batch: list[Delivery]) -> tuple[list[Result], BaseException | None]:
        """Send a batch whose marks are committed, without the database; return what became of it.

        And what interrupted it, when something did.
        """
        results: list[Result] = []
        for delivery in batch:
            try:
                verdict = self._try(delivery)
            except BaseException as error:
                return [*results, Result(delivery, Fate.UNSURE, "Interrupted.")], error
            results.append(Result(delivery, verdict.fate, verdict.error, verdict.provider_id))
            if verdict.fate is Fate.DOWN:
                break
        return results, None

    def _collect(self) -> None:
        """Wait for the batch that is being sent beside."""
        ahead = self.ahead
        if ahead is not None:
            found = ahead.result()
            self.ahead = None
            self._keep(*found)

    def _keep(self, results: list[Result], interrupted: BaseException | None) -> None:
        self.results += results
        self.outcome.down = any(result.fate is Fate.DOWN for result in results)
        if interrupted is not None:
            raise interrupted

    def _fetch_letters(self, ids: set[int]) -> None:
        if not ids <= self.letters.keys():
            self._collect()  # it fills in those that were fetched before
            self.letters = Letter.objects.in_bulk(list(ids))

    def _begin(self, batch: list[Delivery]) -> list[Delivery]:
        """Commit that ``batch`` is being sent, and with it what became of the one before.

        Rows that were cancelled or taken away since the claim stay out.
        """
        ids = [delivery.pk for delivery in batch]
        sent = [r.delivery.pk for r in self.results if r.fate is Fate.SENT]
        plain = len(sent) == len(self.results) and not mail_event.has_listeners(Delivery)
        plain = plain and not any(result.provider_id for result in self.results)
        now = timezone.now()
        with nullcontext() if plain else transaction.atomic():
            # One statement is a transaction of its own: no round trips to begin and end one.
            marked = turn_over(token=self.token, sent=sent, begin=ids, now=now, lease=_lease(now))
            if not plain:
                self._write_more_of_results(now)
        self._count_results()
        if marked == len(sent) + len(ids):
            return batch
        left = set(self._mine([State.SENDING], ids).values_list("pk", flat=True))
        return [delivery for delivery in batch if delivery.pk in left]

    def _try(self, delivery: Delivery) -> Verdict:
        try:
            letter = filled(delivery, self.letters[delivery.letter_id])
        except KeyError as missing:
            return Verdict(Fate.REFUSED, f"The letter asks for {missing}, which is not there.")
        except ValueError as error:
            return Verdict(Fate.REFUSED, str(error))
        return self.transport.send(letter)

    def _settle(self) -> None:
        now, sent = timezone.now(), [r.delivery.pk for r in self.results if r.fate is Fate.SENT]
        with transaction.atomic():
            if sent:
                turn_over(token=self.token, sent=sent, begin=[], now=now, lease=now)
            self._write_more_of_results(now)
        self._count_results()

    def _write_more_of_results(self, now: datetime.datetime) -> None:
        """Write what became of the messages that did not go out, and the providers' names.

        They are forgotten only once that is committed: a sent row must never be released.
        """
        for result in self.results:
            if result.fate is not Fate.SENT:
                self._write_unsent(result, now)
            elif result.provider_id:
                rows = Delivery.objects.filter(pk=result.delivery.pk, claimed_by=self.token)
                rows.update(provider_id=result.provider_id[:200])
        _tell(self.results)

    def _write_unsent(self, result: Result, now: datetime.datetime) -> None:
        changes: dict[str, object] = {
            "state": result.state, "error": result.error, "lease_until": None,
        }  # fmt: skip
        if result.fate is not Fate.DOWN:
            changes["attempts"] = F("attempts") + 1
        if result.state == State.PENDING:
            changes |= {"claimed_by": "", "due_at": now + result.wait}
        self._mine([State.SENDING, State.IN_DOUBT], [result.delivery.pk]).update(**changes)

    def _count_results(self) -> None:
        names = {
            State.SENT: "sent",
            State.FAILED: "failed",
            State.PENDING: "later",
            State.IN_DOUBT: "in_doubt",
        }
        for result in self.results:
            name = names[result.state]
            setattr(self.outcome, name, getattr(self.outcome, name) + 1)
        self.results = []

    def _release(self) -> None:
        """Give back what was claimed and, surely, not sent."""
        changes: dict[str, object] = {**_FREE}
        if self.outcome.down:
            changes["due_at"] = timezone.now() + PAUSE
        Delivery.objects.filter(
            claimed_by=self.token, state__in=[State.CLAIMED, State.SENDING]
        ).update(**changes)

    def _mine(self, states: list[State], ids: list[int]) -> DeliveryQuerySet:
        return Delivery.objects.filter(pk__in=ids, claimed_by=self.token, state__in=states)


def _tell(results: list[Result]) -> None:
    """Tell other rooms; a receiver that fails costs its own writes, not the ledger's."""
    if not mail_event.has_listeners(Delivery):
        return
    for result in results:
        delivery = result.delivery
        if result.state not in (State.SENT, State.FAILED):
            continue
        try:
            with transaction.atomic():
                mail_event.send(
                    Delivery,
                    delivery_id=delivery.pk,
                    mailing=delivery.mailing,
                    recipient_key=delivery.recipient_key,
                    reader_id=delivery.reader_id,
                    event=result.state.value,
                )
        except Exception:
            logger.exception("A receiver of mail_event failed for delivery %d", delivery.pk)


def _lease(now: datetime.datetime) -> datetime.datetime:
    return now + datetime.timedelta(seconds=conf.get("MAIL_LEASE"))


def _suppressed(deliveries: list[Delivery]) -> dict[int, str]:
    digests = {address_digest(delivery.address): delivery.address for delivery in deliveries}
    found = Suppression.objects.filter(
        Q(digest__in=digests.keys()) | Q(address__in=digests.values())
    )
    reasons: dict[str, str] = {}
    for row in found:
        reasons[digests.get(row.digest, row.address)] = row.get_reason_display()
    return {d.pk: reasons[d.address] for d in deliveries if d.address in reasons}
