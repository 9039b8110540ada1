"""Idempotency of acts whose rows have no unique key, such as votes."""

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from cx_feedback.core.http.idempotency_keys import (
    NO_KEYS,
    WINDOW,
    Keys,
    Sender,
    get_header_keys,
    get_submission_keys,
)
from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.readers.acts.idempotent_insert import Attempt
from cx_feedback.readers.identity.request_reader import get_sender_of_request
from cx_feedback.readers.models import Reader, StoredAnswer

#: Time in which a repeated form of a known reader counts as a double click. Later ones are
#: intentional, and may toggle something.
DOUBLE_CLICK = datetime.timedelta(seconds=3)
_ACCOUNT = "account:"
#: A function that does the act and returns (response as JSON, reader).
Act = Callable[[], tuple[Any, Reader | None]]


@dataclass(frozen=True)
class AnswerAttempt(Attempt):
    """A request whose act must happen once; ``request_hash`` is the hash of its content."""

    request_hash: str

    def rows(self) -> QuerySet[StoredAnswer]:
        return StoredAnswer.objects.select_related("reader")

    def says_the_same(self, row: StoredAnswer) -> bool:
        return row.request_hash == self.request_hash

    def owner_of(self, row: StoredAnswer) -> str:
        account = row.reader.user_id if row.reader else None
        return get_account_sender(account) if account else super().owner_of(row)

    def sender_is_known(self) -> bool:
        is_account = self.sender is not None and self.sender.reader.startswith(_ACCOUNT)
        return is_account or super().sender_is_known()

    def refuse_if_gone(self) -> None:
        """Do nothing: a stored response belongs to no object that could be deleted."""


def get_account_sender(pk: Any) -> str:
    """Return the sender key of an account."""
    return f"{_ACCOUNT}{pk}"


def run_once(
    request: HttpRequest,
    what: list[Any],
    act: Act,
    *,
    is_form: bool = False,
    account: Any = None,
) -> Any:
    """Run ``act`` and return its response, or return the stored response of the same request.

    A request is recognized by its Idempotency-Key. A form without a key is recognized by its
    sender and content, for a known reader or ``account`` within ``DOUBLE_CLICK``. ``what`` is the
    content as JSON. Raises KeyReused for a key that was used with other content. Exceptions of
    ``act`` are passed on, and nothing is stored then.
    """
    sender = get_sender_of_request(request)
    if account is not None:
        sender = Sender(get_account_sender(account.pk), sender.client)
    keys = _get_keys(request, what, sender, is_form)
    if not keys.own:
        return act()[0]
    attempt = AnswerAttempt(keys, sender, _hash_request(what))
    if keys.before and (first := attempt.find()) is not None:
        return first.answer
    stored, first = attempt.store(lambda key: _run_act(key, attempt.request_hash, act))
    return (stored or first).answer


def _get_keys(request: HttpRequest, what: list[Any], sender: Sender, is_form: bool) -> Keys:
    posted = request.POST.get("idempotency_key", "") if is_form else ""
    if key := posted or request.headers.get("Idempotency-Key", ""):
        return get_header_keys(key, sender)
    if not is_form:
        return NO_KEYS
    return get_submission_keys(what, sender, DOUBLE_CLICK if sender.reader else WINDOW)


@transaction.atomic
def _run_act(key: str, request_hash: str, act: Act) -> StoredAnswer:
    # Before the act, so that a request with the same key waits for this commit.
    row = StoredAnswer.objects.create(idempotency_key=key, request_hash=request_hash)
    row.answer, row.reader = act()
    row.save(update_fields=["answer", "reader"])
    return row


def _hash_request(what: list[Any]) -> str:
    content = json.dumps(what, sort_keys=True, default=str)
    return salted_hmac("cx_feedback.answers", content, algorithm="sha256").hexdigest()


def delete_old_answers(*, now: datetime.datetime | None = None) -> int:
    """Delete the stored responses that are too old to be returned again; return their number."""
    return find_old_answers(now).delete()[0]


def find_old_answers(now: datetime.datetime | None = None) -> QuerySet[StoredAnswer]:
    """Return the stored responses that are too old to be returned again."""
    return StoredAnswer.objects.filter(created_at__lt=get_cutoff("stored_answers", now=now))
