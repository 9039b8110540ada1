"""Storing reports of providers, and the clicks and opens of readers."""

import datetime
import hashlib
import json
import re
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cx_feedback.core.signals import mail_reported
from cx_feedback.mail.models import Delivery, MailReport, Suppression
from cx_feedback.mail.selectors import REFERENCE, get_by_reference
from cx_feedback.mail.services.arrival_evidence import (
    ARRIVAL_KINDS,
    UNSETTLED_STATES,
    settle_arrived,
)
from cx_feedback.mail.services.delivery_changes import suppress_address

Kind = MailReport.Kind
#: How long a report can wait for the provider's ID of its message to be stored.
MATCH_PERIOD = datetime.timedelta(days=2)
#: The signed part of a link. Providers that count clicks report the links of all our mails, and
#: with those that prove an address or end a subscription anybody could act for the recipient.
_SIGNED = re.compile(r"(?<![^/?&=#])[^/?&=#]*(?::|%3A)[\w-]{43}(?![\w-])", re.IGNORECASE)
_SUPPRESSION_REASONS = {
    Kind.BOUNCED: Suppression.Reason.BOUNCED,
    Kind.COMPLAINED: Suppression.Reason.COMPLAINED,
}


@dataclass(frozen=True)
class ProviderEvent:
    """An event that a provider reported by webhook."""

    kind: str
    #: The provider's ID of the message, which is our Message-ID for some.
    provider_id: str = ""
    recipient: str = ""
    occurred_at: datetime.datetime | None = None
    #: The provider's ID of the event. Without one, events are distinguished by their content.
    event_id: str = ""
    source: str = ""
    detail: str = ""
    url: str = ""
    permanent: bool = False

    @property
    def digest(self) -> str:
        parts = [self.source, self.kind, self.event_id]
        if not self.event_id:
            stamp = self.occurred_at.isoformat() if self.occurred_at else ""
            parts += [self.provider_id, self.recipient, stamp, self.url, self.detail]
        return _compute_digest(*parts)


@transaction.atomic
def record_provider_event(event: ProviderEvent) -> bool:
    """Store an event of a provider, once, and return whether it is new.

    Permanent bounces and complaints suppress the address. If the message isn't found yet,
    ``match_reports`` will find it later.
    """
    delivery = _find_delivery(event.provider_id)
    row, created = MailReport.objects.get_or_create(
        digest=event.digest,
        defaults={
            "delivery": delivery,
            "kind": event.kind,
            "permanent": event.permanent,
            "detail": event.detail[:500],
            "url": _SIGNED.sub("…", event.url)[:500],
            "provider_id": event.provider_id[:200],
            "occurred_at": event.occurred_at or timezone.now(),
        },
    )
    if not created:
        return False
    if delivery:
        _settle_delivery(
            row, delivery
        )  # before the address is suppressed, which cancels its deliveries
    address = delivery.address if delivery else event.recipient
    if address and (
        event.kind == Kind.COMPLAINED or (event.kind == Kind.BOUNCED and event.permanent)
    ):
        suppress_address(address=address, reason=_SUPPRESSION_REASONS[Kind(event.kind)])
    if delivery:
        _send_mail_reported(row, delivery)
    return True


@transaction.atomic
def record_reader_event(*, reference: str, kind: str, url: str = "") -> bool:
    """Store a click or open, once for each link, and return whether it is new.

    Nothing is stored if no delivery has the reference.
    """
    delivery = get_by_reference(reference)
    if delivery is None:
        return False
    row, created = MailReport.objects.get_or_create(
        digest=_compute_digest("reader", kind, reference, url),
        defaults={"delivery": delivery, "kind": kind, "url": url[:500]},
    )
    _settle_delivery(row, delivery)
    return created


def match_reports(*, now: datetime.datetime | None = None) -> int:
    """Find the deliveries of reports without one, and return the number of matches."""
    since = (now or timezone.now()) - MATCH_PERIOD
    waiting = MailReport.objects.filter(delivery=None, occurred_at__gt=since).exclude(
        provider_id=""
    )
    found = 0
    for row in waiting.order_by("pk")[:500]:
        with transaction.atomic():
            delivery = _find_delivery(row.provider_id)
            if delivery and waiting.filter(pk=row.pk).update(delivery=delivery):
                _settle_delivery(row, delivery)
                _send_mail_reported(row, delivery)
                found += 1
    return found


def _find_delivery(provider_id: str) -> Delivery | None:
    if not provider_id:
        return None
    if ours := REFERENCE.search(provider_id):
        return get_by_reference(ours[0])
    return Delivery.objects.filter(provider_id=provider_id[:200]).order_by("-pk").first()


def _settle_delivery(row: MailReport, delivery: Delivery) -> None:
    """Mark the delivery as sent if the report proves its arrival."""
    if row.kind in ARRIVAL_KINDS and delivery.state in UNSETTLED_STATES:
        settle_arrived(Delivery.objects.filter(pk=delivery.pk))


def _send_mail_reported(row: MailReport, delivery: Delivery) -> None:
    if row.kind in (Kind.COMPLAINED, Kind.UNSUBSCRIBED) or row.permanent:
        mail_reported.send(
            Delivery,
            delivery_id=delivery.pk,
            mailing=delivery.mailing,
            recipient_key=delivery.recipient_key,
            reader_id=delivery.reader_id,
            event=row.kind,
        )


def _compute_digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
