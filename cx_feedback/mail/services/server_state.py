"""Whether the mail server takes mail: refusals that are about it, and no message's own.

A run that meets one stops, and the row says to every other run until when nothing is tried. It is
one at once where the answer is about the connection, the account or the sender (``transport``).
Other answers are a message's own, unless several to different recipients, one after the other, are
the same. What was tried goes after the others then: if those go through, it was its own after all.
"""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from cx_feedback.core.tasks import nudge
from cx_feedback.mail.messages.transport import Fate, Verdict
from cx_feedback.mail.models import Delivery, Message, ServerRefusal

State = Delivery.State
SERVER = ServerRefusal.SERVER
#: The first pause, twice as long after each further try, and the longest.
FIRST_PAUSE, LONGEST_PAUSE = datetime.timedelta(minutes=1), datetime.timedelta(minutes=15)
#: So many recipients, at so many domains, refused alike are no recipient's fault.
MIN_ALIKE_RECIPIENTS, MIN_ALIKE_DOMAINS = 5, 3
#: Suspects that are remembered.
MAX_SUSPECTS = 100


@dataclass(frozen=True)
class ServerRefused:
    """What a run met: all of its mail is refused, or that of one sender."""

    sender: str
    verdict: Verdict
    delivery: Delivery
    #: Those that were refused alike before it: they get their attempts back.
    before: tuple[int, ...] = ()


class ServerMonitor:
    """What one run knows of the server. Judging asks no database: it happens between messages."""

    def __init__(self) -> None:
        self.rows: dict[str, ServerRefusal] = {}
        self.refused: ServerRefused | None = None
        self._accepted: set[str] = set()
        #: Addresses by delivery.
        self._streak: dict[int, str] = {}
        self._code = ""
        self._looked = False

    def look(self) -> None:
        """Read the state that all runs share."""
        self.rows = {row.sender: row for row in ServerRefusal.objects.all()}
        server = self.rows.get(SERVER)
        if server and server.streak and not self._looked:
            self._code = server.code
            known = Delivery.objects.filter(pk__in=server.streak)
            self._streak = dict(known.values_list("pk", "address"))
        self._looked = True

    @property
    def is_down(self) -> bool:
        """Whether nothing may be tried now."""
        server = self.rows.get(SERVER)
        return bool(server and is_waiting(server))

    def kept_out(self) -> Q | None:
        """Return the condition on deliveries whose sender is refused; None where none is."""
        senders = [row.sender for row in self.rows.values() if is_waiting(row)]
        return Q(message__in=Message.objects.filter(from_email__in=senders)) if senders else None

    def suspects(self) -> list[int]:
        """Return the deliveries that go last."""
        return [pk for row in self.rows.values() if row.tries for pk in row.suspects]

    def judge(self, delivery: Delivery, sender: str, verdict: Verdict) -> Verdict:
        """Return what a verdict means after those before it; note whom the server refuses."""
        if verdict.fate is Fate.SENT:
            if self.rows or self._streak:
                self._accepted |= {SERVER, sender}
                self._streak = {}
            return verdict
        if verdict.fate is Fate.UNSURE:
            return verdict
        if verdict.fate in (Fate.DOWN, Fate.SENDER):
            whose = SERVER if verdict.fate is Fate.DOWN else sender
            if verdict.code and self._is_its_own(whose, delivery):
                return Verdict(Fate.LATER, verdict.error)
            self.refused = ServerRefused(whose, verdict, delivery)
            return verdict
        if not verdict.code:
            self._streak = {}
            return verdict
        return self._judge_streak(delivery, verdict)

    def _judge_streak(self, delivery: Delivery, verdict: Verdict) -> Verdict:
        server = self.rows.get(SERVER)
        if self._is_its_own(SERVER, delivery):
            return verdict
        if server and server.tries and server.code == verdict.code and not self._accepted:
            # A try of what was down. It costs this one message an attempt: a mailing that ends
            # with nothing but wrong addresses comes to its end.
            self.refused = ServerRefused(SERVER, verdict, delivery)
            return Verdict(Fate.LATER, verdict.error)
        if verdict.code != self._code:
            self._code, self._streak = verdict.code, {}
        self._streak[delivery.pk] = delivery.address
        addresses = set(self._streak.values())
        domains = {address.rpartition("@")[2] for address in addresses}
        if len(addresses) < MIN_ALIKE_RECIPIENTS or len(domains) < MIN_ALIKE_DOMAINS:
            return verdict
        before = tuple(pk for pk in self._streak if pk != delivery.pk)
        self._streak = {}
        self.refused = ServerRefused(SERVER, verdict, delivery, before)
        return Verdict(Fate.DOWN, verdict.error, verdict.code)

    def _is_its_own(self, whose: str, delivery: Delivery) -> bool:
        """Return whether others went through since it was refused."""
        row = self.rows.get(whose)
        takes_mail = row is not None and (not row.tries or whose in self._accepted)
        return takes_mail and row is not None and delivery.pk in row.suspects

    def write(self) -> None:
        """Tell the other runs; called once the results of this one are committed."""
        if self.refused:
            _save_refusal(self.refused, is_first=self.refused.sender in self._accepted)
        for sender in self._accepted:
            row = self.rows.get(sender)
            is_refused = self.refused is not None and self.refused.sender == sender
            if row and not is_refused and (row.tries or row.streak):
                # Not what another run has met since.
                rows = ServerRefusal.objects.filter(pk=row.pk, next_try_at=row.next_try_at)
                rows.update(tries=0, next_try_at=None, error="", streak=[])
        self._accepted = set()

    def keep_streak(self) -> None:
        """Keep what the next run goes on from: many runs have a message or two."""
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
    row.error, row.code, row.streak = refused.verdict.error, refused.verdict.code, []
    if refused.verdict.code:
        suspects = dict.fromkeys([*row.suspects, *refused.before, refused.delivery.pk])
        row.suspects = list(suspects)[-MAX_SUSPECTS:]
    row.save()
    # Nothing was wrong with these.
    alike = Delivery.objects.filter(pk__in=refused.before, attempts__gt=0)
    alike.filter(state__in=[State.FAILED, State.PENDING]).update(
        state=State.PENDING, claimed_by="", attempts=F("attempts") - 1, due_at=row.next_try_at
    )


def is_waiting(row: ServerRefusal) -> bool:
    """Return whether what ``row`` is about may not be tried yet."""
    return row.next_try_at is not None and row.next_try_at > timezone.now()


def get_refusal(*, mailing: str) -> ServerRefusal | None:
    """Return the refusal that holds up what waits of ``mailing``; None when nothing does."""
    rows = {row.sender: row for row in ServerRefusal.objects.filter(tries__gt=0)}
    if SERVER in rows or not rows:
        return rows.get(SERVER)
    waiting = Delivery.objects.filter(mailing=mailing, state=State.PENDING)
    senders = Message.objects.filter(pk__in=waiting.values("message"), from_email__in=rows)
    sender = senders.values_list("from_email", flat=True).first()
    return rows[sender] if sender is not None else None


def retry_server_now() -> int:
    """Let the next run try at once, after an editor has put it right; return whether it waited."""
    now = timezone.now()
    count = ServerRefusal.objects.filter(next_try_at__gt=now).update(next_try_at=now)
    nudge("cx_feedback.mail.tasks.send_due")
    return count
