"""What the queue's forms send along about the comments that they show."""

from collections.abc import Iterable

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment


def seen(ids: Iterable[int]) -> list[str]:
    """Return the values of the field ``seen`` for comments as they are now."""
    rows = Comment.objects.filter(pk__in=list(ids)).order_by("pk")
    return [f"{comment.pk}:{services.get_seen(comment)}" for comment in rows]
