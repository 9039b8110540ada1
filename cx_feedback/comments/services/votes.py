"""Votes: one a reader, counted in the transaction that writes them."""

import math
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cx_feedback.comments.actors import Actor
from cx_feedback.comments.counters import touch
from cx_feedback.comments.models import Comment, CommentSettings, State, Thread, Vote
from cx_feedback.core.errors import InvalidInput, NotFound, Refused
from cx_feedback.readers.models import Reader

#: Normal quantile of a two-sided 95 % interval.
Z = 1.959964


@dataclass(frozen=True)
class Tally:
    """What a comment's votes are now; ``mine`` is the reader's own: 1, -1 or 0."""

    up: int
    down: int
    mine: int


def rank_of(up: int, down: int) -> float:
    """Return the lower bound of the share of votes for, 0 to 1 (Wilson 1927; 0 without votes).

    Few votes prove little: 1 of 1 ranks below 40 of 45.
    """
    n = up + down
    if not n:
        return 0.0
    share, z2 = up / n, Z * Z
    spread = Z * math.sqrt((share * (1 - share) + z2 / (4 * n)) / n)
    return max(0.0, (share + z2 / (2 * n) - spread) / (1 + z2 / n))


@transaction.atomic
def vote(*, comment_id: int, actor: Actor, value: int, mode: str, toggle: bool = False) -> Tally:
    """Set the actor's vote to ``value`` (1, -1, or 0 to take it back); a repeat changes nothing.

    With ``toggle`` the vote that stands already is taken back. ``mode`` is the site's setting.
    Raises InvalidInput naming ``value``, NotFound for what is not published, Refused for one's
    own comment and for a request without a reader.
    """
    check(value, mode)
    if actor.reader is None:
        raise Refused(_("Votes are taken from this site's own pages, with cookies allowed."))
    comment = locked(comment_id)
    if actor.wrote(comment):
        raise Refused(_("You cannot vote on your own comment."))
    before = Vote.objects.filter(comment=comment, reader=actor.reader).first()
    had = before.value if before else 0
    if toggle and had == value:
        value = 0
    if had != value:
        _store(comment, actor.reader, before, value)
        up = (value == 1) - (had == 1)
        down = (value == -1) - (had == -1)
        comment.up, comment.down = comment.up + up, comment.down + down
        Comment.objects.filter(pk=comment.pk).update(
            up=F("up") + up, down=F("down") + down, rank=rank_of(comment.up, comment.down)
        )
        touch([comment.thread_id])
    return Tally(comment.up, comment.down, value)


def check(value: Any, mode: str) -> None:
    """Raise InvalidInput or Refused for a vote that the site does not take."""
    votes = CommentSettings.Votes
    if mode == votes.NONE:
        raise Refused(_("There are no votes here."))
    allowed = (0, 1, -1) if mode == votes.BOTH else (0, 1)
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        named = ", ".join(map(str, allowed))
        raise InvalidInput(fields={"value": [_("One of: %s.") % named]})


def _store(comment: Comment, reader: Reader, before: Vote | None, value: int) -> None:
    if before is None:
        Vote.objects.create(comment=comment, reader=reader, value=value)
    elif value:
        Vote.objects.filter(pk=before.pk).update(value=value)
    else:
        before.delete()


def locked(comment_id: int) -> Comment:
    """Return a published comment, its thread locked before it; raises NotFound."""
    thread_id = Comment.objects.filter(pk=comment_id).values_list("thread_id", flat=True).first()
    if thread_id is None:
        raise NotFound
    Thread.objects.select_for_update(no_key=True).filter(pk=thread_id).first()
    comment = (
        Comment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("thread")
        .filter(pk=comment_id, state=State.PUBLISHED)
        .first()
    )
    if comment is None:
        raise NotFound
    return comment


@transaction.atomic
def erase_votes(*, reader_ids: list[int]) -> int:
    """Take back all votes of these readers; return how many."""
    votes = list(Vote.objects.filter(reader__in=reader_ids).select_related("comment"))
    thread_ids = {vote.comment.thread_id for vote in votes}
    list(Thread.objects.select_for_update(no_key=True).filter(pk__in=thread_ids).order_by("pk"))
    for vote in votes:
        gone, _by_model = Vote.objects.filter(pk=vote.pk).delete()
        rows = Comment.objects.filter(pk=vote.comment_id)
        rows.update(
            **{"up" if vote.value > 0 else "down": F("up" if vote.value > 0 else "down") - gone}
        )
        up, down = rows.values_list("up", "down").get()
        rows.update(rank=rank_of(up, down))
    touch(thread_ids)
    return len(votes)
