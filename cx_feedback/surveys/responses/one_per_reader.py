"""One response per reader, for surveys whose editors limit them so.

A survey and its translations share the limit by their translation key. A constraint holds it,
whatever arrives at once; a response costs two more queries.
"""

import uuid
from collections.abc import Iterable

from django.db import IntegrityError
from django.db.models import Q

from cx_feedback.core.database.fast_insert import insert_row
from cx_feedback.surveys.models import AnsweredOnce, Response
from cx_feedback.surveys.responses.errors import AlreadyAnswered


def record_answered_once(family: uuid.UUID, response: Response) -> None:
    """Record that the reader of ``response`` has answered; raises AlreadyAnswered.

    Responses from before the editor limited them to one per reader count too, and spam does, but
    tests don't. A response without a reader is accepted, because nobody can know whose it is.
    """
    if response.reader_id is None:
        return
    earlier = Response.objects.filter(
        reader_id=response.reader_id, survey__translation_key=family
    ).exclude(Q(pk=response.pk) | Q(state=Response.State.TEST))
    if earlier.exists():
        raise AlreadyAnswered
    try:
        insert_row(AnsweredOnce(family=family, reader_id=response.reader_id))
    except IntegrityError:
        raise AlreadyAnswered from None


def forget_answered_once(*, family: uuid.UUID, reader_ids: Iterable[int]) -> None:
    """Let readers answer again whose response is a test now, or was deleted."""
    AnsweredOnce.objects.filter(family=family, reader_id__in=reader_ids).delete()
