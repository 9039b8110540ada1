"""A person across all rooms: who is meant by an address, and being forgotten."""

from collections import defaultdict

from django.db import transaction

from cx_feedback.core import signals
from cx_feedback.readers.models import Reader
from cx_feedback.readers.selectors import get_reader_ids


def find_unproved_reader_ids(*, email: str) -> list[int]:
    """Return the ids of readers who typed this address without proving it, and are meant by it.

    Anybody may type anybody's address. So it names a reader only where nothing of that reader
    names another: no proved or other typed address, no account of another address, no import. What
    hangs on such a browser (flags, answers, comments without an address) is then the same person's.
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
    """Erase a person in every room; return section name to the number of rows.

    Each room erases its own by the ``person_erased`` signal, in the same transaction. With an
    address also what the browsers did that typed it (``find_unproved_reader_ids``).
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
