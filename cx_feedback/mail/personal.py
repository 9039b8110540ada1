"""Personal data of the mail room: a person's deliveries, and whether the address is suppressed."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from cx_feedback.mail.models import Delivery, DeliveryQuerySet, MailReport, Suppression
from cx_feedback.mail.selectors import get_subject
from cx_feedback.mail.services.delivery_changes import delete_deliveries


def export_deliveries(*, email: str, reader_ids: list[int]) -> list[dict[str, Any]]:
    """Return a person's deliveries as plain dictionaries."""
    rows = _get_deliveries(email=email, reader_ids=reader_ids).select_related("message")
    return [
        {
            "mailing": row.mailing,
            "address": row.address,
            "subject": get_subject(row),
            "state": row.state,
            "queued_at": row.created_at.isoformat(),
            "sent_at": row.sent_at and row.sent_at.isoformat(),
            "error": row.error,
            "tier": row.tier,
            "reports": [
                {
                    "kind": report.kind,
                    "link": report.url,
                    "detail": report.detail,
                    "at": report.occurred_at.isoformat(),
                }
                for report in row.reports.all()
            ],
        }
        for row in rows.prefetch_related("reports").order_by("pk")
    ] + [
        {"suppressed": row.address, "reason": row.reason, "since": row.created_at.isoformat()}
        for row in Suppression.objects.filter(address=email)
        if email
    ]


@transaction.atomic
def erase_deliveries(*, email: str, reader_ids: list[int]) -> int:
    """Erase a person's deliveries. A suppression keeps its keyed hash, but not the address."""
    if email:
        Suppression.objects.filter(address=email).update(address="")
        # Reports without a delivery may contain the address.
        unknown = MailReport.objects.filter(delivery=None)
        unknown.filter(Q(detail__icontains=email) | Q(url__icontains=email)).delete()
    return delete_deliveries(_get_deliveries(email=email, reader_ids=reader_ids))


def forget_tiers(*, reader_ids: list[int]) -> int:
    """Delete the readers' tiers from their deliveries and return the number of deliveries."""
    return Delivery.objects.filter(reader_id__in=reader_ids).exclude(tier="").update(tier="")


def _get_deliveries(*, email: str, reader_ids: list[int]) -> DeliveryQuerySet:
    whose = Q(reader_id__in=reader_ids)
    if email:
        whose |= Q(address=email)
    return Delivery.objects.filter(whose)
