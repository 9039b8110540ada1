"""Personal data of the newsletter: a person's subscriptions, with the proof of consent."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from cx_feedback.newsletter.models import Subscription


def export_subscriptions(*, email: str, reader_ids: list[int]) -> list[dict[str, Any]]:
    """Return the subscriptions of a person, with the proof of consent, as JSON."""
    rows = _get_subscriptions(email=email, reader_ids=reader_ids).order_by("pk")
    rows = rows.select_related("mailing_list").prefetch_related("topics", "earlier_consents")
    return [
        {
            "list": row.mailing_list.name,
            "email": row.email,
            "name": row.name,
            "language": row.language,
            "time_zone": row.time_zone,
            "topics": [topic.name for topic in row.topics.all()],
            "state": row.state,
            "confirmed_at": row.confirmed_at and row.confirmed_at.isoformat(),
            "unsubscribed_at": row.unsubscribed_at and row.unsubscribed_at.isoformat(),
            "consent": {
                "wording": row.consent_wording,
                "version": row.consent_version,
                "at": row.consent_at.isoformat(),
                "page": row.consent_page_id,
                "source": row.consent_source,
            },
            "earlier_consents": [
                {
                    "wording": past.wording,
                    "version": past.version,
                    "at": past.given_at.isoformat(),
                    "page": past.page_id,
                    "source": past.source,
                    "language": past.language,
                    "confirmed_at": past.confirmed_at.isoformat(),
                    "ended_at": past.ended_at.isoformat(),
                }
                for past in row.earlier_consents.all()
            ],
        }
        for row in rows
    ]


def get_addresses(reader_ids: list[int]) -> dict[int, set[str]]:
    """Return the addresses of these readers' subscriptions."""
    found: dict[int, set[str]] = {}
    rows = Subscription.objects.filter(reader__in=reader_ids)
    for reader_id, email in rows.values_list("reader_id", "email"):
        found.setdefault(reader_id or 0, set()).add(email)
    return found


@transaction.atomic
def erase_subscriptions(*, email: str, reader_ids: list[int]) -> int:
    """Erase the subscriptions of a person and return their number."""
    rows = _get_subscriptions(email=email, reader_ids=reader_ids)
    return rows.delete()[1].get(Subscription._meta.label, 0)


def _get_subscriptions(*, email: str, reader_ids: list[int]) -> QuerySet[Subscription]:
    of_person = Q(reader_id__in=reader_ids)
    if email:
        of_person |= Q(email=email)
    return Subscription.objects.filter(of_person)
