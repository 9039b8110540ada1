"""What authors do with their own comments, within the window that the site sets."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.following import notification_mails
from cx_feedback.comments.models import (
    CHANGEABLE_STATES,
    Comment,
    Markup,
    ModerationEvent,
    SpamCheck,
    SpamReport,
    State,
    Thread,
)
from cx_feedback.comments.rendering import text_cleaning
from cx_feedback.comments.services.counters import touch_threads
from cx_feedback.comments.services.transitions import change_state
from cx_feedback.comments.submission import comment_input, policies
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.initial_state import choose_state_after_edit
from cx_feedback.core.errors import Closed, InvalidInput, NotFound
from cx_feedback.mail import services as mail


def may_change(comment: Comment, *, minutes: int) -> bool:
    """Return whether the window is open in which an author may edit or delete."""
    until = comment.created_at + datetime.timedelta(minutes=minutes)
    return comment.state in CHANGEABLE_STATES and timezone.now() < until


@transaction.atomic
def edit_comment(*, comment_id: int, actor: Actor, text: str, minutes: int) -> Comment:
    """Give one's own comment other words, which are cleaned and looked at for spam again.

    A published comment waits again where every comment has to be approved first, and when its
    new words are doubtful. Raises
    InvalidInput naming ``text``, NotFound for what is not the actor's, Closed after the window.
    """
    errors: dict[str, list[str]] = {}
    text = comment_input.check_text(text, errors)
    if errors:
        raise InvalidInput(fields=errors)
    comment = _lock_own_comment(comment_id, actor, minutes)
    if text == comment.text:
        return comment
    rules = policies.get_rules(comment.thread.page_id, thread=comment.thread)
    admitted = choose_state_after_edit(comment=comment, text=text, rules=rules)
    comment.text, comment.html = text, text_cleaning.render_text(text)
    comment.markup, comment.edited_at = Markup.TEXT, timezone.now()
    comment.spam_findings, comment.spam_score = admitted.findings_as_json(), admitted.score
    changed = ["text", "html", "markup", "edited_at", "spam_findings", "spam_score"]
    comment.save(update_fields=changed)
    if admitted.state != comment.state:
        change_state(comment, admitted.state, action="edit", reason=_("Edited by the author"))
    elif comment.state == State.PUBLISHED:
        touch_threads([comment.thread_id])
    return comment


@transaction.atomic
def delete_comment(*, comment_id: int, actor: Actor, minutes: int) -> Comment:
    """Take one's own comment back: words and name go, the place stays if it was answered.

    Raises NotFound for what is not the actor's, Closed after the window.
    """
    comment = _lock_own_comment(comment_id, actor, minutes)
    Comment.objects.filter(pk=comment.pk).update(
        author_name="", author_email="", client_hash="", text="", html="", spam_findings=[],
        pinned_at=None, picked=False,
    )  # fmt: skip
    ModerationEvent.objects.filter(comment=comment).update(spam_findings=[])
    SpamCheck.objects.filter(comment=comment).delete()
    SpamReport.objects.filter(comment=comment).delete()
    mail.erase_messages(mailings=[f"{notification_mails.NEWS}{comment.pk}"])
    change_state(comment, State.TOMBSTONE, action="delete", reason=_("Deleted by the author"))
    return comment


def _lock_own_comment(comment_id: int, actor: Actor, minutes: int) -> Comment:
    """Return the actor's own comment, locked after its thread, in time to be changed."""
    mine = actor.get_own_filter()
    rows = (
        Comment.objects.filter(mine, pk=comment_id, state__in=CHANGEABLE_STATES) if mine else None
    )
    thread_id = rows.values_list("thread_id", flat=True).first() if rows is not None else None
    if rows is None or thread_id is None:
        raise NotFound
    Thread.objects.select_for_update(no_key=True).get(pk=thread_id)
    comment = rows.select_for_update(no_key=True, of=("self",)).select_related("thread").first()
    if comment is None:
        raise NotFound
    if not may_change(comment, minutes=minutes):
        raise Closed(_("This comment can no longer be edited."))
    return comment
