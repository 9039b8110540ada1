"""Sending what is due: claim, look again, say so before SMTP, keep what became of it.

A row goes PENDING → CLAIMED (a lease) → SENDING (committed before the first byte of SMTP) →
SENT. Whatever dies on the way leaves a row that tells what may be done: a claimed one was not
sent, one being sent is in doubt (``ledger.reap``). Updates name the run that claimed the row, so
a run that was taken for dead cannot undo what was decided since.
"""

import datetime
import logging
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
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
    Suppression,
    address_digest,
)
from cx_feedback.mail.services.marks import turn_over
from cx_feedback.mail.transport import Fate, Transport, Verdict

logger = logging.getLogger(__name__)
State = Delivery.State
#: Rows of one claim.
CLAIM = 200
#: Wait of a run's rows after the server could not be reached.
PAUSE = datetime.timedelta(minutes=1)
#: Wait after the first temporary failure of a message, four times as long after each further.
BACKOFF, LONGEST = datetime.timedelta(minutes=1), datetime.timedelta(hours=6)


@dataclass
class Outcome:
    """What a run did, in numbers of deliveries."""

    sent: int = 0
    failed: int = 0
    later: int = 0
    in_doubt: int = 0
    cancelled: int = 0
    #: The server could not be reached: the rest waits.
    down: bool = False

    @property
    def total(self) -> int:
        return self.sent + self.failed + self.later + self.in_doubt + self.cancelled


@dataclass(frozen=True)
class Result:
    """What became of one delivery of this run, not yet committed."""

    delivery: Delivery
    fate: Fate
    error: str = ""

    @property
    def state(self) -> State:
        """The state that the row goes into."""
        if self.fate is Fate.SENT:
            return State.SENT
        if self.fate is Fate.REFUSED:
            return State.FAILED
        if self.fate is Fate.UNSURE and self.delivery.policy == Delivery.Policy.AT_MOST_ONCE:
            return State.IN_DOUBT
        tries = self.delivery.attempts + (self.fate is not Fate.DOWN)
        return State.FAILED if tries >= conf.get("MAIL_ATTEMPTS") else State.PENDING

    @property
    def wait(self) -> datetime.timedelta:
        """Until the next attempt, when there is one."""
        if self.fate is Fate.DOWN:
            return PAUSE
        return min(BACKOFF * float(4**self.delivery.attempts), LONGEST)


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

    def go(self, limit: int | None) -> Outcome:
        try:
            left = limit
            while not self.outcome.down and left != 0:
                claimed = self._claim(CLAIM if left is None else min(CLAIM, left))
                if not claimed:
                    break
                if left is not None:
                    left -= len(claimed)
                self._send_all(self._still_wanted(claimed))
        finally:
            self._settle()
            self._release()
        return self.outcome

    def _claim(self, count: int) -> list[Delivery]:
        now = timezone.now()
        locks = connection.features.has_select_for_update
        with transaction.atomic() if locks else nullcontext():
            due = Delivery.objects.due(now)
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

    def _still_wanted(self, claimed: list[Delivery]) -> list[Delivery]:
        """Look again, right before sending: suppression, and what other rooms say."""
        refusals: dict[int, str | datetime.datetime] = {**_suppressed(claimed)}
        answers: list[tuple[Any, Any]] = mail_about_to_send.send(Delivery, deliveries=claimed)
        for _receiver, refused in answers:
            refusals |= refused or {}
        for delivery_id, reason in refusals.items():
            row = self._mine([State.CLAIMED], [delivery_id])
            if isinstance(reason, datetime.datetime):
                row.update(state=State.PENDING, due_at=reason, claimed_by="", lease_until=None)
                self.outcome.later += 1
            else:
                self.outcome.cancelled += row.update(
                    state=State.CANCELLED, error=reason, lease_until=None
                )
        return [delivery for delivery in claimed if delivery.pk not in refusals]

    def _send_all(self, deliveries: list[Delivery]) -> None:
        self._fetch_letters({delivery.letter_id for delivery in deliveries})
        for start in range(0, len(deliveries), self.commit_size):
            for delivery in self._begin(deliveries[start : start + self.commit_size]):
                self._send(delivery)
                if self.outcome.down:
                    return
            if self.progress:
                self.progress(self.outcome)

    def _fetch_letters(self, ids: set[int]) -> None:
        if not ids <= self.letters.keys():
            self.letters = Letter.objects.in_bulk(list(ids))

    def _begin(self, batch: list[Delivery]) -> list[Delivery]:
        """Commit that ``batch`` is being sent, and with it what became of the one before.

        Rows that were cancelled or taken away since the claim stay out.
        """
        ids = [delivery.pk for delivery in batch]
        sent = [r.delivery.pk for r in self.results if r.fate is Fate.SENT]
        plain = len(sent) == len(self.results) and not mail_event.has_listeners(Delivery)
        now = timezone.now()
        with nullcontext() if plain else transaction.atomic():
            # One statement is a transaction of its own: no round trips to begin and end one.
            marked = turn_over(token=self.token, sent=sent, begin=ids, now=now, lease=_lease(now))
            if not plain:
                self._write_unsent_results(now)
        self._count_results()
        if marked == len(sent) + len(ids):
            return batch
        left = set(self._mine([State.SENDING], ids).values_list("pk", flat=True))
        return [delivery for delivery in batch if delivery.pk in left]

    def _send(self, delivery: Delivery) -> None:
        try:
            verdict = self._try(delivery)
        except BaseException:
            self.results.append(Result(delivery, Fate.UNSURE, "Interrupted."))
            raise
        self.outcome.down = verdict.fate is Fate.DOWN
        self.results.append(Result(delivery, verdict.fate, verdict.error))

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
            self._write_unsent_results(now)
        self._count_results()

    def _write_unsent_results(self, now: datetime.datetime) -> None:
        """Write what became of the messages that did not go out since the last commit.

        They are forgotten only once that is committed: a sent row must never be released.
        """
        for result in self.results:
            if result.fate is not Fate.SENT:
                self._write_unsent(result, now)
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
        changes: dict[str, object] = {
            "state": State.PENDING, "claimed_by": "", "lease_until": None,
        }  # fmt: skip
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
