"""Ids of deleted objects that were public, so that their URLs answer 410 instead of 404.

Objects are deleted in many ways (services, the admin's buttons and bulk actions, cascades), all
of which send Django's ``pre_delete`` within the transaction. Each room connects it for its public
objects, and calls this module after a failed lookup.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from cx_feedback.core.errors import Gone, NotFound
from cx_feedback.readers.models import Tombstone

#: Rows per statement.
PART = 1000


def create_tombstones(*, kind: str, keys: Iterable[Any]) -> None:
    """Record the deletion of these objects, in its transaction; idempotent."""
    rows = (Tombstone(kind=kind, key=str(key)) for key in keys)
    while part := list(islice(rows, PART)):
        Tombstone.objects.bulk_create(part, ignore_conflicts=True)


def was_public(*, kind: str, key: Any, among: QuerySet[Any] | None = None) -> bool:
    """Return whether an object without a public row was public before, with one query.

    It was if there is a tombstone with this kind and key, or a row in ``among``.
    """
    text = str(key)
    if len(text) > Tombstone.LONGEST:
        return False
    rows = Tombstone.objects.filter(kind=kind, key=text).values_list("pk")
    if among is not None:
        rows = rows.union(among.order_by().values_list("pk"), all=True)
    return rows.exists()


def were_public(*, kind: str, keys: Iterable[Any]) -> bool:
    """Return whether one of these deleted objects was public, with one query."""
    return Tombstone.objects.filter(kind=kind, key__in=[str(key) for key in keys]).exists()


def get_missing_error(
    *, kind: str, key: Any, detail: Any = "", among: QuerySet[Any] | None = None
) -> NotFound:
    """Return the error for a missing object: Gone if it ``was_public``, otherwise NotFound."""
    return Gone() if was_public(kind=kind, key=key, among=among) else NotFound(detail)
