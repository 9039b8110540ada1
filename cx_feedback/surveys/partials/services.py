"""Every write of partial responses: keeping, closing and deleting them."""

import datetime
import uuid
from collections import Counter
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput, NotFound
from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.readers.models import Reader
from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import PartialResponse, Response, Survey
from cx_feedback.surveys.partials.answered_pages import (
    MAX_SEQUENCE,
    check_answered_pages,
    check_sequence,
)
from cx_feedback.surveys.partials.errors import AlreadySent, NotKept
from cx_feedback.surveys.partials.keeping_period import get_partial_days
from cx_feedback.surveys.responses import anonymity, open_surveys
from cx_feedback.surveys.results.tally_folding import STOPPED, TallyKey, add_to_tallies

#: Rows that are deleted in one transaction.
DELETED_AT_ONCE = 1_000


def save_partial(
    *,
    survey_id: int,
    key: uuid.UUID,
    sequence: Any,
    answers: Any,
    upto: Any,
    page_id: int | None = None,
    reader: Reader | None = None,
    language: str = "",
    kind: str = Survey.SURVEY,
    version: int | None = None,
) -> None:
    """Keep the answers to the pages that a reader has answered, up to the question ``upto``.

    ``key`` is the random key of the form; a request whose ``sequence`` is not above the one that
    was kept changes nothing. ``version`` is the number of the version that the reader was shown, by
    default the current one; it must say that pages are kept. Of anonymous surveys neither the
    reader nor the moment is stored. Raises NotFound, Closed, NotKept, AlreadySent, and InvalidInput
    that names ``answers.<key>``; nothing is stored then.
    """
    live = selectors.get_live_version(
        open_surveys.get_open_survey(survey_id=survey_id, kind=kind), version
    )
    if not get_partial_days(live.definition, is_picked=kind != Survey.SURVEY):
        raise NotKept
    number = check_sequence(sequence)
    answered = check_answered_pages(live.definition, answers, upto)
    if kind != Survey.SURVEY and not answered.answers:
        raise InvalidInput(fields={"answers": [_("Please answer at least one question.")]})
    anonymous = live.definition.anonymous
    now = anonymity.round_down(timezone.now()) if anonymous else timezone.now()
    _upsert(
        PartialResponse(
            survey_id=survey_id,
            version_id=live.version_id,
            key=key,
            sequence=number,
            reader=None if anonymous else reader,
            created_at=now,
            updated_at=now,
            page_id=page_id,
            language=language[:12],
            answers=answered.answers,
            last_question=answered.last_question,
        )
    )


_KEPT = ("version_id", "sequence", "reader_id", "page_id", "language", "answers", "last_question")


def _upsert(partial: PartialResponse) -> None:
    """Store a partial response, unless a later one with its key is stored or it was sent.

    The unique key and the conditions of the update decide between requests that come at once.
    """
    rows = PartialResponse.objects.filter(survey_id=partial.survey_id, key=partial.key)
    stored = rows.values_list("sent", flat=True).first()
    if stored is None:
        try:
            with transaction.atomic():
                PartialResponse.objects.bulk_create([partial], ignore_conflicts=True)
        except IntegrityError:  # the survey has just been deleted
            raise NotFound from None
    elif stored:
        raise AlreadySent
    values = {name: getattr(partial, name) for name in _KEPT}
    rows.filter(sent=False, sequence__lt=partial.sequence).update(
        **values, updated_at=partial.updated_at
    )


def close_partial(*, key: uuid.UUID, response: Response) -> None:
    """Delete the answers that were kept for ``response``; only the key is left.

    Call it in the transaction of the response. The key is stored even if nothing was kept yet, so
    that a request on its way can't keep anything any more.
    """
    closed = PartialResponse(
        survey_id=response.survey_id,
        version_id=response.version_id,
        key=key,
        sequence=MAX_SEQUENCE,
        sent=True,
        created_at=response.created_at,
        updated_at=response.created_at,
    )
    PartialResponse.objects.bulk_create(
        [closed],
        update_conflicts=True,
        unique_fields=["survey", "key"],
        update_fields=[*_KEPT, "sent", "updated_at"],
    )


@transaction.atomic
def delete_partials(partials: QuerySet[PartialResponse]) -> int:
    """Delete partial responses; the number of readers who stopped stays in the tallies.

    Returns the number of rows, at most ``DELETED_AT_ONCE``.
    """
    rows = list(
        partials.select_for_update()
        .order_by("pk")
        .values_list("pk", "survey_id", "last_question", "sent")[:DELETED_AT_ONCE]
    )
    stopped: Counter[TallyKey] = Counter(
        (survey_id, "", STOPPED, last) for _pk, survey_id, last, sent in rows if not sent
    )
    add_to_tallies(stopped)
    PartialResponse.objects.filter(pk__in=[row[0] for row in rows]).delete()
    return len(rows)


def sweep_partials() -> int:
    """Delete partial responses that nobody has continued for too long; return their number."""
    old = find_old_partials(timezone.now())
    done = 0
    while count := delete_partials(old):
        done += count
    return done


def find_old_partials(now: datetime.datetime) -> QuerySet[PartialResponse]:
    """Return the partial responses that nobody has continued for too long."""
    cutoff = get_cutoff("partial_responses", now=now)
    return PartialResponse.objects.filter(updated_at__lt=cutoff)
