"""Creating messages and queueing deliveries."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text import email_addresses
from cx_feedback.mail.messages import rendering
from cx_feedback.mail.models import Delivery, Mailing, Message

#: Rows of one INSERT of queue_mailing.
CHUNK_SIZE = 1000


@dataclass(frozen=True)
class Recipient:
    """The recipient of a message. ``key`` is unique among the recipients of a mailing."""

    key: str
    address: str
    reader_id: int | None = None
    #: The reader's current tier, for the statistics of the mailing.
    tier: str = ""
    #: The recipient's language for the statistics, if the message isn't for one language.
    language: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


def create_message(
    *,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    language: str = "",
    from_email: str = "",
) -> Message:
    """Return the message with this content, its language in a header too.

    Equal messages are stored once.

    Raises InvalidInput for a line break in the subject or a header, and for an empty text, since
    every message needs a plain-text part.
    """
    headers = dict(headers or {})
    if language:
        headers["Content-Language"] = language
    email_addresses.refuse_control_characters("subject", subject)
    email_addresses.refuse_control_characters("from_email", from_email)
    email_addresses.refuse_control_characters("headers", *headers, *headers.values())
    if not subject.strip():
        raise InvalidInput(fields={"subject": [_("An email needs a subject.")]})
    if not text.strip():
        raise InvalidInput(fields={"text": [_("An email needs a plain-text part.")]})
    content = {
        "subject": subject,
        "text": text,
        "html": html,
        "headers": headers,
        "language": language,
        "from_email": from_email,
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    message, _created = Message.objects.get_or_create(digest=digest, defaults=content)
    return message


@transaction.atomic
def queue_delivery(
    *,
    message: Message,
    mailing: str,
    recipient: Recipient,
    policy: str = Delivery.Policy.AT_MOST_ONCE,
    due_at: datetime.datetime | None = None,
    priority: int = Delivery.URGENT,
) -> bool:
    """Queue ``message`` for a recipient of ``mailing``, once, and return whether it is new.

    ``due_at`` is an aware datetime, now by default. Raises InvalidInput if the address isn't valid
    or a variable is missing or not allowed in a header. The message is sent after the commit.
    """
    stamp = timezone.now()
    row = _build_delivery(message, mailing, recipient, policy, due_at or stamp, priority, stamp)
    values = {
        name: getattr(row, name)
        for name in (
            "message", "address", "reader_id", "tier", "language", "variables", "policy", "due_at",
            "priority",
        )
    }  # fmt: skip
    _delivery, created = Delivery.objects.get_or_create(
        mailing=mailing, recipient_key=recipient.key, defaults=values
    )
    if created and row.due_at <= stamp:
        _nudge_sending()
    return created


def get_message_id(*, mailing: str, recipient_key: str) -> str:
    """Return the Message-ID of a queued delivery, for the References of later ones."""
    row = Delivery.objects.select_related("message").get(
        mailing=mailing, recipient_key=recipient_key
    )
    return rendering.build_message_id(row, row.message)


def queue_mailing(
    *,
    message: Message,
    mailing: str,
    recipients: Iterable[Recipient],
    policy: str = Delivery.Policy.AT_MOST_ONCE,
    due_at: datetime.datetime | None = None,
    priority: int = Delivery.BULK,
) -> int:
    """Queue ``message`` for each of ``recipients`` without a delivery in ``mailing``.

    Returns the number of new deliveries. Uses one transaction, and memory that doesn't grow with
    the recipients. Raises InvalidInput like ``queue_delivery``, in which case nothing is queued.
    """
    stamp = timezone.now()
    new = 0
    with transaction.atomic():
        Mailing.objects.bulk_create([Mailing(name=mailing)], ignore_conflicts=True)
        rows = (
            _build_delivery(message, mailing, recipient, policy, due_at or stamp, priority, stamp)
            for recipient in recipients
        )
        for chunk in _split_chunks(rows):
            Delivery.objects.bulk_create(chunk, ignore_conflicts=True)
            # Existing rows have a different created_at.
            new += Delivery.objects.filter(
                mailing=mailing,
                recipient_key__in=[row.recipient_key for row in chunk],
                created_at=stamp,
            ).count()
        if new:
            _nudge_sending()
    return new


def _build_delivery(
    message: Message,
    mailing: str,
    recipient: Recipient,
    policy: str,
    due_at: datetime.datetime,
    priority: int,
    stamp: datetime.datetime,
) -> Delivery:
    variables = dict(recipient.variables)
    if missing := rendering.get_required_placeholders(message) - variables.keys():
        raise InvalidInput(
            fields={
                f"variables.{name}": [_("The email needs this value.")] for name in sorted(missing)
            }
        )
    for name in rendering.get_header_placeholders(message):
        email_addresses.refuse_control_characters(f"variables.{name}", str(variables.get(name, "")))
    return Delivery(
        message=message,
        mailing=mailing,
        recipient_key=recipient.key,
        address=email_addresses.clean_address(recipient.address, "address"),
        reader_id=recipient.reader_id,
        tier=recipient.tier,
        language=recipient.language,
        variables=variables,
        policy=policy,
        due_at=due_at,
        priority=priority,
        created_at=stamp,
    )


def _split_chunks(rows: Iterator[Delivery]) -> Iterator[list[Delivery]]:
    while chunk := list(islice(rows, CHUNK_SIZE)):
        yield chunk


def _nudge_sending() -> None:
    nudge("cx_feedback.mail.send_due_deliveries")
