"""Mails that anybody can request for any address, such as those that confirm a subscription.

They are limited, and every request does the same work: a mail that may not be sent is written and
rolled back, so that the time of the response doesn't reveal whether an address is known.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cx_feedback.core import conf
from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery, Message


@dataclass(frozen=True)
class RequestedMail:
    """A mail that somebody has requested; ``key`` is unique among the mails of ``mailing``."""

    message: Message
    mailing: str
    key: str
    address: str
    variables: Mapping[str, str]

    def post_mail(self) -> bool:
        """Queue it for at-least-once delivery and return whether it is new."""
        return mail.queue_delivery(
            message=self.message,
            mailing=self.mailing,
            recipient=mail.Recipient(self.key, self.address, variables=self.variables),
            policy=Delivery.Policy.AT_LEAST_ONCE,
            priority=Delivery.URGENT,
        )


def may_request_mail(email: str, *, kind: str, mailings: Iterable[str]) -> bool:
    """Return whether a mail of one of ``mailings`` may be sent to ``email`` now.

    NEWSLETTER_CONFIRM_PER_DAY limits the mails of mailings that begin with ``kind``, and
    NEWSLETTER_CONFIRM_PAUSE is the pause between two of the same mailing.
    """
    now = timezone.now()
    requested = Delivery.objects.filter(
        address=email, mailing__startswith=kind, created_at__gt=now - datetime.timedelta(days=1)
    )
    times = list(requested.values_list("mailing", "created_at"))
    if len(times) >= conf.get("NEWSLETTER_CONFIRM_PER_DAY"):
        return False
    pause = datetime.timedelta(seconds=conf.get("NEWSLETTER_CONFIRM_PAUSE"))
    recent = {mailing for mailing, at in times if at > now - pause}
    return any(mailing not in recent for mailing in mailings)


@contextmanager
def rollback_unless(allowed: bool) -> Iterator[None]:
    """Run the block in a savepoint that is rolled back unless ``allowed``.

    Sending is nudged in both cases.
    """
    with transaction.atomic():
        yield
        if not allowed:
            transaction.set_rollback(True)
    if not allowed:
        nudge("cx_feedback.mail.send_due_deliveries")
