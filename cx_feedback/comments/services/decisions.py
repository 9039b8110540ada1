"""Moderators' decisions. Counters change in the transaction that changes the rows."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from cx_feedback.comments.models import Comment, Flag, ModerationEvent, State, Thread
from cx_feedback.comments.services.activity import record_approvals
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.counters import StateChange, touch_threads, update_counters
from cx_feedback.comments.services.network_scorer_reports import schedule_reports
from cx_feedback.comments.services.objections import settle_objections
from cx_feedback.comments.services.refusal_notices import queue_notices
from cx_feedback.comments.services.revisions import (
    SeenComment,
    accept_proposal,
    drop_proposal,
)
from cx_feedback.comments.spam.known_spam import forget_known_spam


@dataclass(frozen=True)
class Decision:
    """The result of a decision. It did not apply to the state of the ``skipped`` comments."""

    changed: dict[int, State]
    skipped: list[int]
    #: The batch by which the decision can be undone, None if nothing changed.
    batch: uuid.UUID | None = None
    before: dict[int, str] | None = None
    #: Comments that were edited or decided on since they were seen. They are unchanged.
    conflicts: list[int] = field(default_factory=list)


#: The new state by action and state; comments in other states are skipped.
_TRANSITIONS: dict[str, dict[str, State]] = {
    "approve": dict.fromkeys(
        # A published one has been reviewed and stays (see ``_is_applicable``).
        (State.PENDING, State.REJECTED, State.SPAM, State.HIDDEN, State.PUBLISHED),
        State.PUBLISHED,
    ),
    "reject": dict.fromkeys(
        (State.PENDING, State.PUBLISHED, State.SPAM, State.HIDDEN), State.REJECTED
    ),
    "mark_spam": dict.fromkeys(
        # Spam that a rule put aside is confirmed (see ``_is_applicable``).
        (State.PENDING, State.PUBLISHED, State.REJECTED, State.HIDDEN, State.SPAM),
        State.SPAM,
    ),
    "hide": {State.PUBLISHED: State.HIDDEN},
    "restore": {
        State.HIDDEN: State.PUBLISHED,
        State.REJECTED: State.PENDING,
        State.SPAM: State.PENDING,
    },
    # The text that is shown stays (see ``_is_applicable``).
    "refuse_edit": {State.PUBLISHED: State.PUBLISHED},
}
DECISIONS = tuple(_TRANSITIONS)


def get_decisions(comment: Comment) -> list[str]:
    """Return the names of the decisions that apply to a comment."""
    return [action for action in _TRANSITIONS if _is_applicable(action, comment)]


def _is_applicable(action: str, comment: Comment) -> bool:
    if action == "approve" and comment.state == State.PUBLISHED:
        return bool(comment.flags or comment.proposed) or comment.decided_at is None
    if action == "mark_spam" and comment.state == State.SPAM:
        return comment.decided_at is None
    if action == "refuse_edit" and not comment.proposed:
        return False
    return comment.state in _TRANSITIONS[action]


def approve_comments(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Publish comments. The first time, the activity "comment_approved" is written."""
    return decide_on_comments("approve", ids=ids, moderator=moderator, reason=reason)


