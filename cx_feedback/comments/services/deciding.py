"""What moderators decide. Counters change in the transaction that changes the rows."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cx_feedback.comments.counters import Change, count
from cx_feedback.comments.models import Comment, ModerationEvent, State, Thread
from cx_feedback.comments.services.telling import tell
from cx_feedback.readers.models import Reader


@dataclass(frozen=True)
class Decision:
    """What a moderator's act changed; ``skipped`` were not in a state that it applies to."""

    changed: dict[int, State]
    skipped: list[int]


#: What each act makes of a comment in a state; other states are left as they are.
_ACTS: dict[str, dict[str, State]] = {
    "approve": dict.fromkeys(
        (State.PENDING, State.REJECTED, State.SPAM, State.HIDDEN), State.PUBLISHED
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
ACTS = tuple(_ACTS)


def acts_for(state: str) -> list[str]:
    """Return the names of the acts that a comment in ``state`` can take."""
    return [act for act, becomes in _ACTS.items() if state in becomes]


def approve(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Publish comments. The first time, the activity "comment_approved" is written."""
    return decide("approve", ids=ids, moderator=moderator, reason=reason)


def reject(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Keep comments from being published, or take them back."""
    return decide("reject", ids=ids, moderator=moderator, reason=reason)


def mark_spam(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Put comments aside as spam."""
    return decide("mark_spam", ids=ids, moderator=moderator, reason=reason)


def hide(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Take published comments out of sight; answers to them stay."""
    return decide("hide", ids=ids, moderator=moderator, reason=reason)


def restore(*, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Publish hidden comments again; let rejected ones and spam wait again."""
    return decide("restore", ids=ids, moderator=moderator, reason=reason)


@transaction.atomic
def decide(act: str, *, ids: Iterable[int], moderator: Any = None, reason: str = "") -> Decision:
    """Do ``act`` (one of ``ACTS``) to the comments ``ids``; a repeat changes nothing.

    The threads are locked before the comments, both in order of id, so that decisions and posts
    that meet wait for each other and never block for good.
    """
    becomes = _ACTS[act]
    wanted = sorted(set(ids))
    comments = [c for c in claim(wanted) if c.state in becomes]
    now = timezone.now()
    changes = [Change(comment, comment.state, becomes[comment.state]) for comment in comments]
    newly = [
        c.comment for c in changes if c.after == State.PUBLISHED and not c.comment.published_at
    ]
    _apply(changes, now)
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            comment=change.comment,
            moderator=moderator,
            from_state=change.before,
            to_state=change.after,
            reason=reason[:200],
            at=now,
        )
        for change in changes
    )
    _log(act, changes, moderator, now)
    _tell_authors(newly)
    done = {change.comment.pk: change.after for change in changes}
    return Decision(done, [pk for pk in wanted if pk not in done])


def claim(ids: list[int]) -> list[Comment]:
    threads = Thread.objects.filter(comments__in=ids).values("pk")
    list(Thread.objects.select_for_update(no_key=True).filter(pk__in=threads).order_by("pk"))
    return list(
        Comment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("thread")
        .filter(pk__in=ids)
        .order_by("pk")
    )


def _apply(changes: list[Change], now: datetime.datetime) -> None:
    """Store the new states and move the counters along."""
    by_state: dict[State, list[int]] = {}
    for change in changes:
        by_state.setdefault(change.after, []).append(change.comment.pk)
        change.comment.state, change.comment.decided_at = change.after, now
    for state, pks in by_state.items():
        rows = Comment.objects.filter(pk__in=pks)
        rows.update(state=state, decided_at=now)
        if state == State.PUBLISHED:
            rows.filter(published_at__isnull=True).update(published_at=now)
    count(changes)


def _log(act: str, changes: list[Change], moderator: Any, now: datetime.datetime) -> None:
    """Write the decisions into Wagtail's audit log, all of them with one statement."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.log_actions import get_active_log_context
    from wagtail.models import ModelLogEntry

    if not changes:
        return
    context = get_active_log_context()
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=ContentType.objects.get_for_model(Comment),
            object_id=str(change.comment.pk),
            label=str(change.comment),
            action=f"cx_comments.{act}",
            timestamp=now,
            user=moderator or context.user,
            uuid=context.uuid,
            data={"from": change.before, "to": change.after},
        )
        for change in changes
    )


def _tell_authors(comments: list[Comment]) -> None:
    known = Reader.objects.in_bulk([c.reader_id for c in comments if c.reader_id])
    for comment in comments:
        if comment.reader_id:
            reader = known[comment.reader_id]
            tell(comment, reader, kind="comment_approved", page_id=comment.thread.page_id)
