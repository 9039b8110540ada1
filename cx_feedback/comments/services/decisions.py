"""Moderators' decisions. Counters change in the transaction that changes the rows."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from cx_feedback.comments.models import Comment, Flag, ModerationEvent, State, Thread
from cx_feedback.comments.services.activity import record_approvals
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.counters import StateChange, update_counters
from cx_feedback.comments.services.spam_reports import schedule_reports


@dataclass(frozen=True)
class Decision:
    """The result of a decision. It did not apply to the state of the ``skipped`` comments."""

    changed: dict[int, State]
    skipped: list[int]
    #: The batch by which the decision can be undone, None if nothing changed.
    batch: uuid.UUID | None = None
    before: dict[int, str] | None = None


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
        (State.PENDING, State.PUBLISHED, State.REJECTED, State.HIDDEN), State.SPAM
    ),
    "hide": {State.PUBLISHED: State.HIDDEN},
    "restore": {
        State.HIDDEN: State.PUBLISHED,
        State.REJECTED: State.PENDING,
        State.SPAM: State.PENDING,
    },
}
DECISIONS = tuple(_TRANSITIONS)


def get_decisions(comment: Comment) -> list[str]:
    """Return the names of the decisions that apply to a comment."""
    return [action for action in _TRANSITIONS if _is_applicable(action, comment)]


def _is_applicable(action: str, comment: Comment) -> bool:
    if action == "approve" and comment.state == State.PUBLISHED:
        return bool(comment.flags) or comment.decided_at is None
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
) -> Decision:
    """Do ``action`` (one of ``DECISIONS``) to the comments ``ids``; a repeat changes nothing.

    ``among`` holds the comments that the moderator may decide on; ``batch`` joins an action that
    was begun already. The threads are locked before the comments, both in order of id, so that
    decisions and posts that meet wait for each other and never block for good.
    """
    comment_ids = sorted(set(ids))
    comments = [c for c in lock_comments(comment_ids, among) if _is_applicable(action, c)]
    now, batch = timezone.now(), batch or uuid.uuid4()
    changes = [
        StateChange(comment, comment.state, _TRANSITIONS[action][comment.state])
        for comment in comments
    ]
    events = [_build_event(change, action, moderator, reason, batch, now) for change in changes]
    newly = [
        c.comment for c in changes if c.after == State.PUBLISHED and not c.comment.published_at
    ]
    apply_changes(changes, now)
    close_flags([c for c in comments if c.flags], upheld=action != "approve", batch=batch)
    ModerationEvent.objects.bulk_create(events)
    why = {"reason": reason[:200]} if reason else {}
    write_audit_log(
        action, [LogLine(c.comment, c.before, c.after, why) for c in changes], moderator, now
    )
    record_approvals(newly)
    done = {change.comment.pk: change.after for change in changes}
    return Decision(
        done,
        [pk for pk in comment_ids if pk not in done],
        batch if done else None,
        {change.comment.pk: change.before for change in changes},
    )


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
        spam_findings=comment.spam_findings,
        batch=batch,
        wait_seconds=wait_seconds,
        created_at=now,
    )
