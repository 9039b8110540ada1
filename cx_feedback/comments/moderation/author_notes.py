"""Notes on authors beside their comments."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from cx_feedback.comments import permissions
from cx_feedback.comments.models import AuthorNote
from cx_feedback.comments.moderation.queue_rows import QueueRow
from cx_feedback.comments.services.author_notes import get_notes_of_authors

#: The most notes that are shown beside a comment, the newest ones.
MAX_NOTES = 5


def attach_notes(rows: Sequence[QueueRow], scope: permissions.Scope, user: Any) -> None:
    """Add the notes on their authors to ``rows``, with one query, if ``user`` may read them.

    A moderator of sections reads those that were written at comments there.
    """
    may_add = permissions.NOTES.add.is_granted_to(user)
    may_view = permissions.NOTES.view.is_granted_to(user)
    notes = _get_notes(rows, scope) if may_view else []
    for row in rows:
        comment = row.comment
        row.notes = [note for note in notes if _is_about(note, row)][-MAX_NOTES:]
        row.may_note = may_add and bool(comment.author_key or comment.reader_id)


def _get_notes(rows: Sequence[QueueRow], scope: permissions.Scope) -> list[AuthorNote]:
    keys = {row.comment.author_key for row in rows}
    readers = {row.comment.reader_id for row in rows if row.comment.reader_id}
    found = get_notes_of_authors(keys, readers).select_related("moderator")
    return list(filter_notes(found, scope))


def filter_notes(notes: QuerySet[AuthorNote], scope: permissions.Scope) -> QuerySet[AuthorNote]:
    """Return those of ``notes`` that were written at comments in the scope."""
    return notes if scope.everywhere else notes.filter(comment__in=scope.comments())


def _is_about(note: AuthorNote, row: QueueRow) -> bool:
    comment = row.comment
    if note.author_key:
        return note.author_key == comment.author_key
    return note.reader_id == comment.reader_id
