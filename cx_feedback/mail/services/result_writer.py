"""Writes the results of a run, together with the marks of its next messages or by themselves.

Results that could not be committed are kept for the next commit: a delivery whose message was sent
must never be released as if it wasn't.
"""

import datetime
import logging
from contextlib import nullcontext

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cx_feedback.core.signals import mail_event
from cx_feedback.mail.messages.delivery_result import DeliveryStatus
from cx_feedback.mail.models import Delivery, DeliveryQuerySet
from cx_feedback.mail.services import claiming
from cx_feedback.mail.services.arrival_evidence import settle_arrived
from cx_feedback.mail.services.attempts import SERVER_STATUSES, Attempt, SendingSummary
from cx_feedback.mail.services.status_updater import StatusUpdater

logger = logging.getLogger(__name__)
State = Delivery.State
_COUNTED = {
    State.SENT: "sent",
    State.FAILED: "failed",
    State.PENDING: "later",
    State.IN_DOUBT: "in_doubt",
}


def filter_held(token: str, states: list[State], ids: list[int]) -> DeliveryQuerySet:
    """Return those of ``ids`` that the run still holds, in one of ``states``."""
    return Delivery.objects.filter(pk__in=ids, claimed_by=token, state__in=states)


class ResultWriter:
    """Writes the results of the run ``token`` and adds them to ``summary`` when committed."""

    def __init__(self, token: str, summary: SendingSummary) -> None:
        self.token = token
        self.summary = summary
        #: Attempts that aren't committed yet.
        self.attempts: list[Attempt] = []
        #: Attempts of the current commit.
        self._committing: list[Attempt] = []
        self._updater = StatusUpdater(token)

    def close(self) -> None:
        """Release the resources at the end of the run."""
        self._updater.close()

    def reconnect(self) -> None:
        """Continue over a new connection to the database after the old one was lost."""
        self._updater.close()
        connection.close()
        self._restore_attempts()
        self._updater = StatusUpdater(self.token)

    def begin_commit(self, batch: list[Delivery]) -> None:
        """Start the commit that marks ``batch`` as being sent and stores the results of others."""
        self._committing, self.attempts = self.attempts, []
        sent = [a.delivery.pk for a in self._committing if a.status is DeliveryStatus.SENT]
        is_single = len(sent) == len(self._committing) and not mail_event.has_listeners(Delivery)
        is_single = is_single and not any(
            attempt.result.provider_id for attempt in self._committing
        )
        now = timezone.now()
        try:
            with nullcontext() if is_single else transaction.atomic():
                # A single statement needs no round trips to begin and end a transaction.
                self._updater.begin_update(
                    sent=sent,
                    sending=[d.pk for d in batch],
                    now=now,
                    lease=claiming.get_lease_end(now),
                )
                if not is_single:
                    self._write_others(self._committing, now)
        except BaseException:
            self._restore_attempts()
            raise

    def finish_commit(self) -> int:
        """Wait for the commit and return the number of rows that it marked as being sent."""
        sent = sum(attempt.status is DeliveryStatus.SENT for attempt in self._committing)
        try:
            marked = self._updater.finish_update()
        except BaseException:
            self._restore_attempts()
            raise
        committed, self._committing = self._committing, []
        self._add_to_summary(committed)
        return marked - sent

    def _restore_attempts(self) -> None:
        self._committing, self.attempts = [], self._committing + self.attempts

    def commit_results(self) -> None:
        """Commit all results at once."""
        now = timezone.now()
        sent = [a.delivery.pk for a in self.attempts if a.status is DeliveryStatus.SENT]
        with transaction.atomic():
            self._updater.begin_update(sent=sent, sending=[], now=now, lease=now)
            self._write_others(self.attempts, now)
        self._add_to_summary(self.attempts)
        self.attempts = []

    def _write_others(self, attempts: list[Attempt], now: datetime.datetime) -> None:
        """Write the results of messages that were not sent, and the providers' IDs."""
        for attempt in attempts:
            if attempt.status is not DeliveryStatus.SENT:
                self._write_unsent(attempt, now)
            elif attempt.result.provider_id:
                rows = Delivery.objects.filter(pk=attempt.delivery.pk, claimed_by=self.token)
                rows.update(provider_id=attempt.result.provider_id[:200])
        _send_mail_events(attempts)

    def _write_unsent(self, attempt: Attempt, now: datetime.datetime) -> None:
        changes: dict[str, object] = {
            "state": attempt.new_state, "error": attempt.result.error, "lease_until": None,
        }  # fmt: skip
        if attempt.status not in SERVER_STATUSES:
            changes["attempts"] = F("attempts") + 1
        if attempt.new_state == State.PENDING:
            changes |= {"claimed_by": "", "due_at": now + attempt.retry_delay}
        elif attempt.new_state == State.IN_DOUBT:
            changes["due_at"] = now  # The time of the attempt, from which frequency caps count it.
        filter_held(self.token, [State.SENDING, State.IN_DOUBT], [attempt.delivery.pk]).update(
            **changes
        )
        if attempt.status is DeliveryStatus.IN_DOUBT:
            # Its arrival may have been reported while the run waited for the server.
            settle_arrived(Delivery.objects.filter(pk=attempt.delivery.pk))

    def _add_to_summary(self, attempts: list[Attempt]) -> None:
        for attempt in attempts:
            name = _COUNTED[attempt.new_state]
            setattr(self.summary, name, getattr(self.summary, name) + 1)


def _send_mail_events(attempts: list[Attempt]) -> None:
    """Send ``mail_event``. A receiver that fails loses its own writes only."""
    if not mail_event.has_listeners(Delivery):
        return
    for attempt in attempts:
        delivery = attempt.delivery
        if attempt.new_state not in (State.SENT, State.FAILED):
            continue
        try:
            with transaction.atomic():
                mail_event.send(
                    Delivery,
                    delivery_id=delivery.pk,
                    mailing=delivery.mailing,
                    recipient_key=delivery.recipient_key,
                    reader_id=delivery.reader_id,
                    event=attempt.new_state.value,
                )
        except Exception:
            logger.exception("A receiver of mail_event failed for delivery %d", delivery.pk)
