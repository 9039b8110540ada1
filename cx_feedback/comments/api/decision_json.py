"""Comments as moderators see them over REST, and what a decision has to name of them."""

from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments import services
from cx_feedback.comments.api import decision_serializers as shapes
from cx_feedback.comments.models import Comment
from cx_feedback.comments.moderation.text_changes import describe_changes
from cx_feedback.comments.services.revisions import get_proposed_revisions
from cx_feedback.core.errors import Conflict


class DecisionConflict(Conflict):
    """The comment is not what the moderator saw; ``current`` is what it is now."""

    problem_serializer = shapes.DecisionConflictSerializer

    def __init__(self, detail: Any, current: dict[str, Any]) -> None:
        super().__init__(detail)
        self.current = current


class UndoConflict(Conflict):
    """The comments of an action have changed since; ``current`` is what they are now."""

    problem_serializer = shapes.UndoConflictSerializer

    def __init__(self, current: list[dict[str, Any]]) -> None:
        super().__init__(_("Nothing was undone: what this action changed has changed since."))
        self.current = current


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


def build_conflict(comment: Comment, seen: services.SeenComment) -> DecisionConflict:
    change = describe_changes([comment], {comment.pk: seen})[comment.pk]
    current = {**collect_comment_to_decide(comment), "difference": str(change.html)}
    return DecisionConflict(change.message, current)
