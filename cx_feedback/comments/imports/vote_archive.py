"""Export and import of votes and flags in this package's own file format.

The file identifies readers by a keyed hash. It doesn't hold their keys, since the key is what the
reader's cookie contains. On import, each hash gets a stand-in reader whom no browser can claim. If
the original reader still has the vote on this site, it counts once.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count
from django.utils.crypto import salted_hmac

from cx_feedback.comments.imports.batch_result import BatchResult, PlacedEntry
from cx_feedback.comments.imports.comment_matching import CommentMatcher
from cx_feedback.comments.imports.records import FLAG, VOTE, Entry
from cx_feedback.comments.models import Comment, Flag, Thread, Vote
from cx_feedback.comments.models.paths import is_key
from cx_feedback.comments.rendering import text_cleaning
from cx_feedback.comments.rendering.reactions import LIKE, REACTIONS
from cx_feedback.comments.services.counters import touch_threads
from cx_feedback.comments.services.flags import TEXT_LENGTH
from cx_feedback.comments.services.votes import compute_rank
from cx_feedback.readers.models import Reader

KINDS = {VOTE: Vote, FLAG: Flag}


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
        "reader": _hash_key(reader.hex),
        "written_at": at.isoformat(),
    }


def _hash_key(value: str) -> str:
    return salted_hmac(
        "cx_feedback.comments.archive_reader", value, algorithm="sha256"
    ).hexdigest()[:32]


def _get_stand_in_key(reader_hash: str) -> uuid.UUID:
    """Return the secret key of the stand-in for a reader of a file."""
    return uuid.UUID(hex=_hash_key(f"stands for {reader_hash}"))


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


def store_votes(batch: list[PlacedEntry], matcher: CommentMatcher, stored: BatchResult) -> None:
    """Store the votes and flags of a batch and recount them. Their threads must be locked."""
    comments = matcher.find_stored({thread_id for thread_id, _ in batch}, (e for _, e in batch))
    there: list[tuple[Comment, Entry]] = []
    for thread_id, entry in batch:
        comment = comments.get(entry.parent)
        if comment is not None and comment.thread_id == thread_id:
            there.append((comment, entry))
        else:
            stored.remarks.append(("no-comment", entry))
    new = list(_filter_new(there))
    stored.known += len(there) - len(new)
    keys = {_get_stand_in_key(entry.reader) for _comment, entry in new}
    Reader.objects.bulk_create([Reader(key=key) for key in keys], ignore_conflicts=True)
    readers = {reader.key: reader for reader in Reader.objects.filter(key__in=keys)}
    for kind, model in KINDS.items():
        rows = [
            _build_row(comment, entry, readers[_get_stand_in_key(entry.reader)])
            for comment, entry in new
            if entry.kind == kind
        ]
        model.objects.bulk_create(rows)  # type: ignore[attr-defined]
    stored.votes.update(entry.kind for _comment, entry in new)
    _recount_votes({comment.pk: comment for comment, _entry in new})


def _filter_new(there: list[tuple[Comment, Entry]]) -> Iterator[tuple[Comment, Entry]]:
    """Yield the votes that neither the reader of the file nor their stand-in has already."""
    ids = {comment.pk for comment, _entry in there}
    known = {
        (kind, comment_id, name)
        for kind, model in KINDS.items()
        for comment_id, key in model.objects.filter(comment__in=ids).values_list(  # type: ignore[attr-defined]
            "comment_id", "reader__key"
        )
        for name in (_hash_key(key.hex), key)
    }
    for comment, entry in there:
        names: Iterable[Any] = (entry.reader, _get_stand_in_key(entry.reader))
        if not any((entry.kind, comment.pk, name) in known for name in names):
            yield comment, entry


def _build_row(comment: Comment, entry: Entry, reader: Reader) -> Vote | Flag:
    shared: dict[str, Any] = {"comment": comment, "reader": reader, "created_at": entry.written}
    if entry.kind == VOTE:
        return Vote(**shared, value=entry.value, reaction=entry.detail)
    return Flag(**shared, reason=entry.detail, text=entry.text, state=entry.state)


def _recount_votes(comments: dict[int, Comment]) -> None:
    """Recount the votes and open flags of ``comments``."""
    for comment in comments.values():
        comment.up = comment.down = comment.flags = 0
        comment.reactions = {}
    votes = Vote.objects.filter(comment__in=comments).values_list("comment", "value", "reaction")
    for pk, value, reaction, n in votes.annotate(n=Count("pk")).order_by():
        comment = comments[pk]
        comment.up += n * (value == 1)
        comment.down += n * (value == -1)
        if reaction:
            comment.reactions = dict(Counter(comment.reactions) + Counter({reaction: n}))
    flags = Flag.objects.filter(comment__in=comments, state=Flag.State.OPEN)
    for pk, n in flags.values_list("comment").annotate(n=Count("pk")).order_by():
        comments[pk].flags = n
    for comment in comments.values():
        comment.rank = compute_rank(comment.up, comment.down)
    fields = ["up", "down", "reactions", "flags", "rank"]
    Comment.objects.bulk_update(comments.values(), fields, batch_size=200)
    touch_threads({comment.thread_id for comment in comments.values()})
