"""A comment as REST answers it: what ``CommentSerializer`` says to the OpenAPI document.

By hand, since REST framework copies every field of a serializer for each answer: that cost a
tenth of what storing a comment does.
"""

import datetime
from typing import Any

from django.utils import timezone

from cx_feedback.comments.models import Comment


def serialize_comment(comment: Comment) -> dict[str, Any]:
    """Return the comment as anybody may see it. No address ever leaves."""
    return {
        "id": comment.pk,
        "key": comment.key,
        "parent": comment.parent_id,
        "depth": comment.depth,
        "name": comment.author_name,
        "html": comment.html,
        "state": str(comment.public_state),
        "language": comment.language,
        "created_at": _format_datetime(comment.created_at),
        "edited_at": comment.edited_at and _format_datetime(comment.edited_at),
        "replies": comment.replies,
        "up": comment.up,
        "down": comment.down,
        "reactions": comment.reaction_counts,
        "by_staff": comment.by_staff,
        "picked": comment.picked,
        "pinned": comment.pinned_at is not None,
    }


def _format_datetime(at: datetime.datetime) -> str:
    """Return a moment in the site's time zone, as REST framework writes it."""
    said = timezone.localtime(at).isoformat()
    return f"{said[:-6]}Z" if said.endswith("+00:00") else said
