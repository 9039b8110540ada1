"""The state of the mail server: refusals that concern the server and not a single message.

A run that meets such a refusal stops, and the row tells all other runs when to try again. Replies
about the connection, the account or the sender always concern the server (see ``transport``). Other
replies concern the message, unless several in a row, for different recipients, are the same. The
messages that were refused are tried after the others then. If the others succeed, the refusal was
about the message after all.
"""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.mail.messages.delivery_result import DeliveryResult, DeliveryStatus
from cx_feedback.mail.models import Delivery, Message, ServerRefusal

State = Delivery.State
SERVER = ServerRefusal.SERVER
#: The first pause, which is doubled after each further try, and the longest.
FIRST_PAUSE, LONGEST_PAUSE = datetime.timedelta(minutes=1), datetime.timedelta(minutes=15)
#: Recipients and domains for which the same refusal isn't the recipients' fault.
MIN_ALIKE_RECIPIENTS, MIN_ALIKE_DOMAINS = 5, 3
#: Messages in a row whose connection is lost before the server answers, until a run stops.
MAX_LOSSES = 2
#: Suspects that are stored.
MAX_SUSPECTS = 100


@dataclass(frozen=True)
class ServerRefused:
    """A refusal of all emails, or of those of one sender."""

    sender: str
    result: DeliveryResult
    delivery: Delivery
    #: IDs of the deliveries that were refused alike before, whose attempts don't count.
    alike: tuple[int, ...] = ()


class ServerMonitor:
    """The state of the server as known to one run. Results are interpreted without the database."""

    def __init__(self) -> None:
        self.rows: dict[str, ServerRefusal] = {}
        self.refused: ServerRefused | None = None
        self._accepted: set[str] = set()
        #: Addresses by the IDs of their deliveries.
        self._streak: dict[int, str] = {}
        self._code = ""
        #: Connections that were lost in a row.
        self._losses = 0
        self._has_loaded = False

    def load_state(self) -> None:
        """Read the state that is shared by all runs."""
        self.rows = {row.sender: row for row in ServerRefusal.objects.all()}
        server = self.rows.get(SERVER)
        if server and server.streak and not self._has_loaded:
            self._code = server.code
            known = Delivery.objects.filter(pk__in=server.streak)
            self._streak = dict(known.values_list("pk", "address"))
        self._has_loaded = True

    @property
    def is_down(self) -> bool:
        """True if nothing may be tried now."""
        server = self.rows.get(SERVER)
        return bool(server and is_waiting(server))

    @property
    def is_trying(self) -> bool:
        """True if the server refused all emails and hasn't accepted one since."""
        server = self.rows.get(SERVER)
        return bool(server and server.tries and not self._accepted)

    def get_exclusion(self) -> Q | None:
        """Return the condition for deliveries whose sender is refused, None if there are none."""
        senders = [row.sender for row in self.rows.values() if is_waiting(row)]
        return Q(message__in=Message.objects.filter(from_email__in=senders)) if senders else None

    def get_suspects(self) -> list[int]:
        """Return the IDs of deliveries that must be sent last."""
        return [pk for row in self.rows.values() if row.tries for pk in row.suspects]

    def interpret_result(
        self, delivery: Delivery, sender: str, result: DeliveryResult
    ) -> DeliveryResult:
        """Return what a result means after the previous ones, and store refusals."""
        if result.status is DeliveryStatus.SENT:
            self._losses = 0
            if self.rows or self._streak:
                self._accepted |= {SERVER, sender}
                self._streak = {}
            return result
        if result.status is DeliveryStatus.IN_DOUBT:
            self._count_loss(delivery, result)
            return result
        if self.refused and result.code:
            # Sent together with the message that showed it.
            return DeliveryResult(DeliveryStatus.SERVER_DOWN, result.error, result.code)
        if result.status in (DeliveryStatus.SERVER_DOWN, DeliveryStatus.SENDER_REFUSED):
            refused_sender = SERVER if result.status is DeliveryStatus.SERVER_DOWN else sender
            if result.code and self._is_about_delivery(refused_sender, delivery):
                return DeliveryResult(DeliveryStatus.DEFERRED, result.error)
            self.refused = ServerRefused(refused_sender, result, delivery)
            return result
        if not result.code:
            self._streak = {}
            return result
        return self._interpret_streak(delivery, result)

    def _count_loss(self, delivery: Delivery, result: DeliveryResult) -> None:
        """Stop the run if connection after connection is lost, since each leaves a doubt."""
        self._losses += 1
        if self._losses >= MAX_LOSSES or self.is_trying:
            self.refused = ServerRefused(SERVER, result, delivery)

    def _interpret_streak(self, delivery: Delivery, result: DeliveryResult) -> DeliveryResult:
        server = self.rows.get(SERVER)
        if self._is_about_delivery(SERVER, delivery):
            return result
        if server and self.is_trying and server.code == result.code:
            # A try while the server is down. It counts as an attempt of this message, so that a
            # mailing with only wrong addresses left comes to its end.
            self.refused = ServerRefused(SERVER, result, delivery)
            return DeliveryResult(DeliveryStatus.DEFERRED, result.error)
        if result.code != self._code:
            self._code, self._streak = result.code, {}
        self._streak[delivery.pk] = delivery.address
        addresses = set(self._streak.values())
        domains = {address.rpartition("@")[2] for address in addresses}
        if len(addresses) < MIN_ALIKE_RECIPIENTS or len(domains) < MIN_ALIKE_DOMAINS:
            return result
        alike = tuple(pk for pk in self._streak if pk != delivery.pk)
        self._streak = {}
        self.refused = ServerRefused(SERVER, result, delivery, alike)
        return DeliveryResult(DeliveryStatus.SERVER_DOWN, result.error, result.code)

    def _is_about_delivery(self, sender: str, delivery: Delivery) -> bool:
        """Return whether others were accepted since the delivery was refused."""
        row = self.rows.get(sender)
        takes_mail = row is not None and (not row.tries or sender in self._accepted)
        return takes_mail and row is not None and delivery.pk in row.suspects

    def write_state(self) -> None:
        """Store the state for the other runs. Call this after the results are committed."""
        if self.refused:
            _save_refusal(self.refused, is_first=self.refused.sender in self._accepted)
        for sender in self._accepted:
            row = self.rows.get(sender)
            is_refused = self.refused is not None and self.refused.sender == sender
            if row and not is_refused and (row.tries or row.streak):
                # Keep what another run has stored since.
                rows = ServerRefusal.objects.filter(pk=row.pk, next_try_at=row.next_try_at)
                rows.update(tries=0, next_try_at=None, error="", streak=[])
        self._accepted = set()

    def save_streak(self) -> None:
        """Store the streak for the next run, since many runs have only one or two messages."""
        server = self.rows.get(SERVER)
        if not self.refused and set(self._streak) - set(server.streak if server else ()):
            row, _created = ServerRefusal.objects.get_or_create(sender=SERVER)
            if not row.tries:
                row.streak, row.code = list(self._streak), self._code
                row.save(update_fields=["streak", "code"])


