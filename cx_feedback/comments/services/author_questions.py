"""Comments that moderators pass on to the author of the page, as questions to answer."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.decisions import lock_comments
from cx_feedback.comments.services.revisions import SeenComment, get_conflict_message
from cx_feedback.core import signals
from cx_feedback.core.errors import Conflict, InvalidInput, NotFound

#: The states of comments that can be passed on.
_STATES = (State.PENDING, State.PUBLISHED)


def can_ask_author(comment: Comment) -> bool:
    """Return whether a comment can be passed on: a room takes it, and its reader can be answered.

    Costs no query.
    """
    return (
        signals.question_to_author.has_listeners()
        and comment.state in _STATES
        and comment.reader_id is not None
        and bool(comment.author_email)
        and not comment.by_staff
    )


@transaction.atomic
def ask_author(
    *,
    comment_id: int,
    moderator: Any,
    seen: SeenComment,
    among: QuerySet[Comment] | None = None,
) -> bool:
    """Pass a comment on to the author of its page; return False if that was done before.

    The comment stays as it is. Raises NotFound, Conflict if it is no longer as it was ``seen``, and
    InvalidInput naming ``comment`` if nobody could be answered.
    """
    comment = next(iter(lock_comments([comment_id], among)), None)
    if comment is None or comment.state == State.ERASED:
        raise NotFound(_("This comment no longer exists."))
    if not seen.is_current(comment):
        raise Conflict(get_conflict_message())
    if not can_ask_author(comment):
        error = _("Nobody could be answered by mail. Reply on the page instead.")
        raise InvalidInput(fields={"comment": [error]})
    page = comment.thread.page
    taken = signals.collect_answers(
        signals.question_to_author,
        Comment,
        comment_id=comment.pk,
        reader_id=comment.reader_id,
        page_id=page.pk,
        title=page.title,
        name=comment.author_name,
        email=comment.author_email,
        text=comment.plain_text,
        language=comment.language,
    )
    if not any(taken):
        return False
    line = LogLine(comment, comment.state, comment.state)
    write_audit_log("ask_author", [line], moderator, timezone.now())
    return True
