"""Stores the votes and flags of a file.

Each hash of a reader gets a stand-in reader whom no browser can claim. If the original reader still
has the vote on this site, it counts once.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count

from cx_feedback.comments.exports.vote_records import hash_reader_key
from cx_feedback.comments.imports.batch_result import BatchResult, PlacedEntry
from cx_feedback.comments.imports.comment_matching import CommentMatcher
from cx_feedback.comments.imports.records import FLAG, VOTE, Entry
from cx_feedback.comments.imports.stand_in_readers import get_stand_in_key
from cx_feedback.comments.models import Comment, Flag, Vote
from cx_feedback.comments.services.counters import touch_threads
from cx_feedback.comments.services.vote_counts import recount_votes
from cx_feedback.readers.models import Reader

KINDS = {VOTE: Vote, FLAG: Flag}


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
    keys = {get_stand_in_key(entry.reader) for _comment, entry in new}
    Reader.objects.bulk_create([Reader(key=key) for key in keys], ignore_conflicts=True)
    readers = {reader.key: reader for reader in Reader.objects.filter(key__in=keys)}
    for kind, model in KINDS.items():
        rows = [
            _build_row(comment, entry, readers[get_stand_in_key(entry.reader)])
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
        for name in (hash_reader_key(key.hex), key)
    }
    for comment, entry in there:
        names: Iterable[Any] = (entry.reader, get_stand_in_key(entry.reader))
        if not any((entry.kind, comment.pk, name) in known for name in names):
            yield comment, entry


def _build_row(comment: Comment, entry: Entry, reader: Reader) -> Vote | Flag:
    shared: dict[str, Any] = {"comment": comment, "reader": reader, "created_at": entry.written}
    if entry.kind == VOTE:
        return Vote(**shared, value=entry.value, reaction=entry.detail)
    return Flag(**shared, reason=entry.detail, text=entry.text, state=entry.state)


def _recount_votes(comments: dict[int, Comment]) -> None:
    """Recount the votes and open flags of ``comments``."""
    recount_votes(comments.values())
    for comment in comments.values():
        comment.flags = 0
    flags = Flag.objects.filter(comment__in=comments, state=Flag.State.OPEN)
    for pk, n in flags.values_list("comment").annotate(n=Count("pk")).order_by():
        comments[pk].flags = n
    Comment.objects.bulk_update(comments.values(), ["flags"], batch_size=200)
    touch_threads({comment.thread_id for comment in comments.values()})
