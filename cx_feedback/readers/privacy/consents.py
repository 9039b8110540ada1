"""What readers agree or object to: the writes."""

from django.db import transaction
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.readers.models import Consent, Reader


@transaction.atomic
def give_consent(
    *, reader: Reader, purpose: str, wording: str, page_id: int | None = None, how: str = ""
) -> Consent:
    """Record that ``reader`` agreed to ``purpose`` in these words; an open consent stays.

    The words about visits name the estimate, so who agrees to them objects to it no longer.
    """
    consent, _ = Consent.objects.get_or_create(
        reader=reader,
        purpose=purpose,
        withdrawn_at=None,
        defaults={"wording": wording, "page_id": page_id, "how": how},
    )
    if purpose == Consent.VISITS:
        withdraw_consent(reader=reader, purpose=Consent.NO_SCORING)
        Reader.objects.filter(pk=reader.pk).update(counts_visits=True, objects_to_scoring=False)
        reader.counts_visits, reader.objects_to_scoring = True, False
    return consent


@transaction.atomic
def withdraw_consent(*, reader: Reader, purpose: str) -> bool:
    """Close the open consent to ``purpose``; return whether there was one."""
    closed = Consent.objects.filter(
        reader=reader, purpose=purpose, withdrawn_at__isnull=True
    ).update(withdrawn_at=timezone.now())
    if purpose == Consent.VISITS:
        Reader.objects.filter(pk=reader.pk).update(counts_visits=False)
        reader.counts_visits = False
    return bool(closed)


@transaction.atomic
def object_to_scoring(
    *, reader: Reader, wording: str, page_id: int | None = None, how: str = ""
) -> None:
    """Note that ``reader`` objects to being scored, and forget all that scores are made of.

    The days of visits serve nothing else, so they go with the figures, and none is kept any more;
    the rest (answers, comments, subscriptions) stays. Without figures no statement of the loyalty
    room finds the reader. Sends ``scoring_refused``: each room erases what it made of them.
    """
    row = Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
    Consent.objects.get_or_create(
        reader=row,
        purpose=Consent.NO_SCORING,
        withdrawn_at=None,
        defaults={"wording": wording, "page_id": page_id, "how": how},
    )
    withdraw_consent(reader=row, purpose=Consent.VISITS)
    row.visit_days.all().delete()
    gone = dict.fromkeys(("last_day", "first_period", "last_period"))
    for name, value in {
        **gone,
        "active_periods": 0,
        "tier": "",
        "objects_to_scoring": True,
    }.items():
        setattr(row, name, value)
        setattr(reader, name, value)
    row.save(update_fields=[*gone, "active_periods", "tier", "objects_to_scoring"])
    reader.counts_visits = False
    signals.scoring_refused.send(Reader, reader_ids=[row.pk])


@transaction.atomic
def withdraw_objection(*, reader: Reader) -> bool:
    """Let ``reader`` be scored again, from the next day that counts; return whether it changed.

    Days count only with consent, which an objection ended and this does not give.
    """
    changed = withdraw_consent(reader=reader, purpose=Consent.NO_SCORING)
    Reader.objects.filter(pk=reader.pk).update(objects_to_scoring=False)
    reader.objects_to_scoring = False
    return changed
