"""Mails that anybody may ask for, at any address: limits, and the same work for every address.

Whoever asks learns nothing from how long it took: what must not be sent is done and taken back.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.core.tasks import nudge
from cx_feedback.mail import services as mail
from cx_feedback.mail import tasks as post_office
from cx_feedback.mail.models import Delivery, Letter


@dataclass(frozen=True)
class RequestedMail:
    """A mail that somebody asked for; ``key`` tells the mails of ``mailing`` apart."""

    letter: Letter
    mailing: str
    key: str
    address: str
    variables: Mapping[str, str]

    def post(self) -> bool:
        """Post it, better twice than never; return whether it is new."""
        return mail.queue_delivery(
            letter=self.letter,
            mailing=self.mailing,
            recipient=mail.Recipient(self.key, self.address, variables=self.variables),
            policy=Delivery.Policy.AT_LEAST_ONCE,
            priority=Delivery.URGENT,
        )


def may_request_mail(email: str, *, kind: str, mailings: Iterable[str]) -> bool:
    """Return whether ``email`` may get a mail of one of ``mailings`` now.

    Nobody floods a mailbox: a few a day of all mailings that begin with ``kind``, and a pause
    between two of the same one.
    """
    now = timezone.now()
    asked = Delivery.objects.filter(
        address=email, mailing__startswith=kind, created_at__gt=now - datetime.timedelta(days=1)
    )
    times = list(asked.values_list("mailing", "created_at"))
    if len(times) >= conf.get("NEWSLETTER_CONFIRM_PER_DAY"):
        return False
    pause = datetime.timedelta(seconds=conf.get("NEWSLETTER_CONFIRM_PAUSE"))
    recent = {mailing for mailing, at in times if at > now - pause}
    return any(mailing not in recent for mailing in mailings)


@contextmanager
def rollback_unless(allowed: bool) -> Iterator[None]:
    """Do what is inside, and take it back unless ``allowed``; the post office is nudged anyway."""
    with transaction.atomic():
        yield
        if not allowed:
            transaction.set_rollback(True)
    if not allowed:
        nudge(post_office.send_due)
