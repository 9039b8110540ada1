"""Replies to comments by editors who answer them in another room, and what they are shown of them.

Whoever moderates the page replies as in the queue. The author of the page, to whom the question was
passed on, replies to what is published, as readers could.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cx_feedback.comments import permissions
from cx_feedback.comments.following.signed_links import get_comment_url
from cx_feedback.comments.models import Comment, State, Thread
from cx_feedback.comments.services.decisions import lock_comments
from cx_feedback.comments.services.moderator_replies import reply_as_moderator
from cx_feedback.comments.services.revisions import get_conflict_message, get_seen, parse_seen
from cx_feedback.comments.submission.page_rules import get_rules
from cx_feedback.core.errors import Conflict, InvalidInput
from cx_feedback.core.people.token_grants import get_grant
from cx_feedback.core.rooms.comment_replies import CommentOnPage
from cx_feedback.core.rooms.titles import get_admin_url

#: The states of comments that are answered on the page.
_ANSWERABLE = (State.PENDING, State.PUBLISHED)


def describe_comments(comment_ids: list[int], user: Any) -> dict[int, CommentOnPage]:
    """Return comments as ``user`` may see and answer them, by their ids."""
    rows = Comment.objects.filter(pk__in=comment_ids).select_related("thread__page")
    return {comment.pk: _describe_comment(comment, user) for comment in rows}


def _describe_comment(comment: Comment, user: Any) -> CommentOnPage:
    page, in_queue = comment.thread.page, permissions.moderates(user, comment.thread.page_id)
    return CommentOnPage(
        comment_id=comment.pk,
        url=get_comment_url(page, comment.pk) if comment.is_published else "",
        queue_url=get_admin_url("cx_comments:comment", comment.pk) if in_queue else "",
        text=comment.plain_text if comment.state in _ANSWERABLE else "",
        seen=str(get_seen(comment)),
        refusal=_find_refusal(comment, user),
    )


@transaction.atomic
def answer_comment(*, comment_id: int, text: str, name: str, user: Any, seen: str) -> int:
    """Publish an answer as a staff reply to a comment and return its id.

    Raises InvalidInput naming ``comment``, ``text`` or ``name``, and Conflict if the comment is no
    longer as it was ``seen``.
    """
    comment = next(iter(lock_comments([comment_id])), None)
    if comment is None:
        raise InvalidInput(fields={"comment": [_("This comment no longer exists.")]})
    if refusal := _find_refusal(comment, user):
        raise InvalidInput(fields={"comment": [refusal]})
    shown = parse_seen(seen)
    if shown is None or not shown.is_current(comment):
        raise Conflict(get_conflict_message())
    reply = reply_as_moderator(parent_id=comment_id, text=text, moderator=user, name=name)
    return int(reply.comment.pk)


def _find_refusal(comment: Comment, user: Any) -> str:
    """Return why ``user`` can't reply to a comment on its page, "" if they can."""
    if comment.state in (State.ERASED, State.TOMBSTONE):
        return _("This comment no longer exists.")
    if comment.state not in _ANSWERABLE:
        return _("This comment is not on the page. Answer by mail.")
    if not permissions.moderates(user, comment.thread.page_id):
        if not _is_author(comment.thread, user):
            return _("You don't moderate the comments on this page. Answer by mail.")
        if comment.state == State.PENDING:
            return _("This comment waits for a moderator. Answer by mail.")
    if get_rules(comment.thread.page_id, thread=comment.thread).closed:
        return _("The comments on this page are closed. Answer by mail.")
    return ""


def _is_author(thread: Thread, user: Any) -> bool:
    # A program that acts for the author replies with the right to moderate only.
    return get_grant(user) is None and thread.page.owner_id == user.pk
