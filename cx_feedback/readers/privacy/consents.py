"""Services that record consents and objections."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.readers.models import Consent, PastVisits, Reader
from cx_feedback.readers.privacy.consent_text import get_wording_version


@transaction.atomic
def give_consent(
    *, reader: Reader, purpose: str, wording: str, page_id: int | None = None, source: str = ""
) -> Consent:
    """Record the consent of ``reader`` to ``purpose`` with this wording; an open consent stays.

    The text about visits mentions the estimate, so this consent withdraws an objection to it.
    """
    consent, _ = Consent.objects.get_or_create(
        reader=reader,
        purpose=purpose,
        withdrawn_at=None,
        defaults=_describe_consent(wording, page_id, source),
    )
    if purpose == Consent.VISITS:
        withdraw_consent(reader=reader, purpose=Consent.NO_SCORING)
        Reader.objects.filter(pk=reader.pk).update(
            counts_visits=True, objects_to_scoring=False, visits_withdrawn=False
        )
        reader.counts_visits, reader.objects_to_scoring = True, False
        reader.visits_withdrawn = False
    return consent


def _describe_consent(wording: str, page_id: int | None, source: str) -> dict[str, Any]:
    """Return the fields that prove what was agreed to."""
    version = get_wording_version(wording)
    return {"wording": wording, "version": version, "page_id": page_id, "source": source}


@transaction.atomic
def withdraw_consent(*, reader: Reader, purpose: str) -> bool:
    """Withdraw the open consent to ``purpose``; return whether there was one.

    Who withdraws the consent to visits has no tier any more: an absence is no longer known.
    """
    closed = Consent.objects.filter(
        reader=reader, purpose=purpose, withdrawn_at__isnull=True
    ).update(withdrawn_at=timezone.now())
    if purpose == Consent.VISITS:
        Reader.objects.filter(pk=reader.pk).update(
            counts_visits=False, visits_withdrawn=True, tier=""
        )
        reader.counts_visits, reader.visits_withdrawn, reader.tier = False, True, ""
    return bool(closed)


@transaction.atomic
def object_to_scoring(
    *, reader: Reader, wording: str, page_id: int | None = None, source: str = ""
) -> None:
    """Record the objection of ``reader`` to scoring, and delete the data that scores use.

    Visit days have no other purpose, so they are deleted with the figures, and none is stored any
    more. Answers, comments and subscriptions stay. Without figures no query of the loyalty room
    matches the reader. Sends ``scoring_refused``, on which each room erases its conclusions.
    """
    row = Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
    Consent.objects.get_or_create(
        reader=row,
        purpose=Consent.NO_SCORING,
        withdrawn_at=None,
        defaults=_describe_consent(wording, page_id, source),
    )
    withdraw_consent(reader=row, purpose=Consent.VISITS)
    row.visit_days.all().delete()
    PastVisits.objects.filter(reader=row).delete()
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
    """Withdraw the objection of ``reader`` to scoring; return whether there was one.

    Visits only count with consent, which the objection withdrew and this doesn't restore.
    """
    changed = withdraw_consent(reader=reader, purpose=Consent.NO_SCORING)
    Reader.objects.filter(pk=reader.pk).update(objects_to_scoring=False)
    reader.objects_to_scoring = False
    return changed
