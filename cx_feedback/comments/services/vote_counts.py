"""The votes of comments, counted anew from their rows."""

from collections.abc import Iterable

from django.db.models import Count

from cx_feedback.comments.models import Comment, Vote
from cx_feedback.comments.services.best_first_rank import compute_rank

#: The counters of a comment that depend on its votes.
VOTE_FIELDS = ("up", "down", "reactions", "rank")


def recount_votes(comments: Iterable[Comment]) -> list[Comment]:
    """Count the votes of ``comments`` in locked threads anew; return those that were wrong."""
    known = {comment.pk: comment for comment in comments}
    before = {pk: _get_counters(comment) for pk, comment in known.items()}
    for comment in known.values():
        comment.up, comment.down, comment.reactions = 0, 0, {}
    rows = Vote.objects.filter(comment__in=known, counted=True).order_by()
    found = rows.values_list("comment", "value", "reaction").annotate(n=Count("pk"))
    for pk, value, reaction, number in found:
        comment = known[pk]
        comment.up += number * (value == 1)
        comment.down += number * (value == -1)
        if reaction:
            comment.reactions[reaction] = comment.reactions.get(reaction, 0) + number
    wrong = []
    for pk, comment in known.items():
        comment.rank = compute_rank(comment.up, comment.down)
        if _get_counters(comment) != before[pk]:
            wrong.append(comment)
    Comment.objects.bulk_update(wrong, VOTE_FIELDS, batch_size=200)
    return wrong


def _get_counters(comment: Comment) -> tuple[int, int, dict[str, int]]:
    return comment.up, comment.down, dict(comment.reactions)
