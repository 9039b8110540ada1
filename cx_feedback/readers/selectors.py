"""Reads of readers."""

import datetime
from typing import Any

from cx_feedback.core import signals
from cx_feedback.readers.models import Reader


def get_reader_ids(*, email: str) -> list[int]:
    """Return the ids of readers with this confirmed address (none or one)."""
    return list(Reader.objects.filter(email=email.strip().lower()).values_list("pk", flat=True))


def export_person(*, email: str = "", reader_ids: list[int] | None = None) -> dict[str, Any]:
    """Return all data about a person: a map of section names to lists of plain dictionaries."""
    email = email.strip().lower()
    ids = sorted({*(reader_ids or []), *(get_reader_ids(email=email) if email else [])})
    sections: dict[str, Any] = {
        "readers": [_serialize_reader(r) for r in Reader.objects.filter(pk__in=ids)]
    }
    for section, rows in signals.collect_answers(
        signals.person_exported, Reader, email=email, reader_ids=ids
    ):
        sections.setdefault(str(section), []).extend(rows)
    return sections


def _serialize_reader(reader: Reader) -> dict[str, Any]:
    return {
        "email": reader.email,
        "external_id": reader.external_id,
        "language": reader.language,
        "known_since": reader.created_at.isoformat(),
        "tier": reader.tier,
        "visits_are_counted": reader.counts_visits,
        "objects_to_scoring": reader.objects_to_scoring,
        "consents": [
            {
                "purpose": c.purpose,
                "wording": c.wording,
                "page": c.page_id,
                "how": c.how,
                "given_at": c.given_at.isoformat(),
                "withdrawn_at": c.withdrawn_at and c.withdrawn_at.isoformat(),
            }
            for c in reader.consents.order_by("pk")
        ],
        "activities": [
            {"kind": a.kind, "page": a.page_id, "at": a.at.isoformat(), "detail": a.detail}
            for a in reader.activities.order_by("pk")
        ],
        "visit_days": [
            d.isoformat()
            for d in reader.visit_days.order_by("day").values_list("day", flat=True)
            if isinstance(d, datetime.date)
        ],
    }
