"""A person across all rooms: readers by email address, export and erasure."""

import datetime
from collections import defaultdict
from typing import Any

from django.db import transaction

from cx_feedback.core import signals
from cx_feedback.readers.models import PastVisits, Reader
from cx_feedback.readers.selectors import get_reader_ids


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
                "source": c.source,
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
        "past_visits": [
            {
                "first": row.first_day.isoformat(),
                "last": row.last_day.isoformat(),
                "until": row.until.isoformat(),
                "days": row.days,
                "weeks": row.weeks,
            }
            for row in PastVisits.objects.filter(reader=reader)
        ],
    }


def find_unproved_reader_ids(*, email: str) -> list[int]:
    """Return the ids of readers who entered this address without confirming it, and own it.

    Anybody can enter any address. A reader therefore only counts if nothing of that reader points
    to another person: no confirmed or other entered address, no account with another address, no
    import. All data of such a browser (flags, answers, comments without an address) then belongs
    to the same person.
    """
    sought = signals.collect_answers(signals.address_sought, Reader, email=email)
    ids: set[int] = set().union(*sought)
    if not ids:
        return []
    typed: dict[int, set[str]] = defaultdict(set)
    for found in signals.collect_answers(signals.addresses_asked, Reader, reader_ids=sorted(ids)):
        for reader_id, addresses in found.items():
            typed[reader_id] |= {address.lower() for address in addresses}
    rows = Reader.objects.filter(pk__in=ids, email=None, external_id="").select_related("user")
    return sorted(row.pk for row in rows if typed[row.pk] <= {email} and _may_own(row, email))


def _may_own(reader: Reader, email: str) -> bool:
    user = reader.user
    return user is None or (getattr(user, "email", "") or "").lower() == email


@transaction.atomic
def erase_person(*, email: str = "", reader_ids: list[int] | None = None) -> dict[str, int]:
    """Erase a person in every room; return a map of section names to numbers of rows.

    Each room erases its own data as a receiver of ``person_erased``, in the same transaction.
    With an address, the data of browsers that entered it is erased as well
    (``find_unproved_reader_ids``).
    """
    email = email.strip().lower()
    ids = set(reader_ids or [])
    if email:
        ids |= {*get_reader_ids(email=email), *find_unproved_reader_ids(email=email)}
    counts: dict[str, int] = {}
    for section, count in signals.collect_answers(
        signals.person_erased, Reader, email=email, reader_ids=sorted(ids)
    ):
        counts[str(section)] = counts.get(str(section), 0) + count
    counts["readers"] = Reader.objects.filter(pk__in=ids).delete()[1].get(Reader._meta.label, 0)
    return counts
