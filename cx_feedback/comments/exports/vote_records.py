"""Votes and flags as records of the JSON export.

The file identifies readers by a keyed hash. It doesn't hold their keys, since the key is what the
reader's cookie contains.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from django.utils.crypto import salted_hmac

from cx_feedback.comments.imports.records import FLAG, VOTE
from cx_feedback.comments.models import Flag, Thread, Vote


def iterate_vote_records(thread: Thread) -> Iterator[dict[str, Any]]:
    """Yield the votes and flags on the comments of a thread, in two statements."""
    of_thread = {"comment__thread": thread}
    shared = ("comment__key", "reader__key", "created_at")
    # The readers of a file's votes come from no browser, so nobody could see an uncounted one.
    votes = Vote.objects.filter(**of_thread, counted=True).order_by("pk")
    for key, reader, at, value, reaction in votes.values_list(
        *shared, "value", "reaction"
    ).iterator():
        yield {**_build_shared_fields(VOTE, key, reader, at), "value": value, "reaction": reaction}
    flags = Flag.objects.filter(**of_thread).order_by("pk")
    for key, reader, at, reason, text, state in flags.values_list(
        *shared, "reason", "text", "state"
    ).iterator():
        yield {
            **_build_shared_fields(FLAG, key, reader, at),
            "reason": reason,
            "text": text,
            "state": state,
        }


def _build_shared_fields(kind: str, key: str, reader: uuid.UUID, at: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "comment": key,
        "reader": hash_reader_key(reader.hex),
        "written_at": at.isoformat(),
    }


def hash_reader_key(value: str) -> str:
    """Return the keyed hash by which the file identifies a reader."""
    return salted_hmac(
        "cx_feedback.comments.archive_reader", value, algorithm="sha256"
    ).hexdigest()[:32]
