"""Notes of moderators on authors."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cx_feedback.comments.models import NOTE_LENGTH, AuthorNote, Comment
from cx_feedback.comments.services.decisions import lock_comments
from cx_feedback.core.errors import InvalidInput, NotFound
from cx_feedback.core.text.text_cleaning import clean_text, has_visible_text


@transaction.atomic
def add_author_note(
    *, comment_id: int, text: str, moderator: Any, among: QuerySet[Comment] | None = None
) -> AuthorNote:
    """Store a note on the author of a comment.

    Raises InvalidInput naming ``note``, also for an author of whom nothing is known, and NotFound.
    """
    words = clean_text(text, one_line=True)
    if not has_visible_text(words):
        raise InvalidInput(fields={"note": [_("Write some words first.")]})
    if len(words) > NOTE_LENGTH:
        raise InvalidInput(fields={"note": [_("At most %d characters.") % NOTE_LENGTH]})
    comment = next(iter(lock_comments([comment_id], among)), None)
    if comment is None:
        raise NotFound(_("This comment no longer exists."))
    if not comment.author_key and comment.reader_id is None:
        nobody = _("Nothing is known about this author by which a note could be found again.")
        raise InvalidInput(fields={"note": [nobody]})
    return AuthorNote.objects.create(
        author_key=comment.author_key,
        reader=None if comment.author_key else comment.reader,
        comment=comment,
        text=words,
        moderator=moderator,
    )


def delete_author_note(*, note: AuthorNote) -> None:
    """Delete a note."""
    note.delete()


def get_notes_of_authors(author_keys: Iterable[str], reader_ids: Iterable[int]) -> QuerySet[Any]:
    """Return the notes on authors with one of these keys or readers, oldest first."""
    keys = [key for key in author_keys if key]
    return AuthorNote.objects.filter(Q(author_key__in=keys) | Q(reader__in=list(reader_ids)))


def delete_notes_without_comments() -> int:
    """Delete the notes on authors of whom no comment is left; return their number."""
    own = Comment.objects.filter(author_key=OuterRef("author_key"))
    by_reader = Comment.objects.filter(reader=OuterRef("reader"))
    rows = AuthorNote.objects.exclude(Q(Exists(own), ~Q(author_key="")) | Q(Exists(by_reader)))
    return rows.delete()[0]
