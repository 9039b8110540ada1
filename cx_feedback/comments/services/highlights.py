"""The editor's pick and the comment that stands first."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, State
from cx_feedback.comments.services.audit_log import Line, log
from cx_feedback.comments.services.counters import touch
from cx_feedback.comments.services.decisions import Decision, claim

#: Each mark with the one that takes it back.
MARKS = {"pick": "unpick", "unpick": "pick", "pin": "unpin", "unpin": "pin"}


@transaction.atomic
def mark(
    act: str,
    *,
    ids: Iterable[int],
    moderator: Any = None,
    among: QuerySet[Comment] | None = None,
) -> Decision:
    """Set or take away a mark (one of ``MARKS``) of published comments; only roots are pinned."""
    wanted = sorted(set(ids))
    now, batch = timezone.now(), uuid.uuid4()
    comments = [c for c in claim(wanted, among) if act in marks_for(c)]
    _set(act, [comment.pk for comment in comments])
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            comment=comment,
            moderator=moderator,
            from_state=comment.state,
            to_state=comment.state,
            act=act,
            batch=batch,
            at=now,
        )
        for comment in comments
    )
    log(act, [Line(c, c.state, c.state) for c in comments], moderator, now)
    done = {comment.pk: State(comment.state) for comment in comments}
    skipped = [pk for pk in wanted if pk not in done]
    return Decision(done, skipped, batch if done else None, dict(done))


def marks_for(comment: Comment) -> list[str]:
    """Return the marks that a comment can take."""
    if comment.state != State.PUBLISHED:
        return []
    found = ["unpick" if comment.picked else "pick"]
    if comment.pinned_at:
        found.append("unpin")
    elif comment.parent_id is None:
        found.append("pin")
    return found


def unmark(done: Iterable[tuple[str, int]]) -> None:
    """Take back marks, each an act with a comment's id; other acts are passed over."""
    by_act: dict[str, list[int]] = {}
    for act, pk in done:
        if act in MARKS:
            by_act.setdefault(MARKS[act], []).append(pk)
    for act, ids in by_act.items():
        _set(act, ids)


def _set(act: str, ids: list[int]) -> None:
    values: dict[str, dict[str, Any]] = {
        "pick": {"picked": True},
        "unpick": {"picked": False},
        "pin": {"pinned_at": timezone.now()},
        "unpin": {"pinned_at": None},
    }
    rows = Comment.objects.filter(pk__in=ids)
    rows.update(**values[act])
    touch(rows.values_list("thread_id", flat=True))
