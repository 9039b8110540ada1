"""Highlighted comments: editors' picks and pinned comments."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, State
from cx_feedback.comments.services.audit_log import LogLine, write_audit_log
from cx_feedback.comments.services.counters import touch_threads
from cx_feedback.comments.services.decisions import Decision, lock_comments
from cx_feedback.comments.services.revisions import SeenComment

#: Each action with the one that reverts it.
HIGHLIGHT_ACTIONS = {"pick": "unpick", "unpick": "pick", "pin": "unpin", "unpin": "pin"}


@transaction.atomic
def highlight_comments(
    action: str,
    *,
    ids: Iterable[int],
    moderator: Any = None,
    among: QuerySet[Comment] | None = None,
    seen: Mapping[int, SeenComment] | None = None,
) -> Decision:
    """Set or remove a highlight (one of ``HIGHLIGHT_ACTIONS``) of published comments.

    Only first-level comments can be pinned. ``seen`` is that of ``decide_on_comments``.
    """
    comment_ids = sorted(set(ids))
    now, batch = timezone.now(), uuid.uuid4()
    locked = lock_comments(comment_ids, among)
    conflicts = [c.pk for c in locked if seen is not None and not _is_as_seen(c, seen)]
    comments = [c for c in locked if c.pk not in conflicts and action in get_highlight_actions(c)]
    _set_highlight(action, [comment.pk for comment in comments])
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            comment=comment,
            moderator=moderator,
            from_state=comment.state,
            to_state=comment.state,
            action=action,
            revision=comment.revision,
            batch=batch,
            created_at=now,
        )
        for comment in comments
    )
    write_audit_log(action, [LogLine(c, c.state, c.state) for c in comments], moderator, now)
    done = {comment.pk: State(comment.state) for comment in comments}
    skipped = [pk for pk in comment_ids if pk not in done and pk not in conflicts]
    return Decision(done, skipped, batch if done else None, dict(done), conflicts)


def _is_as_seen(comment: Comment, seen: Mapping[int, SeenComment]) -> bool:
    return comment.pk in seen and seen[comment.pk].is_current(comment)


def get_highlight_actions(comment: Comment) -> list[str]:
    """Return the highlight actions that apply to a comment."""
    if comment.state != State.PUBLISHED:
        return []
    found = ["unpick" if comment.picked else "pick"]
    if comment.pinned_at:
        found.append("unpin")
    elif comment.parent_id is None:
        found.append("pin")
    return found


def undo_highlights(done: Iterable[tuple[str, int]]) -> None:
    """Revert highlight actions, given as pairs of action and comment ID. Ignores other actions."""
    by_action: dict[str, list[int]] = {}
    for action, pk in done:
        if action in HIGHLIGHT_ACTIONS:
            by_action.setdefault(HIGHLIGHT_ACTIONS[action], []).append(pk)
    for action, ids in by_action.items():
        _set_highlight(action, ids)


def _set_highlight(action: str, ids: list[int]) -> None:
    values: dict[str, dict[str, Any]] = {
        "pick": {"picked": True},
        "unpick": {"picked": False},
        "pin": {"pinned_at": timezone.now()},
        "unpin": {"pinned_at": None},
    }
    rows = Comment.objects.filter(pk__in=ids)
    rows.update(**values[action])
    touch_threads(rows.values_list("thread_id", flat=True))
