"""Bans of the same author at the same time: one holds, and nobody sees an error."""

from cx_feedback.comments import services
from cx_feedback.comments.models import Ban, Comment, ModerationEvent
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE


def test_one_ban_holds(write):
    comments = [write() for _ in range(4)]
    Comment.objects.update(author_key="a" * 32, client_hash="o" * 32)

    def ban(comment, shadow):
        services.ban_author(comment_id=comment.pk, kinds=["author", "client"], shadow=shadow)

    in_threads(*(lambda c=c, n=n: ban(c, bool(n % 2)) for n, c in enumerate(comments)))
    held = Ban.objects.filter(lifted_at=None)
    assert sorted(held.values_list("kind", flat=True)) == ["author", "client"]
    # Both kinds are of the same act: whoever came last replaced both.
    assert held.values("batch").distinct().count() == 1
    assert ModerationEvent.objects.filter(action__in=("ban", "shadow_ban")).count() == 4
