"""Errors for comments and threads that are not shown: 410 Gone or 404 Not Found.

Gone means that the comment was public until its author, a moderator or the deletion of its page
removed it. Rejected comments, spam, and comments on pages that the request may not see are never
found.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, State, Thread
from cx_feedback.core import signals
from cx_feedback.core.errors import FeedbackError, Gone, InvalidInput, NotFound
from cx_feedback.core.pages.page_access import gone_page, require_page, was_published
from cx_feedback.readers import tombstones

COMMENT, PAGE = "comment", "page"
#: States of comments that may have been public and have been removed since.
TAKEN_AWAY = (State.HIDDEN, State.TOMBSTONE, State.ERASED)
#: Comments that other rooms are told of at once.
_BATCH_SIZE = 500


def was_taken_away(comment: Comment) -> bool:
    """Return whether ``comment`` was public and has been removed."""
    return comment.published_at is not None and comment.state in TAKEN_AWAY


def get_missing_comment_error(
    comment: Comment | None, comment_id: int, request: HttpRequest
) -> NotFound:
    """Return the error for a comment, None if it has no row, that a request may not see."""
    if comment is None:
        return tombstones.get_missing_error(kind=COMMENT, key=comment_id)
    try:
        require_page(comment.thread.page_id, request)
    except Gone:
        return Gone() if comment.is_published or was_taken_away(comment) else NotFound()
    except FeedbackError:
        return NotFound()
    return Gone() if was_taken_away(comment) else NotFound()


def get_missing_parent_error(comment: Comment | None, comment_id: int) -> FeedbackError:
    """Return the error for a reply to a comment that is not, or no longer, in the thread."""
    if comment is None:
        is_gone = tombstones.was_public(kind=COMMENT, key=comment_id)
    else:
        is_gone = was_taken_away(comment)
    if is_gone:
        return Gone(
            fields={"parent": [_("The comment that you are replying to has been removed.")]}
        )
    return InvalidInput(fields={"parent": [_("There is no such comment on this page.")]})


def require_known_page(page_id: int, request: HttpRequest) -> int:
    """Check ``page_id`` as ``require_page`` does; raises Gone for a page that was deleted."""
    try:
        require_page(page_id, request)
    except InvalidInput:
        if tombstones.was_public(kind=PAGE, key=page_id):
            raise gone_page() from None
        raise
    return page_id


def keep_tombstones_of_thread(sender: Any, instance: Thread, **kwargs: Any) -> None:
    """Keep tombstones of a public thread that is being deleted with its page."""
    if not _is_public(instance):
        return
    tombstones.create_tombstones(kind=PAGE, keys=[instance.page_id])
    rows = _filter_once_public(Comment.objects.filter(thread=instance))
    tombstones.create_tombstones(kind=COMMENT, keys=rows.values_list("pk", flat=True).iterator())


def keep_tombstone(sender: Any, instance: Comment, origin: Any = None, **kwargs: Any) -> None:
    """Keep a tombstone of a public comment that is deleted by itself or with its parent."""
    if not _is_deleted_itself(origin) or instance.published_at is None:
        return  # with its thread: see keep_tombstones_of_thread
    shown = instance.is_published or was_taken_away(instance)
    if shown and _is_public(instance.thread):
        tombstones.create_tombstones(kind=COMMENT, keys=[instance.pk])


def announce_removal_of_thread(sender: Any, instance: Thread, **kwargs: Any) -> None:
    """Tell other rooms which comments are deleted with their page."""
    ids = list(Comment.objects.filter(thread=instance).values_list("pk", flat=True))
    for start in range(0, len(ids), _BATCH_SIZE):
        part = ids[start : start + _BATCH_SIZE]
        signals.comments_removed.send(Comment, comment_ids=part)


def announce_removal(sender: Any, instance: Comment, origin: Any = None, **kwargs: Any) -> None:
    """Tell other rooms of a comment that is deleted by itself or with its parent."""
    if _is_deleted_itself(origin):
        signals.comments_removed.send(Comment, comment_ids=[instance.pk])


def _is_deleted_itself(origin: Any) -> bool:
    return getattr(origin, "model", type(origin)) is Comment


def _filter_once_public(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    return comments.filter(published_at__isnull=False, state__in=[State.PUBLISHED, *TAKEN_AWAY])


def _is_public(thread: Thread) -> bool:
    page = thread.page
    return was_published(page) and not page.get_view_restrictions()
