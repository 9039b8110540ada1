"""What happened to messages after they went out: reports of providers and of readers' clicks."""

import datetime
import hashlib
import json
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
from cx_feedback.mail.services.ledger import suppress_address

Kind = MailReport.Kind
#: For how long a report may wait for the commit of the message that it names.
MATCH_PERIOD = datetime.timedelta(days=2)
_SUPPRESSION_REASONS = {
    Kind.BOUNCED: Suppression.Reason.BOUNCED,
    Kind.COMPLAINED: Suppression.Reason.COMPLAINED,
}


@dataclass(frozen=True)
class ProviderEvent:
    """One event as a provider's webhook tells it."""

    kind: str
    #: What the provider calls the message; the Message-ID of ours with some.
    provider_id: str = ""
    recipient: str = ""
    occurred_at: datetime.datetime | None = None
    #: What the provider calls the event, where it does; otherwise what it says tells it apart.
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
def record_provider_event(told: ProviderEvent) -> bool:
    """Keep what a provider tells, once; return whether it is new.

    A mailbox that does not exist, and one whose owner complained, get no mail any more. A
    message that the ledger does not hold yet is found by ``match_reports`` later.
    """
    delivery = _find_delivery(told.provider_id)
    row, created = MailReport.objects.get_or_create(
        digest=told.digest,
        defaults={
            "delivery": delivery,
            "kind": told.kind,
            "permanent": told.permanent,
            "detail": told.detail[:500],
            "url": told.url[:500],
            "provider_id": told.provider_id[:200],
            "occurred_at": told.occurred_at or timezone.now(),
        },
    )
    if not created:
        return False
    if delivery:
        _settle_delivery(row, delivery)  # before an address is suppressed, which cancels what waits
    address = delivery.address if delivery else told.recipient
    if address and (told.kind == Kind.COMPLAINED or (told.kind == Kind.BOUNCED and told.permanent)):
        suppress_address(address=address, reason=_SUPPRESSION_REASONS[Kind(told.kind)])
    if delivery:
        _send_mail_reported(row, delivery)
    return True


@transaction.atomic
def record_reader_event(*, reference: str, kind: str, url: str = "") -> bool:
    """Keep what the reader of a message did, once for each link; return whether it is new.

    Nothing is kept for a reference that no delivery has.
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
    """Find the messages of reports that came before them; return how many were found."""
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
    """Mark a delivery as sent that this report proves to have arrived."""
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
