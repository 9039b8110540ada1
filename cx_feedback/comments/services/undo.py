"""Undo of moderators' actions for all comments that have not been changed since."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Ban, Comment, Flag, ModerationEvent, State
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.counters import StateChange
from cx_feedback.comments.services.decisions import Decision, apply_changes, lock_comments
from cx_feedback.comments.services.highlights import undo_highlights
from cx_feedback.comments.services.objections import reopen_objections, settle_objections
from cx_feedback.comments.services.revisions import restore_revision

UNDO = "undo"
#: Actions that no undo takes back.
NOT_UNDOABLE = (UNDO, "edit", "delete", "object")


@transaction.atomic
def undo_decision(
    *, batch: uuid.UUID, moderator: Any = None, among: QuerySet[Comment] | None = None
) -> Decision:
    """Revert the states, highlights, bans and settled flags of the action ``batch``, once.

    A comment that has been changed or edited again keeps the later change. Emails to followers and
    the recorded activity of an approval cannot be undone.
    """
    events = ModerationEvent.objects.filter(batch=batch, undone=False).exclude(
        action__in=NOT_UNDOABLE
    )
    ids = sorted(set(events.values_list("comment_id", flat=True)))
    comments = {comment.pk: comment for comment in lock_comments(ids, among)}
    # Read again after the lock, because another request may have undone the same action.
    rows = [e for e in events.filter(comment__in=comments) if _is_unchanged(e, comments)]
    rows = [e for e in _skip_superseded(rows) if _restore_text(e, comments)]
    now = timezone.now()
    changes = [
        StateChange(comments[e.comment_id], e.to_state, State(e.from_state))
        for e in rows
        if e.to_state != e.from_state
    ]
    apply_changes(changes, now, anew=False)
    _reopen_flags(batch, [event.comment_id for event in rows])
    reopen_objections(batch, [event.comment_id for event in rows])
    # Who takes a refusal back accepts the objection to it.
    freed = [c.comment for c in changes if c.before in (State.REJECTED, State.HIDDEN)]
    settle_objections(freed, moderator=moderator, batch=uuid.uuid4(), now=now)
    undo_highlights([(event.action, event.comment_id) for event in rows])
    Ban.objects.filter(batch=batch, comment__in=comments, lifted_at=None).update(lifted_at=now)
    _record_undo(rows, comments, moderator, now)
    done = {event.comment_id: State(event.from_state) for event in rows}
    return Decision(done, [pk for pk in ids if pk not in done], None)


def _is_unchanged(event: ModerationEvent, comments: dict[int, Comment]) -> bool:
    comment = comments[event.comment_id]
    if comment.state != event.to_state:
        return False
    if event.revision is None:
        return True
    # Later texts have higher numbers; an undo of an earlier action may show an older one.
    shown = event.revision if event.action == "approve" else event.revision_before
    return comment.latest_revision <= event.revision and shown in (None, comment.revision)


def _restore_text(event: ModerationEvent, comments: dict[int, Comment]) -> bool:
    """Show the text of before and let the edit wait again, if one was decided on."""
    shown, decided = event.revision_before, event.revision
    if shown is None or decided == shown:
        return True
    return restore_revision(comments[event.comment_id], shown=shown, proposed=decided)


def _skip_superseded(rows: list[ModerationEvent]) -> list[ModerationEvent]:
    """Return ``rows`` without those that a later action has superseded."""
    ids = [event.comment_id for event in rows]
    later = ModerationEvent.objects.filter(comment__in=ids, undone=False)
    last = dict(
        later.exclude(from_state=F("to_state")).values_list("comment").annotate(last=Max("pk"))
    )
    return [e for e in rows if e.from_state == e.to_state or last[e.comment_id] == e.pk]


def _reopen_flags(batch: uuid.UUID, ids: list[int]) -> None:
    settled = Flag.objects.filter(batch=batch, comment__in=ids)
    if not settled.update(state=Flag.State.OPEN, batch=None):
        return
    found = Comment.objects.filter(pk__in=ids).annotate(
        open=Count("complaints", filter=Q(complaints__state=Flag.State.OPEN))
    )
    by_count: dict[int, list[int]] = {}
    for pk, number in found.values_list("pk", "open"):
        by_count.setdefault(number, []).append(pk)
    for number, pks in by_count.items():
        Comment.objects.filter(pk__in=pks).update(flags=number)


def _record_undo(
    rows: list[ModerationEvent], comments: dict[int, Comment], moderator: Any, now: Any
) -> None:
    ModerationEvent.objects.filter(pk__in=[event.pk for event in rows]).update(undone=True)
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            comment_id=event.comment_id,
            moderator=moderator,
            from_state=event.to_state,
            to_state=event.from_state,
            action=UNDO,
            spam_findings=comments[event.comment_id].spam_findings,
            batch=uuid.uuid4(),
            created_at=now,
        )
        for event in rows
    )
    lines = [
        LogLine(comments[e.comment_id], e.to_state, e.from_state, {"undone": e.action})
        for e in rows
    ]
    write_audit_log(UNDO, lines, moderator, now)