def reject_comments(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Keep comments from being published, or take them back."""
    return decide_on_comments("reject", ids=ids, moderator=moderator, reason=reason)


def mark_spam(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Put comments aside as spam."""
    return decide_on_comments("mark_spam", ids=ids, moderator=moderator, reason=reason)


def hide_comments(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Take published comments out of sight; answers to them stay."""
    return decide_on_comments("hide", ids=ids, moderator=moderator, reason=reason)


def restore_comments(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Publish hidden comments again; let rejected ones and spam wait again."""
    return decide_on_comments("restore", ids=ids, moderator=moderator, reason=reason)


@transaction.atomic(savepoint=False)
def decide_on_comments(
    action: str,
    *,
    ids: Iterable[int],
    moderator: Any = None,
    reason: str = "",
    batch: uuid.UUID | None = None,
    among: QuerySet[Comment] | None = None,
    seen: Mapping[int, SeenComment] | None = None,
) -> Decision:
    """Do ``action`` (one of ``DECISIONS``) to the comments ``ids``; a repeat changes nothing.

    ``seen`` tells by ID which revision and state the moderator saw: a comment that has changed
    since, or is missing there, is a conflict and stays as it is. Approval shows an edit that
    waits, every other action refuses it. ``among`` holds the comments that the moderator may
    decide on; ``batch`` joins an action that was begun already. The threads are locked before the
    comments, both in order of id, so that decisions and posts that meet wait for each other and
    never block for good.
    """
    comment_ids = sorted(set(ids))
    locked = lock_comments(comment_ids, among)
    conflicts = [c.pk for c in locked if seen is not None and _is_conflict(action, c, seen)]
    comments = [c for c in locked if c.pk not in conflicts and _is_applicable(action, c)]
    now, batch = timezone.now(), batch or uuid.uuid4()
    changes = [
        StateChange(comment, comment.state, _TRANSITIONS[action][comment.state])
        for comment in comments
    ]
    events = [_build_event(change, action, moderator, reason, batch, now) for change in changes]
    newly = [
        c.comment for c in changes if c.after == State.PUBLISHED and not c.comment.published_at
    ]
    settle_proposals(comments, accept=action == "approve", now=now)
    apply_changes(changes, now)
    if action != "refuse_edit":
        close_flags([c for c in comments if c.flags], upheld=action != "approve", batch=batch)
    ModerationEvent.objects.bulk_create(events)
    _write_decisions_to_audit_log(action, changes, events, moderator, now)
    queue_notices(events)
    published = [change.comment for change in changes if change.after == State.PUBLISHED]
    settle_objections(published, moderator=moderator, batch=batch, now=now)
    record_approvals(newly)
    done = {change.comment.pk: change.after for change in changes}
    return Decision(
        done,
        [pk for pk in comment_ids if pk not in done and pk not in conflicts],
        batch if done else None,
        {change.comment.pk: change.before for change in changes},
        conflicts,
    )


def _is_conflict(action: str, comment: Comment, seen: Mapping[int, SeenComment]) -> bool:
    """Return whether a locked comment is not what the moderator saw.

    A comment to which somebody else has done the same, with the same text, is no conflict.
    """
    was_seen = seen.get(comment.pk)
    if was_seen is None:
        return True
    if was_seen.is_current(comment):
        return False
    wanted = _TRANSITIONS[action].get(was_seen.state)
    is_done = comment.state == wanted != was_seen.state and comment.proposed is None
    return not (is_done and comment.revision == was_seen.revision)


def settle_proposals(comments: list[Comment], *, accept: bool, now: datetime.datetime) -> None:
    """Show or refuse the edits that wait, of locked comments."""
    changed = set()
    for comment in comments:
        if comment.proposed is None:
            continue
        if accept:
            accept_proposal(comment, now)
        else:
            drop_proposal(comment, now)
            comment.save(update_fields=["proposed"])
        if comment.state == State.PUBLISHED:
            changed.add(comment.thread_id)
    touch_threads(changed)


def _write_decisions_to_audit_log(
    action: str,
    changes: list[StateChange],
    events: list[ModerationEvent],
    moderator: Any,
    now: datetime.datetime,
) -> None:
    lines = []
    for change, event in zip(changes, events, strict=True):
        why = {"reason": event.reason} if event.reason else {}
        detail = {"revision": event.revision, **why}
        lines.append(LogLine(change.comment, change.before, change.after, detail))
    write_audit_log(action, lines, moderator, now)


def lock_comments(ids: list[int], among: QuerySet[Comment] | None = None) -> list[Comment]:
    """Lock and return the comments ``ids`` of those in ``among``, their threads first."""
    rows = Comment.objects.all() if among is None else among
    threads = Thread.objects.filter(comments__in=ids).values("pk")
    list(Thread.objects.select_for_update(no_key=True).filter(pk__in=threads).order_by("pk"))
    return list(
        rows.select_for_update(no_key=True, of=("self",))
        .select_related("thread")
        .filter(pk__in=ids)
        .order_by("pk")
    )


def apply_changes(changes: list[StateChange], now: datetime.datetime, *, anew: bool = True) -> None:
    """Store the new states and move the counters along.

    What waits again, waits from ``now``; unless ``anew``, from when it was written.
    """
    by_state: dict[State, list[int]] = {}
    for change in changes:
        by_state.setdefault(change.after, []).append(change.comment.pk)
        change.comment.state, change.comment.decided_at = change.after, now
    for state, pks in by_state.items():
        rows = Comment.objects.filter(pk__in=pks)
        if state == State.PUBLISHED:
            first = Coalesce(F("published_at"), now)
            rows.update(state=state, decided_at=now, published_at=first)
        else:
            waits_on = state == State.PENDING and not anew
            rows.update(state=state, decided_at=None if waits_on else now)
    if State.SPAM in by_state:
        forget_known_spam()
    schedule_reports(changes, now)
    update_counters([change for change in changes if change.before != change.after])


def close_flags(comments: list[Comment], *, upheld: bool, batch: uuid.UUID) -> None:
    """Settle the open flags of comments that were decided on."""
    if not comments:
        return
    state = Flag.State.UPHELD if upheld else Flag.State.DISMISSED
    ids = [comment.pk for comment in comments]
    Flag.objects.filter(comment__in=ids, state=Flag.State.OPEN).update(state=state, batch=batch)
    Comment.objects.filter(pk__in=ids).update(flags=0)


def _build_event(
    change: StateChange,
    action: str,
    moderator: Any,
    reason: str,
    batch: uuid.UUID,
    now: datetime.datetime,
) -> ModerationEvent:
    comment = change.comment
    wait_seconds = None
    if change.before == State.PENDING and moderator is not None:
        wait_seconds = max(
            0, int((now - (comment.decided_at or comment.created_at)).total_seconds())
        )
    return ModerationEvent(
        comment=comment,
        moderator=moderator,
        from_state=change.before,
        to_state=change.after,
        action=action,
        reason=reason[:200],
        revision=comment.latest_revision,
        revision_before=comment.revision,
        spam_findings=comment.spam_findings,
        batch=batch,
        wait_seconds=wait_seconds,
        created_at=now,
    )
