"""Moderators' changes of a comment itself: its text edited, or deleted for good."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, ModerationEvent, State
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.counters import touch_threads
from cx_feedback.comments.services.decisions import lock_comments
from cx_feedback.comments.services.erasure import erase_texts
from cx_feedback.comments.services.refusal_notices import queue_notices
from cx_feedback.comments.services.revisions import (
    REVISION_FIELDS,
    SeenComment,
    add_revision,
    get_conflict_message,
    get_latest_text,
)
from cx_feedback.comments.submission import comment_input
from cx_feedback.core.errors import Conflict, InvalidInput, NotFound

#: The states in which a comment has a text that can be edited or deleted.
_WITH_TEXT = (State.PENDING, State.PUBLISHED, State.REJECTED, State.SPAM, State.HIDDEN)
#: Characters of a reason.
REASON_LENGTH = 200


@transaction.atomic
def edit_as_moderator(
    *,
    comment_id: int,
    text: str,
    moderator: Any,
    seen: SeenComment,
    reason: str = "",
    among: QuerySet[Comment] | None = None,
) -> Comment:
    """Replace the text of a comment, which is then marked as edited by the site.

    The author's text is kept as a revision. If an edit by the author waits, ``text`` replaces that
    and is shown. Raises InvalidInput naming ``text`` if it is empty or too long, NotFound, and
    Conflict if the comment is no longer as it was ``seen``.
    """
    text = comment_input.clean_comment_text(text)
    comment = _lock_comment(comment_id, among, seen)
    before = comment.latest_revision
    if text == get_latest_text(comment):
        return comment
    found = {"findings": comment.spam_findings, "score": comment.spam_score}
    add_revision(comment, text, moderator=moderator, **found)
    comment.save(update_fields=REVISION_FIELDS)
    if comment.state == State.PUBLISHED:
        touch_threads([comment.thread_id])
    _record(comment, comment.state, "edit", moderator, reason, before)
    return comment


@transaction.atomic
def delete_as_moderator(
    *,
    comment_id: int,
    reason: str,
    moderator: Any,
    seen: SeenComment,
    among: QuerySet[Comment] | None = None,
) -> Comment:
    """Delete the texts, name and address of a comment for good; its place stays for its replies.

    The log keeps ``reason``, which is required. Raises InvalidInput naming ``reason``, NotFound,
    and Conflict if the comment is no longer as it was ``seen``.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput(fields={"reason": [_("Say why: the log keeps the reason.")]})
    if len(reason) > REASON_LENGTH:
        raise InvalidInput(fields={"reason": [_("At most %d characters.") % REASON_LENGTH]})
    comment = _lock_comment(comment_id, among, seen)
    if comment.objected:
        raise Conflict(_("The author has objected. Decide about the objection first."))
    before, revision = comment.state, comment.latest_revision
    erase_texts([comment])
    comment.state = State.ERASED
    _record(comment, before, "delete", moderator, reason, revision)
    return comment


def _lock_comment(comment_id: int, among: QuerySet[Comment] | None, seen: SeenComment) -> Comment:
    comment = next(iter(lock_comments([comment_id], among)), None)
    if comment is None or comment.state not in _WITH_TEXT:
        raise NotFound(_("This comment no longer exists."))
    if not seen.is_current(comment):
        raise Conflict(get_conflict_message())
    return comment


def _record(
    comment: Comment, before: str, action: str, moderator: Any, reason: str, revision: int
) -> None:
    now = timezone.now()
    event = ModerationEvent.objects.create(
        comment=comment,
        moderator=moderator,
        from_state=before,
        to_state=comment.state,
        action=action,
        reason=reason[:REASON_LENGTH],
        revision=revision,
        batch=uuid.uuid4(),
        created_at=now,
    )
    # The row has no address any more: it is the one of the locked comment.
    queue_notices([event])
    detail = {"revision": revision, **({"reason": reason} if reason else {})}
    write_audit_log(action, [LogLine(comment, before, comment.state, detail)], moderator, now)
