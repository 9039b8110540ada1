"""Votes and flags in this package's own file format: their records, and reading them back.

The file identifies readers by a keyed hash. It doesn't hold their keys, since the key is what the
reader's cookie contains.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from django.utils.crypto import salted_hmac

from cx_feedback.comments.imports.records import FLAG, VOTE, Entry
from cx_feedback.comments.models import Flag, Thread, Vote
from cx_feedback.comments.models.paths import is_key
from cx_feedback.comments.rendering import text_cleaning
from cx_feedback.comments.rendering.reactions import LIKE, REACTIONS
from cx_feedback.comments.services.flags import TEXT_LENGTH

KINDS = (VOTE, FLAG)


def iterate_vote_records(thread: Thread) -> Iterator[dict[str, Any]]:
    """Yield the votes and flags on the comments of a thread, in two statements."""
    of_thread = {"comment__thread": thread}
    shared = ("comment__key", "reader__key", "created_at")
    votes = Vote.objects.filter(**of_thread).order_by("pk")
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


def parse_vote_record(
    record: dict[str, Any], *, page: str, written: Any, line: int
) -> Entry | None:
    """Return the vote or flag of ``record``, None if it isn't valid."""
    kind, comment, reader = str(record["type"]), record.get("comment"), record.get("reader")
    if not (isinstance(comment, str) and is_key(comment) and isinstance(reader, str)):
        return None
    reader = text_cleaning.clean_text(reader[:64], one_line=True)
    if not reader:
        return None
    shared: dict[str, Any] = {
        "id": f"{kind} {comment} {reader}",
        "post": page,
        "parent": comment,
        "kind": kind,
        "written": written,
        "reader": reader,
        "line": line,
    }
    if kind == FLAG:
        reason, text, state = (record.get(name) for name in ("reason", "text", "state"))
        return Entry(
            **shared,
            detail=str(reason if reason in Flag.Reason.values else Flag.Reason.OTHER),
            text=text_cleaning.clean_text(text[:TEXT_LENGTH]) if isinstance(text, str) else "",
            state=str(state if state in Flag.State.values else Flag.State.OPEN),
        )
    value, reaction = record.get("value"), record.get("reaction")
    if isinstance(value, bool) or value not in (1, -1):
        return None
    named = value == 1 and reaction != LIKE and reaction in list(REACTIONS)
    return Entry(**shared, value=int(value), detail=str(reaction) if named else "", state="")
