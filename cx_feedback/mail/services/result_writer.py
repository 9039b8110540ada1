"""Writes the results of a run, together with the marks of its next messages or by themselves.

Results that could not be committed are kept for the next commit: a delivery whose message was sent
must never be released as if it wasn't.
"""

import datetime
import logging
from collections.abc import Sequence
from contextlib import nullcontext

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cx_feedback.core.signals import mail_event
from cx_feedback.core.text.failure_summary import format_stack
from cx_feedback.mail.messages.delivery_result import DeliveryStatus
from cx_feedback.mail.models import Delivery, DeliveryQuerySet
from cx_feedback.mail.services import claiming
from cx_feedback.mail.services.arrival_evidence import settle_arrived
from cx_feedback.mail.services.attempts import SERVER_STATUSES, Attempt, SendingSummary
from cx_feedback.mail.services.status_updater import update_statuses

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

    def commit_results(self, batch: Sequence[Delivery] = ()) -> int:
        """Commit all results and mark ``batch`` as being sent, and return the number marked."""
        attempts, now = self.attempts, timezone.now()
        sent = [a.delivery.pk for a in attempts if a.status is DeliveryStatus.SENT]
        is_single = (
            len(sent) == len(attempts)
            and not any(attempt.result.provider_id for attempt in attempts)
            and not mail_event.has_listeners(Delivery)
        )
        # A single statement needs no round trips to begin and end a transaction.
        with nullcontext() if is_single else transaction.atomic():
            changed = update_statuses(
                token=self.token,
                sent=sent,
                sending=[delivery.pk for delivery in batch],
                now=now,
                lease=claiming.get_lease_end(now),
            )
            if not is_single:
                self._write_others(attempts, now)
        self.attempts = []
        self._add_to_summary(attempts)
        return changed - len(sent)

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
        except Exception as error:
            words = "A receiver of mail_event failed for delivery %d\n%s"
            logger.error(words, delivery.pk, format_stack(error))
