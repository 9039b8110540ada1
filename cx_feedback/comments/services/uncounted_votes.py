"""Votes under a shadow ban. They are counted once no ban holds any more.

Such a vote remembers its ban, because nothing else tells from which network address it came.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cx_feedback.comments.models import Ban, Comment, State, Thread, Vote
from cx_feedback.comments.services.counters import touch_threads
from cx_feedback.comments.services.vote_counts import recount_votes
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.author_key import get_author_keys
from cx_feedback.comments.submission.ban_lookup import get_bans_of_actor, refuse_banned_actor
from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.readers.models import Reader

#: Votes per transaction: it locks their threads.
BATCH_SIZE = 200


def lock_ban_of_vote(actor: Actor) -> Ban | None:
    """Lock and return the shadow ban under which the actor votes, None without one.

    Call it after the comment is locked. Whoever lifts or replaces the ban waits for the vote.
    Raises Banned for an open ban.
    """
    while refuse_banned_actor(actor) is not None:
        rows = get_bans_of_actor(actor).select_for_update(no_key=True).order_by("pk")
        bans = {ban.kind: ban for ban in rows}
        # The other kinds can be found again from the reader of the vote.
        found = bans.get(Ban.Kind.CLIENT) or next(iter(bans.values()), None)
        if found is not None:
            return found
    return None


def move_votes(bans: Iterable[Ban]) -> None:
    """Let votes that wait for an earlier ban of the same author wait for the new ``bans``."""
    for ban in bans:
        earlier = Ban.objects.filter(kind=ban.kind, key=ban.key).exclude(pk=ban.pk)
        Vote.objects.filter(counted=False, ban__in=earlier).update(ban=ban)


def nudge_counting() -> None:
    """Have the votes counted whose ban is lifted, once the transaction is committed."""
    nudge("cx_feedback.comments.count_freed_votes")


def count_freed_votes() -> int:
    """Count the votes whose ban was lifted or has ended; return their number.

    The vote of a reader who is banned otherwise waits for that ban. Can run concurrently.
    """
    done, after = 0, 0
    while ids := list(
        _get_freed_votes().filter(pk__gt=after).values_list("pk", flat=True)[:BATCH_SIZE]
    ):
        done += _count_batch(ids)
        after = ids[-1]
    return done


def _get_freed_votes() -> QuerySet[Vote]:
    over = Q(ban__isnull=True) | Q(ban__lifted_at__isnull=False)
    over |= Q(ban__until__lte=timezone.now())
    return Vote.objects.filter(over, counted=False).order_by("pk")


@transaction.atomic
def _count_batch(ids: list[int]) -> int:
    voted = Vote.objects.filter(pk__in=ids).values("comment")
    threads = Comment.objects.filter(pk__in=voted).values("thread")
    list(Thread.objects.select_for_update(no_key=True).filter(pk__in=threads).order_by("pk"))
    # Read again below the lock: the reader may have voted anew, or somebody else counted them.
    votes = list(_get_freed_votes().filter(pk__in=ids).select_related("reader"))
    bans = _find_other_bans({vote.reader_id: vote.reader for vote in votes})
    waiting = [vote for vote in votes if vote.reader_id in bans]
    for vote in waiting:
        vote.ban = bans[vote.reader_id]
    Vote.objects.bulk_update(waiting, ["ban"])
    freed = [vote for vote in votes if vote.reader_id not in bans]
    Vote.objects.filter(pk__in=[vote.pk for vote in freed]).update(counted=True, ban=None)
    rows = Comment.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    changed = recount_votes(rows.filter(pk__in={vote.comment_id for vote in freed}))
    touch_threads({c.thread_id for c in changed if c.state == State.PUBLISHED})
    return len(freed)


def _find_other_bans(readers: dict[int, Reader]) -> dict[int, Ban]:
    """Return by reader an active ban by account, address or browser, with one query."""
    whose: dict[tuple[str, str], list[int]] = {}
    for pk, reader in readers.items():
        for key in get_author_keys(user_id=reader.user_id, email=reader.email or ""):
            whose.setdefault((Ban.Kind.AUTHOR.value, key), []).append(pk)
        whose[Ban.Kind.READER.value, str(pk)] = [pk]
    active = Ban.objects.active().filter(key__in={key for _kind, key in whose if key})
    return {pk: ban for ban in active for pk in whose.get((ban.kind, ban.key), [])}
