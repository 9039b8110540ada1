"""The counters of threads and comments: updated with each change, or rebuilt.

A thread counts its published comments. A comment counts the published comments below it, by path.
All updates are relative, so that concurrent changes add up.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cx_feedback.comments.models import Comment, State, Thread, Vote
from cx_feedback.comments.models import thread_paths as keys
from cx_feedback.comments.services import publish_effects
from cx_feedback.comments.services.vote_counts import recount_votes
from cx_feedback.core import signals


@dataclass(frozen=True)
class StateChange:
    """The change of a comment from one state to another."""

    comment: Comment
    before: str
    after: State


def update_counters(changes: Iterable[StateChange]) -> None:
    """Update the counters by ``changes``. Call it in their transaction with the threads locked.

    Sends ``comments_changed``.
    """
    changes = list(changes)
    published: Counter[int] = Counter()
    replies: Counter[str] = Counter()
    for change in changes:
        step = (change.after == State.PUBLISHED) - (change.before == State.PUBLISHED)
        published[change.comment.thread_id] += step
        for path in keys.paths_above(change.comment.path):
            replies[path] += step
    _update_threads(published)
    seen = {c.comment.thread_id for c in changes if State.PUBLISHED in (c.before, c.after)}
    touch_threads(
        seen, news=any(c.after == State.PUBLISHED and not c.comment.source for c in changes)
    )
    _update_replies(replies)
    announce_changes(changes)


def announce_changes(changes: list[StateChange]) -> None:
    """Tell other rooms of what happened here; imported comments happened elsewhere."""
    told = [
        (
            change.comment.pk,
            change.comment.thread_id,
            None if change.after == State.ERASED else change.comment.reader_id,
            change.before,
            change.after.value,
        )
        for change in changes
        if change.before or not change.comment.source
    ]
    if told:
        signals.comments_changed.send(Comment, changes=told)


def touch_threads(thread_ids: Iterable[int], *, news: bool = False) -> None:
    """Mark these threads as changed for readers. ``news`` says that a comment was published.

    Call it in the transaction of the change. Rendered parts of the threads are no longer used,
    and front-end caches are purged.
    """
    ids = sorted(set(thread_ids))
    if ids:
        Thread.objects.filter(pk__in=ids).update(version=F("version") + 1)
        publish_effects.announce_change(ids, news=news)


def _update_threads(published: Counter[int]) -> None:
    """Update the counts of published comments, one statement for each step."""
    steps: dict[int, list[int]] = {}
    for thread_id, step in published.items():
        if step:
            steps.setdefault(step, []).append(thread_id)
    for step, thread_ids in sorted(steps.items()):
        rows = Thread.objects.filter(pk__in=thread_ids)
        rows.update(published=F("published") + step)


def _update_replies(replies: Counter[str]) -> None:
    """Update the counts of replies, one statement for each step."""
    steps: dict[int, list[str]] = {}
    for path, step in replies.items():
        if step:
            steps.setdefault(step, []).append(path)
    for step, paths in sorted(steps.items()):
        Comment.objects.filter(path__in=paths).update(replies=F("replies") + step)


@transaction.atomic
def rebuild_counters(*, thread_ids: list[int] | None = None) -> int:
    """Recount all rows, thread by thread, and return how many counters were wrong.

    Holds the paths of the published replies and the comments with votes of one thread in memory.
    """
    threads = Thread.objects.order_by("pk")
    if thread_ids is not None:
        threads = threads.filter(pk__in=thread_ids)
    return sum(_rebuild_thread(pk) for pk in list(threads.values_list("pk", flat=True)))


def _rebuild_thread(thread_id: int) -> int:
    thread = Thread.objects.select_for_update(no_key=True).get(pk=thread_id)
    published = Comment.objects.published().filter(thread=thread).count()
    wrong = int(thread.published != published)
    if wrong:
        Thread.objects.filter(pk=thread_id).update(published=published)
    replies: Counter[str] = Counter()
    below = Comment.objects.published().filter(thread=thread, parent__isnull=False)
    for path in below.values_list("path", flat=True).iterator():
        replies.update(keys.paths_above(path))
    voted = Comment.objects.filter(thread=thread)
    voted = voted.filter(Q(up__gt=0) | Q(down__gt=0) | Q(Exists(_get_counted_votes())))
    return wrong + _correct_replies(thread_id, replies) + len(recount_votes(voted))


def _get_counted_votes() -> QuerySet[Vote]:
    return Vote.objects.filter(comment=OuterRef("pk"), counted=True)


def _correct_replies(thread_id: int, replies: Counter[str]) -> int:
    """Set ``replies`` where it differs from the counted number."""
    known = Comment.objects.filter(thread_id=thread_id)
    suspects = dict(known.filter(replies__gt=0).values_list("path", "replies"))
    wrong = {path for path in {*suspects, *replies} if suspects.get(path, 0) != replies[path]}
    by_value: dict[int, list[str]] = {}
    for path in wrong:
        by_value.setdefault(replies[path], []).append(path)
    corrected = 0
    for value, paths in by_value.items():
        for start in range(0, len(paths), 500):
            part = known.filter(path__in=paths[start : start + 500])
            corrected += part.update(replies=value)
    return corrected
