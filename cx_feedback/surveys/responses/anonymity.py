"""Anonymous surveys: what is stored of a response instead of who gave it and when.

The version decides (``Definition.anonymous``), so that a response is stored as its form promised,
whatever the editor publishes later. See ``docs/decisions/0058``.
"""

import copy
import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http import idempotency_keys
from cx_feedback.core.http.idempotency_keys import WINDOW, Keys, Sender
from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.readers.models import StoredAnswer
from cx_feedback.surveys.models import Response, SurveyVersion
from cx_feedback.surveys.models.responses import IMPORTED
from cx_feedback.surveys.responses.request_repeats import ResponseAttempt

#: Marks the rows of forms, which are deleted after ``idempotency_keys.WINDOW``.
_MARK = "anonymous"


def round_down(at: datetime.datetime) -> datetime.datetime:
    """Return the beginning of the hour, in which other readers may have acted too."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return local.replace(minute=0, second=0, microsecond=0)


def get_header_keys(key: str) -> Keys:
    """Return the keys of an Idempotency-Key, which must be random; raises InvalidInput.

    A key that others may use too ("1", the name of an article) would have to be told apart by its
    sender, of whom nothing is kept.
    """
    if key and not idempotency_keys.is_secret(key):
        words = _("An anonymous survey takes a UUID here.")
        raise InvalidInput(fields={"Idempotency-Key": [words]})
    return idempotency_keys.get_header_keys(key, None)


def get_submission_keys(what: Any, sender: Sender | None) -> Keys:
    """Return the keys of a form without one; the reader's cookie is no part of them."""
    return idempotency_keys.get_submission_keys(what, sender and Sender(client=sender.client))


@dataclass(frozen=True)
class FormAttempt(ResponseAttempt):
    """A form without a key of its own, whose repetitions are told from other readers' answers.

    The key is made of the network address, so that it does not stand beside the answers: it is a
    row of its own, deleted after a minute or two.
    """

    response: Response

    def rows(self) -> QuerySet[Any]:
        return StoredAnswer.objects.all()

    def says_the_same(self, row: Any) -> bool:
        return True

    def find(self) -> Response | None:
        return None if super().find() is None else copy.copy(self.response)

    def store(self, make: Callable[[str], Any]) -> tuple[Any, Any]:
        made, first = super().store(make)
        return made, None if first is None else copy.copy(self.response)

    @contextmanager
    def keep_key(self, response: Response, key: str) -> Iterator[None]:
        with transaction.atomic():
            if key:
                StoredAnswer.objects.create(idempotency_key=key, request_hash=_MARK)
            yield


def clear_keys(*, now: datetime.datetime | None = None) -> int:
    """Delete or clear the keys that no repetition needs any more; return their number.

    Those of forms go after their window, the random ones of scripts and programs after the period
    ``anonymous_keys``. Those of imported responses stay: by them a file is known.
    """
    now = now or timezone.now()
    forms = StoredAnswer.objects.filter(request_hash=_MARK, created_at__lt=now - WINDOW)
    return forms.delete()[0] + find_old_keys(now).update(idempotency_key="")


def find_old_keys(now: datetime.datetime) -> QuerySet[Response]:
    """Return the anonymous responses whose random key no repetition needs any more."""
    versions = SurveyVersion.objects.filter(definition__anonymous=True)
    old = Response.objects.filter(
        survey_id__in=versions.values("survey_id"),
        version_id__in=versions.values("pk"),
        created_at__lt=get_cutoff("anonymous_keys", now=now),
    )
    return old.exclude(idempotency_key="").exclude(idempotency_key__startswith=IMPORTED)
