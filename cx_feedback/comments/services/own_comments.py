"""Edits and deletions by authors within the time that the site allows."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.following import notification_mails
from cx_feedback.comments.models import (
    CHANGEABLE_STATES,
    Ban,
    Comment,
    ModerationEvent,
    Objection,
    SpamCheck,
    SpamReport,
    State,
    Thread,
)
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.services import network_scorer_checks
from cx_feedback.comments.services.counters import touch_threads
from cx_feedback.comments.services.revisions import (
    REVISION_FIELDS,
    add_revision,
    delete_revisions,
    get_latest_text,
)
from cx_feedback.comments.services.transitions import change_state
from cx_feedback.comments.submission import ban_lookup, comment_input, page_rules
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.initial_state import choose_state_after_edit
from cx_feedback.core import signals
from cx_feedback.core.errors import Closed, NotFound
from cx_feedback.mail import services as mail


def get_edit_end(comment: Comment, *, minutes: int) -> datetime.datetime:
    """Return until when the author may edit or delete a comment."""
    return comment.created_at + datetime.timedelta(minutes=minutes)


def may_change(comment: Comment, *, minutes: int) -> bool:
    """Return whether the author may still edit or delete a comment."""
    until = get_edit_end(comment, minutes=minutes)
    return comment.state in CHANGEABLE_STATES and timezone.now() < until


def preview_edit(*, comment_id: int, actor: Actor, text: str, minutes: int) -> str:
    """Return the HTML of a new text of the actor's own comment. Nothing is stored.

    Raises the errors of ``edit_comment``.
    """
    mine = actor.get_own_filter()
    rows = Comment.objects.filter(state__in=CHANGEABLE_STATES, pk=comment_id)
    comment = rows.filter(mine).first() if mine else None
    if comment is None:
        raise NotFound
    _require_changeable(comment, minutes)
    return render_markdown(comment_input.clean_comment_text(text))


@transaction.atomic
def edit_comment(*, comment_id: int, actor: Actor, text: str, minutes: int) -> Comment:
    """Store a new text of the actor's own comment and check it for spam again.

    The rule of the page decides on the edit of a published comment: if the edit has to wait, the
    text that was published stays public meanwhile (``Comment.proposed``). Raises InvalidInput
    naming ``text``, NotFound for a comment of somebody else, Closed when it is too late, and Banned
    for an author who may not comment meanwhile.
    """
    text = comment_input.clean_comment_text(text)
    comment = _lock_own_comment(comment_id, actor, minutes)
    if text == get_latest_text(comment):
        return comment
    ban = _find_ban(comment, actor)
    rules = page_rules.get_rules(comment.thread.page_id, thread=comment.thread)
    result = choose_state_after_edit(comment=comment, text=text, rules=rules)
    is_public = comment.state == State.PUBLISHED
    # Who is banned without knowing it sees an edit that waits.
    waits = is_public and (result.state != State.PUBLISHED or ban is not None)
    findings = result.findings_as_json()
    add_revision(comment, text, waits=waits, findings=findings, score=result.score)
    comment.suspected = result.suspected and comment.state == State.PENDING
    comment.save(update_fields=[*REVISION_FIELDS, "suspected"])
    if comment.state == State.PENDING:
        network_scorer_checks.adapt_spam_check(comment, result)
    if is_public and not waits:
        touch_threads([comment.thread_id])
    elif not is_public and result.state != comment.state:
        change_state(comment, result.state, action="edit", reason=_("Edited by the author"))
    return comment


@transaction.atomic
def delete_comment(*, comment_id: int, actor: Actor, minutes: int) -> Comment:
    """Delete the text and name of the actor's own comment. Its place stays if it has replies.

    Raises NotFound for a comment of somebody else, Closed when it is too late.
    """
    comment = _lock_own_comment(comment_id, actor, minutes)
    Comment.objects.filter(pk=comment.pk).update(
        author_name="", author_email="", client_hash="", text="", html="", search_text="",
        spam_findings=[], pinned_at=None, picked=False, proposed=None, objected=False,
        shingle_first=None, shingle_second=None,
    )  # fmt: skip
    delete_revisions([comment.pk])
    ModerationEvent.objects.filter(comment=comment).update(spam_findings=[])
    Objection.objects.filter(comment=comment).delete()
    SpamCheck.objects.filter(comment=comment).delete()
    SpamReport.objects.filter(comment=comment).delete()
    mail.erase_messages(mailings=[f"{notification_mails.NEWS}{comment.pk}"])
    change_state(comment, State.TOMBSTONE, action="delete", reason=_("Deleted by the author"))
    signals.comments_removed.send(Comment, comment_ids=[comment.pk])
    return comment


def _lock_own_comment(comment_id: int, actor: Actor, minutes: int) -> Comment:
    """Lock and return the actor's own comment after its thread, if it can still be changed."""
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
    _require_changeable(comment, minutes)
    return comment


def _find_ban(comment: Comment, actor: Actor) -> Ban | None:
    """Return the shadow ban of the author. Raises Banned for an open one."""
    ban = None
    if not comment.by_staff:
        ban = ban_lookup.find_ban_of_comment(comment, actor.client_hash)
    if ban is not None and not ban.shadow:
        message = ban_lookup.get_ban_message(ban)
        raise ban_lookup.Banned(message, fields={"text": [message]}, until=ban.until)
    return ban


def _require_changeable(comment: Comment, minutes: int) -> None:
    if not may_change(comment, minutes=minutes):
        raise Closed(_("This comment can no longer be edited."))
