"""A person across all rooms: readers by email address, export and erasure."""

from collections import defaultdict
from typing import Any

from django.db import transaction

from cx_feedback.core.privacy import person_rows
from cx_feedback.core.privacy.lookups import Person
from cx_feedback.core.privacy.registry import get_personal_models
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy import erasure_log
from cx_feedback.readers.selectors import get_reader_ids


def export_person(*, email: str = "", reader_ids: list[int] | None = None) -> dict[str, Any]:
    """Return all data about a person: a map of section names to lists of plain dictionaries."""
    email = email.strip().lower()
    ids = sorted({*(reader_ids or []), *(get_reader_ids(email=email) if email else [])})
    return person_rows.export_rows(Person(email, tuple(ids)))


def find_unproved_reader_ids(*, email: str) -> list[int]:
    """Return the ids of readers who entered this address without confirming it, and own it.

    Anybody can enter any address. A reader therefore only counts if nothing of that reader points
    to another person: no confirmed or other entered address, no account with another address, no
    import. All data of such a browser (flags, answers, comments without an address) then belongs
    to the same person.
    """
    entries = get_personal_models()
    sought = (entry.lookup.find_readers(entry.model, email) for entry in entries)
    ids: set[int] = set().union(*sought)
    if not ids:
        return []
    typed: dict[int, set[str]] = defaultdict(set)
    for entry in entries:
        found = entry.lookup.get_addresses(entry.model, sorted(ids))
        for reader_id, addresses in found.items():
            typed[reader_id] |= {address.lower() for address in addresses}
    rows = Reader.objects.filter(pk__in=ids, email=None, external_id="").select_related("user")
    return sorted(row.pk for row in rows if typed[row.pk] <= {email} and _may_own(row, email))


def _may_own(reader: Reader, email: str) -> bool:
    user = reader.user
    return user is None or (getattr(user, "email", "") or "").lower() == email


@transaction.atomic
def erase_person(
    *, email: str = "", reader_ids: list[int] | None = None, logs: bool = True
) -> dict[str, int]:
    """Erase a person in every room; return a map of section names to numbers of rows.

    Each room declares its data and how it is erased (``core.privacy``), all in one transaction.
    With an address, the data of browsers that entered it is erased as well
    (``find_unproved_reader_ids``). It is noted outside the database too, if the site names a
    storage (``erasure_log``); ``logs`` is false where it is repeated from there.
    """
    email = email.strip().lower()
    ids = set(reader_ids or [])
    if email:
        ids |= {*get_reader_ids(email=email), *find_unproved_reader_ids(email=email)}
    if logs:
        erasure_log.record_erasure(email=email, reader_ids=ids)
    return person_rows.erase_rows(Person(email, tuple(sorted(ids))))
