"""Changes of state that are not made by a moderator but by the author, readers or rules."""

from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, State
from cx_feedback.comments.services.counters import StateChange, update_counters


def change_state(comment: Comment, to: State, *, action: str, reason: str = "") -> None:
    """Change the state of a locked ``comment`` in a locked thread, with its event and counters."""
    before = comment.state
    if before == to:
        return
    now = timezone.now()
    Comment.objects.filter(pk=comment.pk).update(state=to, decided_at=now)
    comment.state, comment.decided_at = to, now
    update_counters([StateChange(comment, before, to)])
    ModerationEvent.objects.create(
        comment=comment,
        from_state=before,
        to_state=to,
        action=action,
        reason=reason[:200],
        revision=comment.latest_revision,
        revision_before=comment.revision,
        created_at=now,
    )