@transaction.atomic
def _save_refusal(refused: ServerRefused, *, is_first: bool) -> None:
    rows = ServerRefusal.objects.select_for_update()
    row, _created = rows.get_or_create(sender=refused.sender)
    if not is_waiting(row):
        row.tries = 1 if is_first else row.tries + 1
        row.next_try_at = timezone.now() + min(
            FIRST_PAUSE * 2 ** min(row.tries - 1, 10), LONGEST_PAUSE
        )
    row.error, row.code, row.streak = refused.result.error, refused.result.code, []
    if refused.result.code:
        suspects = dict.fromkeys([*row.suspects, *refused.alike, refused.delivery.pk])
        row.suspects = list(suspects)[-MAX_SUSPECTS:]
    row.save()
    # These deliveries were not at fault.
    deliveries = Delivery.objects.filter(pk__in=refused.alike, attempts__gt=0)
    deliveries.filter(state__in=[State.FAILED, State.PENDING]).update(
        state=State.PENDING, claimed_by="", attempts=F("attempts") - 1, due_at=row.next_try_at
    )


def is_waiting(row: ServerRefusal) -> bool:
    """Return whether the time of the next try is in the future."""
    return row.next_try_at is not None and row.next_try_at > timezone.now()


def get_refusal(*, mailing: str) -> ServerRefusal | None:
    """Return the refusal that delays ``mailing``, None if there is none."""
    rows = {row.sender: row for row in ServerRefusal.objects.filter(tries__gt=0)}
    if SERVER in rows or not rows:
        return rows.get(SERVER)
    waiting = Delivery.objects.filter(mailing=mailing, state=State.PENDING)
    senders = Message.objects.filter(pk__in=waiting.values("message"), from_email__in=rows)
    sender = senders.values_list("from_email", flat=True).first()
    return rows[sender] if sender is not None else None


def retry_server_now() -> int:
    """Let the next run try at once and return the number of refusals that were waiting."""
    now = timezone.now()
    count = ServerRefusal.objects.filter(next_try_at__gt=now).update(next_try_at=now)
    nudge("cx_feedback.mail.send_due_deliveries")
    return count
