"""Comments as moderators see them over REST, and what a decision has to name of them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.moderation.text_changes import describe_changes
from cx_feedback.comments.services.revisions import get_proposed_revisions
from cx_feedback.core.errors import Conflict


class DecisionConflict(Conflict):
    """The comment is not what the moderator saw; ``current`` is what it is now."""

    def __init__(self, detail: Any, current: dict[str, Any]) -> None:
        super().__init__(detail)
        self.current = current

    def get_members(self) -> dict[str, Any]:
        return {"current": self.current}


class UndoConflict(Conflict):
    """The comments of an action have changed since; ``current`` is what they are now."""

    def __init__(self, current: list[dict[str, Any]]) -> None:
        super().__init__(_("Nothing was undone: what this action changed has changed since."))
        self.current = current

    def get_members(self) -> dict[str, Any]:
        return {"current": self.current}


def describe_comment(comment: Comment) -> dict[str, Any]:
    """Return the last text of a comment with what a decision about it has to name."""
    proposed = get_proposed_revisions([comment]).get(comment.pk)
    return {
        "id": comment.pk,
        "revision": comment.latest_revision,
        "state": str(comment.state),
        "html": proposed.html if proposed else comment.html,
        "public_revision": comment.revision if comment.is_published else None,
        "decisions": [
            *services.get_decisions(comment),
            *services.get_highlight_actions(comment),
        ],
    }


def build_conflict(comment: Comment, seen: services.SeenComment) -> DecisionConflict:
    change = describe_changes([comment], {comment.pk: seen})[comment.pk]
    current = {**describe_comment(comment), "difference": str(change.html)}
    return DecisionConflict(change.message, current)


def read_seen(data: Mapping[str, Any], errors: dict[str, list[str]]) -> services.SeenComment | None:
    """Return what ``data`` says that the moderator saw; None, with ``errors``, if it does not."""
    revision, state = data.get("revision"), data.get("state")
    if not isinstance(revision, int) or isinstance(revision, bool) or revision < 1:
        errors["revision"] = [_("Name the revision that you have read: a whole number.")]
    if state not in State.values:
        errors["state"] = [_("Name the state that you have seen.")]
    if "revision" in errors or "state" in errors:
        return None
    return services.SeenComment(int(str(revision)), str(state))
