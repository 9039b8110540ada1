"""Queries of threads and comments. What readers see takes at most five queries."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.utils import timezone

from cx_feedback.comments.models import (
    CHANGEABLE_STATES,
    Comment,
    Follow,
    State,
    Thread,
    Vote,
    thread_paths,
)
from cx_feedback.comments.rendering.thread_tree import Node, attach_replies
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core import conf
from cx_feedback.readers.models import Reader

NEWEST, OLDEST, BEST = "newest", "oldest", "best"
ORDERS = (NEWEST, OLDEST, BEST)

#: The fields that rendering a comment needs, never the email address.
_SHOWN = (
    "pk", "key", "path", "depth", "parent_id", "root_id", "thread_id", "replies", "reader_id",
    "author_name", "html", "state", "language", "created_at", "edited_at",
    "edited_by_site", "by_staff",
    "pinned_at", "picked", "up", "down", "reactions", "rank",
)  # fmt: skip


@dataclass
class ThreadPart:
    """A part of a thread, as shown on one page."""

    nodes: list[Node]
    #: The ``after`` cursor of the next part, "" at the end.
    next: str = ""


class _Beyond(Func):
    """``(rank, key) < (…, …)``: one index look-up, however many rows share a rank."""

    output_field = BooleanField()
    arity = 4
    template = "(%(expressions)s)"

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        parts = [compiler.compile(source) for source in self.get_source_expressions()]
        a, b, c, d = (sql for sql, _params in parts)
        return f"({a}, {b}) < ({c}, {d})", [p for _sql, params in parts for p in params]


def get_thread(page_id: int) -> Thread | None:
    """Return the thread of a page, None before the first comment."""
    return next(iter(Thread.objects.filter(page_id=page_id)), None)


def get_thread_part(*, thread: Thread | None, order: str = NEWEST, after: str = "") -> ThreadPart:
    """Return the first-level comments of a thread after ``after``, with their first replies.

    The first part begins with pinned comments and, in order "best", with the editors' picks.
    """
    part = ThreadPart([])
    if thread is None or not thread.published:
        return part
    limit = conf.get("COMMENTS_SHOWN")
    roots = Comment.objects.visible().filter(thread=thread, parent__isnull=True)
    raised = _get_raised_comments(roots, order, limit)
    if raised:
        roots = roots.exclude(pk__in=[comment.pk for comment in raised])
    found = list(_order_after(roots, order, after).only(*_SHOWN)[: limit + 1])
    if len(found) > limit:
        part.next = get_cursor(found[limit - 1], order)
    shown = found[:limit] if after else raised + found[:limit]
    part.nodes = [Node(comment) for comment in shown]
    attach_replies(part.nodes, _get_first_replies(shown))
    return part


def _get_raised_comments(roots: QuerySet[Comment], order: str, limit: int) -> list[Comment]:
    """Return the comments shown above all others. The condition is that of their index."""
    rows = roots.filter(Q(pinned_at__isnull=False) | Q(picked=True), state=State.PUBLISHED)
    if order != BEST:
        rows = rows.filter(pinned_at__isnull=False)
    latest = F("pinned_at").desc(nulls_last=True)
    return list(rows.order_by(latest, "-rank", "-key").only(*_SHOWN)[:limit])


def get_replies_part(*, comment: Comment, after: str = "") -> ThreadPart:
    """Return ``comment`` with the part of its replies after the path ``after``."""
    limit = conf.get("COMMENTS_SHOWN") * 2
    rows = Comment.objects.visible().filter(root=comment.root_id or comment.pk)
    if comment.root_id:
        # All paths below a path sort before any other path that does not begin with it.
        rows = rows.filter(path__gt=comment.path, path__lt=f"{comment.path}~")
    if thread_paths.is_path(after):
        rows = rows.filter(path__gt=after)
    found = list(rows.order_by("path").only(*_SHOWN)[: limit + 1])
    node = Node(comment)
    attach_replies([node], found[:limit])
    node.more = 0
    return ThreadPart([node], found[limit - 1].path if len(found) > limit else "")


def get_cursor(comment: Comment, order: str) -> str:
    """Return the ``after`` cursor that continues just past a comment."""
    return f"{comment.rank!r}_{comment.key}" if order == BEST else comment.key


def is_cursor(after: str, order: str) -> bool:
    """Return whether ``after`` is a valid cursor, before it is used in a query."""
    if order != BEST:
        return thread_paths.is_key(after)
    return _parse_best_cursor(after) is not None


def _parse_best_cursor(after: str) -> tuple[float, str] | None:
    rank, _sign, key = after.partition("_")
    try:
        value = float(rank) if len(rank) <= 24 and rank.isascii() else -1.0
    except ValueError:
        return None
    return (value, key) if 0 <= value <= 1 and thread_paths.is_key(key) else None


def _order_after(rows: QuerySet[Comment], order: str, after: str) -> QuerySet[Comment]:
    """Order ``rows`` and continue after a cursor. An invalid cursor starts at the beginning."""
    if order == BEST:
        if place := _parse_best_cursor(after):
            rank, key = place
            rows = rows.filter(_Beyond("rank", "key", Value(rank), Value(key)))
        return rows.order_by("-rank", "-key")
    newest = order == NEWEST
    if thread_paths.is_key(after):
        rows = rows.filter(**{f"key__{'lt' if newest else 'gt'}": after})
    return rows.order_by("-key" if newest else "key")


def _get_first_replies(roots: list[Comment]) -> list[Comment]:
    """Return the first visible replies below each root, in the order of reading.

    For a root with more replies than are shown, the path of the last shown reply is looked up
    first, so that the others are never read.
    """
    limit = conf.get("COMMENTS_REPLIES_SHOWN")
    few = [root.pk for root in roots if 0 < root.replies <= limit]
    many = [root.pk for root in roots if root.replies > limit]
    condition = Q(root__in=few)
    if many:
        replies = Comment.objects.visible().filter(root=OuterRef("pk")).order_by("path")
        last = Subquery(replies.values("path")[limit - 1 : limit])
        borders = Comment.objects.filter(pk__in=many).annotate(last=last)
        for pk, path in borders.values_list("pk", "last"):
            condition |= Q(root=pk, path__lte=path or "~")
    elif not few:
        return []
    return list(Comment.objects.visible().filter(condition).only(*_SHOWN).order_by("root", "path"))


def get_published_comments(
    *, page_id: int, order: str, after: str, limit: int
) -> tuple[Thread | None, list[Comment]]:
    """Return the page's thread and up to ``limit`` published comments, replies among them."""
    thread = get_thread(page_id)
    if thread is None:
        return None, []
    rows = Comment.objects.published().filter(thread=thread)
    return thread, list(_order_after(rows, order, after).only(*_SHOWN)[:limit])


