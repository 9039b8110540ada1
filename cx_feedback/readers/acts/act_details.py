"""Changes of what the ledger says of acts."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cx_feedback.core import signals
from cx_feedback.readers.models import Activity


@transaction.atomic(savepoint=False)
def change_act_details(
    *, details: Mapping[int, dict[str, Any]], kind: str, readers: set[int]
) -> None:
    """Replace what the ledger says of acts of ``readers``, by the id of the act's object.

    This is for acts that turn out to be worth nothing, such as spam: that somebody acted stays,
    what they said does not. Sends ``acts_changed``.
    """
    acts = list(
        Activity.objects.select_for_update().filter(
            reader_id__in=readers, kind=kind, object_id__in=details
        )
    )
    for act in acts:
        act.detail = details[act.object_id or 0]
    Activity.objects.bulk_update(acts, ["detail"], batch_size=500)
    if acts:
        signals.acts_changed.send(Activity, reader_ids=sorted({act.reader_id for act in acts}))
