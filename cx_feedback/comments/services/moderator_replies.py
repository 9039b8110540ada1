"""Replies by moderators, which are published at once."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import NAME_LENGTH, Comment, ModerationEvent, State, thread_paths
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.counters import StateChange, update_counters
from cx_feedback.comments.services.decisions import decide_on_comments, lock_comments
from cx_feedback.comments.services.revisions import SeenComment, get_conflict_message
from cx_feedback.comments.submission.author_key import get_author_key
from cx_feedback.comments.submission.comment_input import clean_comment_text, clean_name
from cx_feedback.core.errors import Conflict, InvalidInput
from cx_feedback.core.people.account_names import public_name
from cx_feedback.core.text import text_cleaning


@dataclass(frozen=True)
class ReplyResult:
    """The stored reply, and the batch by which it can be undone."""

    comment: Comment
    batch: uuid.UUID
    #: The earlier state of the comment that is replied to.
    before: str


@transaction.atomic
def reply_as_moderator(
    *,
    parent_id: int,
    text: str,
    moderator: Any,
    name: str = "",
    among: QuerySet[Comment] | None = None,
    seen: SeenComment | None = None,
) -> ReplyResult:
    """Publish ``text`` as a staff reply to a comment, approving a comment that waits.

    ``name`` is used if the moderator's account has no name. Raises InvalidInput naming ``text``,
    ``name``, or ``parent`` for a comment that cannot be replied to, and Conflict if the comment is
    no longer as it was ``seen``.
    """
    words, name = clean_comment_text(text), _get_staff_name(moderator, name)
    found = lock_comments([parent_id], among)
    answerable = (State.PENDING, State.PUBLISHED, State.HIDDEN, State.REJECTED, State.SPAM)
    if not found or found[0].state not in answerable:
        raise InvalidInput(fields={"parent": [_("This comment no longer exists.")]})
    if seen is not None and not seen.is_current(found[0]):
        raise Conflict(get_conflict_message())
    batch, before = uuid.uuid4(), found[0].state
    # An edit that waits is decided on by itself.
    if before != State.PUBLISHED or found[0].proposed is None:
        decide_on_comments("approve", ids=[parent_id], moderator=moderator, batch=batch)
    comment = _store_reply(found[0], words, moderator, name)
    # Undo returns a comment to the earlier state of its event, and an undone reply is hidden.
    ModerationEvent.objects.create(
        comment=comment,
        moderator=moderator,
        from_state=State.HIDDEN,
        to_state=State.PUBLISHED,
        action="reply",
        revision=comment.revision,
        batch=batch,
        created_at=comment.created_at,
    )
    line = LogLine(comment, State.HIDDEN, State.PUBLISHED, {"parent": parent_id})
    write_audit_log("reply", [line], moderator, comment.created_at)
    return ReplyResult(comment, batch, before)


def _get_staff_name(moderator: Any, typed_name: str) -> str:
    """Return the public name of a moderator: the account's name, else ``typed_name``."""
    own = text_cleaning.clean_text(public_name(moderator), one_line=True)[:NAME_LENGTH]
    return own or clean_name(typed_name)


def _store_reply(parent: Comment, text: str, moderator: Any, name: str) -> Comment:
    now = timezone.now()
    own = thread_paths.new_key(now)
    comment = Comment(
        thread=parent.thread,
        parent=parent,
        root_id=parent.root_id or parent.pk,
        key=own,
        path=thread_paths.path_below(parent.path, own),
        depth=parent.depth + 1,
        user=moderator,
        author_key=get_author_key(user_id=moderator.pk),
        by_staff=True,
        verified=True,
        author_name=name,
        text=text,
        html=render_markdown(text),
        state=State.PUBLISHED,
        language=parent.language,
        created_at=now,
        published_at=now,
        decided_at=now,
    )
    comment.save(force_insert=True)
    update_counters([StateChange(comment, "", State.PUBLISHED)])
    return comment