def get_own_comments(
    *, actor: Actor, page_id: int | None = None, minutes: int = 1440
) -> list[Comment]:
    """Return the actor's own comments of the last ``minutes``, and all that wait.

    Comments with an edit that waits are among them. Newest first, at most 50; of one page if given.
    """
    mine = actor.get_own_filter()
    if mine is None:
        return []
    late = timezone.now() - datetime.timedelta(minutes=minutes)
    waits = Q(state__in=[State.AWAITING, State.PENDING, State.SPAM]) | Q(proposed__isnull=False)
    rows = Comment.objects.filter(mine, waits | Q(state=State.PUBLISHED, created_at__gt=late))
    if page_id is not None:
        rows = rows.filter(thread__page_id=page_id)
    return list(rows.select_related("parent", "thread").order_by("-pk")[:50])


def get_own_comment(*, comment_id: int, actor: Actor) -> Comment | None:
    """Return a comment of the actor's own that is still theirs to change."""
    mine = actor.get_own_filter()
    if mine is None or comment_id >= 2**63:
        return None
    rows = Comment.objects.filter(mine, pk=comment_id, state__in=CHANGEABLE_STATES)
    return rows.select_related("thread").first()


def get_votes(*, reader: Reader, page_id: int) -> list[Vote]:
    """Return the reader's own votes on a page, the newest 500."""
    rows = Vote.objects.filter(reader=reader, comment__thread__page_id=page_id)
    return list(rows.order_by("-pk").only("comment_id", "value", "reaction", "counted")[:500])


def get_comments_of_person(*, reader_ids: list[int], email: str = "") -> QuerySet[Comment]:
    """Return a person's comments, by their readers or their address."""
    condition = Q(reader__in=reader_ids)
    if email:
        condition |= Q(author_email=email.strip().lower())
    return Comment.objects.filter(condition)


def get_follows_of_person(*, email: str, reader_ids: list[int]) -> QuerySet[Follow]:
    """Return a person's follows, by their readers or their address."""
    condition = Q(reader__in=reader_ids)
    if email:
        condition |= Q(email=email.strip().lower())
    return Follow.objects.filter(condition)
