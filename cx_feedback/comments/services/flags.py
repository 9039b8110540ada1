"""Reports by readers: one per reader and comment."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.comments.models import Comment, Flag, State
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.decisions import lock_comments
from cx_feedback.comments.services.transitions import change_state
from cx_feedback.comments.services.votes import lock_published_comment
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.ban_lookup import find_ban_of_actor
from cx_feedback.comments.submission.flag_input import FlagSerializer
from cx_feedback.core.errors import Refused


@transaction.atomic
def flag_comment(
    *, comment_id: int, actor: Actor, reason: str, text: str = "", flags_to_hide: int = 0
) -> bool:
    """Store a reader's report and return whether it is new. A second one changes nothing.

    At ``flags_to_hide`` open flags (0: never) the comment goes back to moderation, but never by the
    report of somebody who is banned: it is for the moderators alone. Raises
    InvalidInput naming ``reason`` or ``text``, NotFound for an unpublished comment, Refused for
    the reader's own comment and for a request without a reader.
    """
    report = FlagSerializer.read({"reason": reason, "text": text})
    if actor.reader is None:
        raise Refused(_("To report a comment, open it on this site and allow cookies."))
    comment = lock_published_comment(comment_id)
    if actor.is_author_of(comment):
        raise Refused(_("You can't report your own comment."))
    _flag, new = Flag.objects.get_or_create(comment=comment, reader=actor.reader, defaults=report)
    if new:
        Comment.objects.filter(pk=comment.pk).update(flags=F("flags") + 1)
        comment.flags += 1
        if flags_to_hide and comment.flags >= flags_to_hide and not find_ban_of_actor(actor):
            before = comment.state
            change_state(
                comment,
                State.PENDING,
                action="flags",
                reason=pgettext("comment", "Reported by readers"),
            )
            write_audit_log(
                "flags", [LogLine(comment, before, State.PENDING)], None, timezone.now()
            )
    return new


@transaction.atomic
def erase_flags(*, reader_ids: list[int]) -> int:
    """Delete all flags of these readers and return their number."""
    flags = list(Flag.objects.filter(reader__in=reader_ids))
    lock_comments([row.comment_id for row in flags])
    for row in flags:
        gone, _by_model = Flag.objects.filter(pk=row.pk).delete()
        if row.state == Flag.State.OPEN:
            Comment.objects.filter(pk=row.comment_id, flags__gt=0).update(flags=F("flags") - gone)
    return len(flags)
