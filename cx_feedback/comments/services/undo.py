"""Undo of moderators' actions for all comments that have not been changed since."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Ban, Comment, Flag, ModerationEvent, State
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.counters import StateChange, touch_threads
from cx_feedback.comments.services.decisions import Decision, apply_changes, lock_comments
from cx_feedback.comments.services.highlights import undo_highlights
from cx_feedback.comments.services.objections import (
    DISMISS,
    UPHOLD,
    reopen_objections,
    settle_objections,
    settle_undone_refusals,
)
from cx_feedback.comments.services.revisions import restore_revision
from cx_feedback.comments.services.uncounted_votes import nudge_counting

UNDO = "undo"
#: Actions that no undo takes back.
NOT_UNDOABLE = (UNDO, "edit", "delete", "object")
#: Actions that show the text that they are about.
_SHOWING = ("approve", UPHOLD)
#: Actions that settle an objection, alone or with the decision that publishes the comment.
_SETTLING = (UPHOLD, DISMISS)


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
    rows = _skip_kept_objections(rows, events.filter(comment__in=comments))
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
    settled = {"moderator": moderator, "batch": uuid.uuid4(), "now": now}
    settle_objections(freed, **settled)
    settle_undone_refusals(rows, comments, **settled)
    undo_highlights([(event.action, event.comment_id) for event in rows])
    bans = Ban.objects.filter(batch=batch, comment__in=comments, lifted_at=None)
    if bans.update(lifted_at=now):
        nudge_counting()
    _record_undo(rows, comments, moderator, now)
    done = {event.comment_id: State(event.from_state) for event in rows}
    return Decision(done, [pk for pk in ids if pk not in done], None)


def _is_unchanged(event: ModerationEvent, comments: dict[int, Comment]) -> bool:
    comment = comments[event.comment_id]
    if comment.state != event.to_state:
        return False
    if event.revision is None or event.revision_before is None:
        return True  # No text was chosen by it: a highlight, a ban or a reply.
    # Later texts have higher numbers; an undo of an earlier action may show an older one.
    shown = event.revision if event.action in _SHOWING else event.revision_before
    return comment.latest_revision <= event.revision and shown in (None, comment.revision)


def _restore_text(event: ModerationEvent, comments: dict[int, Comment]) -> bool:
    """Show the text of before and let the edit wait again, if one was decided on.

    An edit that an objection has brought back is refused again.
    """
    shown, decided = event.revision_before, event.revision
    if shown is None or decided == shown:
        return True
    comment, proposed = comments[event.comment_id], None if event.action == UPHOLD else decided
    if not restore_revision(comment, shown=shown, proposed=proposed):
        return False
    touch_threads([comment.thread_id])
    return True


def _skip_kept_objections(
    rows: list[ModerationEvent], events: QuerySet[ModerationEvent]
) -> list[ModerationEvent]:
    """Return ``rows`` without settled objections for which the comment stays as it was decided."""
    undone = {event.pk for event in rows}
    kept = {e.comment_id for e in events if e.action not in _SETTLING and e.pk not in undone}
    return [e for e in rows if e.action not in _SETTLING or e.comment_id not in kept]


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
            revision=event.revision,
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
