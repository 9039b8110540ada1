"""Comments as moderators see them over REST, and what a decision has to name of them."""

from typing import Any

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment
from cx_feedback.comments.moderation.text_changes import describe_changes
from cx_feedback.comments.services.revisions import get_proposed_revisions
from cx_feedback.core.errors import Conflict


def collect_comment_to_decide(comment: Comment) -> dict[str, Any]:
    """Return what ``CommentToDecideSerializer`` reads of a comment."""
    proposed = get_proposed_revisions([comment]).get(comment.pk)
    return {
        "comment": comment,
        "html": proposed.html if proposed else comment.html,
        "public_revision": comment.revision if comment.is_published else None,
        "decisions": [
            *services.get_decisions(comment),
            *services.get_highlight_actions(comment),
        ],
    }


def build_conflict(comment: Comment, seen: services.SeenComment) -> Conflict:
    """Return the conflict of a comment that is not what the moderator saw."""
    change = describe_changes([comment], {comment.pk: seen})[comment.pk]
    current = {**collect_comment_to_decide(comment), "difference": str(change.html)}
    return Conflict(change.message, current=current)
