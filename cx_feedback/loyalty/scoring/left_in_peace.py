"""Absent readers whom an editor leaves in peace until they come back by themselves."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.loyalty.models import Silence
from cx_feedback.readers.models import Reader


@transaction.atomic
def leave_in_peace(*, reader_id: int) -> bool:
    """Leave a reader in peace about the present absence; return whether there is one.

    It is not announced any more, and other rooms stop what they had prepared. May run twice.
    """
    silence = (
        Silence.objects.select_for_update()
        .filter(reader_id=reader_id, won_back_on__isnull=True)
        .order_by("-last_day")
        .first()
    )
    if silence is None:
        return False
    if silence.left_in_peace_at is None:
        silence.left_in_peace_at = timezone.now()
        silence.save(update_fields=["left_in_peace_at"])
        signals.reader_left_in_peace.send(Silence, reader_id=reader_id)
    return True


def with_peace(readers: QuerySet[Reader]) -> QuerySet[Any]:
    """Annotate readers with ``peace``: whether they are left in peace at present."""
    left: Any = Silence.objects.filter(
        reader=OuterRef("pk"),
        last_day=OuterRef("last_day"),
        won_back_on__isnull=True,
        left_in_peace_at__isnull=False,
    )
    return readers.annotate(peace=Exists(left))
