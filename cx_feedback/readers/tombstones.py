"""What was public and is deleted: ids without words, so that its address answers 410, not 404.

Deleting has many ways (services, the admin's buttons and bulk actions, cascades), and Django's
signal ``pre_delete`` is the one that sees them all, within the transaction of the deletion. Each
room connects it to what it shows and asks here once a look-up has failed.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from cx_feedback.core.errors import Gone, NotFound
from cx_feedback.readers.models import Tombstone

#: Rows of one statement.
PART = 1000


def create_tombstones(*, kind: str, keys: Iterable[Any]) -> None:
    """Write down that these are deleted; again changes nothing. Call it in the deletion."""
    rows = (Tombstone(kind=kind, key=str(key)) for key in keys)
    while part := list(islice(rows, PART)):
        Tombstone.objects.bulk_create(part, ignore_conflicts=True)


def was_public(*, kind: str, key: Any, among: QuerySet[Any] | None = None) -> bool:
    """Return whether what has no public row was public before; one query.

    It was if there is a tombstone of this kind and key, or a row of ``among``.
    """
    text = str(key)
    if len(text) > Tombstone.LONGEST:
        return False
    rows = Tombstone.objects.filter(kind=kind, key=text).values_list("pk")
    if among is not None:
        rows = rows.union(among.order_by().values_list("pk"), all=True)
    return rows.exists()


def were_public(*, kind: str, keys: Iterable[Any]) -> bool:
    """Return whether one of these deleted things was public; one query."""
    return Tombstone.objects.filter(kind=kind, key__in=[str(key) for key in keys]).exists()


def get_missing_error(
    *, kind: str, key: Any, detail: Any = "", among: QuerySet[Any] | None = None
) -> NotFound:
    """Return the error for what is not there: Gone for what ``was_public``, else NotFound."""
    return Gone() if was_public(kind=kind, key=key, among=among) else NotFound(detail)
