"""Keeping what became of the messages of a run: with the mark of its next ones, or at once.

A result that could not be committed is kept for the next commit: a row whose message went out
must never be given back as if it had not.
"""

import datetime
import logging
from contextlib import nullcontext

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cx_feedback.core.signals import mail_event
from cx_feedback.mail.messages.transport import Fate
from cx_feedback.mail.models import Delivery, DeliveryQuerySet
from cx_feedback.mail.services import claiming
from cx_feedback.mail.services.arrival_evidence import settle_arrived
from cx_feedback.mail.services.delivery_results import SERVER_STATUSES, Result, SendingSummary
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
    """Writes the results of the run ``token``, and counts in ``outcome`` what is committed."""

    def __init__(self, token: str, outcome: SendingSummary) -> None:
        self.token = token
        self.outcome = outcome
        #: Not committed yet.
        self.results: list[Result] = []
        #: What the commit under way is about.
        self._committing: list[Result] = []
        self._marks = StatusUpdater(token)

    def close(self) -> None:
        """The run is over."""
        self._marks.close()

    def reconnect(self) -> None:
        """Go on over another connection to the database, in place of one that was lost."""
        self._marks.close()
        connection.close()
        self._take_back()
        self._marks = StatusUpdater(self.token)

    def begin(self, batch: list[Delivery]) -> None:
        """Begin to commit that ``batch`` is being sent, and with it what became of others."""
        self._committing, self.results = self.results, []
        sent = [r.delivery.pk for r in self._committing if r.fate is Fate.SENT]
        plain = len(sent) == len(self._committing) and not mail_event.has_listeners(Delivery)
        plain = plain and not any(result.provider_id for result in self._committing)
        now = timezone.now()
        try:
            with nullcontext() if plain else transaction.atomic():
                # One statement is a transaction of its own: no round trips to begin and end one.
                self._marks.begin(
                    sent=sent,
                    begin=[d.pk for d in batch],
                    now=now,
                    lease=claiming.get_lease_end(now),
                )
                if not plain:
                    self._write_more(self._committing, now)
        except BaseException:
            self._take_back()
            raise

    def finish(self) -> int:
        """Wait for the commit; return how many rows it marked as being sent."""
        sent = sum(result.fate is Fate.SENT for result in self._committing)
        try:
            marked = self._marks.finish()
        except BaseException:
            self._take_back()
            raise
        committed, self._committing = self._committing, []
        self._count(committed)
        return marked - sent

    def _take_back(self) -> None:
        self._committing, self.results = [], self._committing + self.results

    def settle(self) -> None:
        """Commit what became of all."""
        now, sent = timezone.now(), [r.delivery.pk for r in self.results if r.fate is Fate.SENT]
        with transaction.atomic():
            self._marks.begin(sent=sent, begin=[], now=now, lease=now)
            self._write_more(self.results, now)
        self._count(self.results)
        self.results = []

    def _write_more(self, results: list[Result], now: datetime.datetime) -> None:
        """Write what became of the messages that did not go out, and the providers' names."""
        for result in results:
            if result.fate is not Fate.SENT:
                self._write_unsent(result, now)
            elif result.provider_id:
                rows = Delivery.objects.filter(pk=result.delivery.pk, claimed_by=self.token)
                rows.update(provider_id=result.provider_id[:200])
        _send_mail_events(results)

    def _write_unsent(self, result: Result, now: datetime.datetime) -> None:
        changes: dict[str, object] = {
            "state": result.state, "error": result.error, "lease_until": None,
        }  # fmt: skip
        if result.fate not in SERVER_STATUSES:
            changes["attempts"] = F("attempts") + 1
        if result.state == State.PENDING:
            changes |= {"claimed_by": "", "due_at": now + result.wait}
        elif result.state == State.IN_DOUBT:
            changes["due_at"] = now  # When it was tried, from which caps count it.
        filter_held(self.token, [State.SENDING, State.IN_DOUBT], [result.delivery.pk]).update(
            **changes
        )
        if result.fate is Fate.UNSURE:
            # It may have been read before the run gave up waiting for the server's answer.
            settle_arrived(Delivery.objects.filter(pk=result.delivery.pk))

    def _count(self, results: list[Result]) -> None:
        for result in results:
            name = _COUNTED[result.state]
            setattr(self.outcome, name, getattr(self.outcome, name) + 1)


def _send_mail_events(results: list[Result]) -> None:
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
