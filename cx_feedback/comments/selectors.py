"""Reads of the conversation. What readers see costs three queries, however much there is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from cx_feedback.comments.keys import is_key, is_path
from cx_feedback.comments.models import Comment, State, Thread
from cx_feedback.core import conf
from cx_feedback.readers.models import Reader

NEWEST, OLDEST = "newest", "oldest"

#: What rendering a comment needs: never the address.
_SHOWN = (
    "pk", "key", "path", "depth", "parent_id", "root_id", "thread_id", "replies",
    "author_name", "html", "state", "language", "created_at",
)  # fmt: skip


@dataclass
class Node:
    """A comment in its place on the page."""

    comment: Comment
    #: Indentation, from 0 to ``CX_FEEDBACK["COMMENTS_DEPTH"]``.
    level: int = 0
    #: Whose comment it answers, where indentation does not say so; "" when that is gone.
    in_reply_to: str | None = None
    #: Published replies that are left out here; only at the end of a root's replies.
    more: int = 0
    replies: list["Node"] = field(default_factory=list)

    @property
    def gone(self) -> bool:
        """Whether only the place is left: hidden or erased, but answered."""
        return self.comment.state != State.PUBLISHED

    @property
    def initial(self) -> str:
        return self.comment.name[:1].upper()


@dataclass
class ThreadPart:
    """A window on a thread."""

    nodes: list[Node]
    published: int = 0
    closed: bool = False
    #: The key (of roots) or path (of replies) after which the next window begins, "" at the end.
    next: str = ""


def thread_part(*, page_id: int, order: str = NEWEST, after: str = "") -> ThreadPart:
    """Return the first-level comments of a page after the key ``after``, with their replies."""
    thread = Thread.objects.filter(page_id=page_id).first()
    if thread is None:
        return ThreadPart([])
    part = ThreadPart([], thread.published, thread.closed)
    if not thread.published:
        return part
    limit = conf.get("COMMENTS_SHOWN")
    roots = Comment.objects.visible().filter(thread=thread, parent__isnull=True)
    found = list(_window(roots, "key", order, after).only(*_SHOWN)[: limit + 1])
    if len(found) > limit:
        part.next = found[limit - 1].key
    part.nodes = [Node(comment) for comment in found[:limit]]
    _hang(part.nodes, _first_replies([n.comment for n in part.nodes]))
    return part


def below(*, root: Comment, after: str = "") -> ThreadPart:
    """Return ``root`` with a window of the replies below it, after the path ``after``."""
    limit = conf.get("COMMENTS_SHOWN")
    rows = Comment.objects.visible().filter(root=root)
    found = list(_window(rows, "path", OLDEST, after).only(*_SHOWN)[: limit + 1])
    node = Node(root)
    _hang([node], found[:limit])
    node.more = 0
    thread = root.thread
    part = ThreadPart([node], thread.published, thread.closed)
    part.next = found[limit - 1].path if len(found) > limit else ""
    return part


def _window(rows: QuerySet[Comment], by: str, order: str, after: str) -> QuerySet[Comment]:
    """Order ``rows`` by a key and begin after one; an ``after`` that is no key begins anew."""
    newest = order == NEWEST
    if after and (is_key(after) or is_path(after)):
        rows = rows.filter(**{f"{by}__{'lt' if newest else 'gt'}": after})
    return rows.order_by(f"-{by}" if newest else by)


def _first_replies(roots: list[Comment]) -> list[Comment]:
    """Return the first visible replies below each root, in the order of reading."""
    answered = [root.pk for root in roots if root.replies]
    if not answered:
        return []
    place = Window(RowNumber(), partition_by=F("root_id"), order_by="path")
    rows = Comment.objects.visible().filter(root__in=answered).annotate(place=place)
    shown = rows.filter(place__lte=conf.get("COMMENTS_REPLIES_SHOWN"))
    return list(shown.only(*_SHOWN).order_by("root", "path"))


def _hang(roots: list[Node], replies: Iterable[Comment]) -> None:
    """Hang replies, in the order of reading, below their comments.

    Below the deepest indentation a reply joins the list of the comment that it answers.
    """
    deepest = conf.get("COMMENTS_DEPTH")
    nodes = {node.comment.pk: node for node in roots}
    #: Which node's list an answer to this comment goes into.
    lists = dict(nodes)
    shown: Counter[int] = Counter()
    for reply in replies:
        parent = nodes.get(reply.parent_id or 0)
        node = nodes[reply.pk] = Node(reply, level=min(reply.depth, deepest))
        if parent is None or reply.depth > deepest:
            node.in_reply_to = parent.comment.name if parent and not parent.gone else ""
        holder = lists[parent.comment.pk if parent else reply.root_id or 0]
        holder.replies.append(node)
        lists[reply.pk] = node if node.level < deepest else holder
        shown[reply.root_id or 0] += not node.gone
    for node in roots:
        node.more = max(0, node.comment.replies - shown[node.comment.pk])


def published_of(
    *, page_id: int, order: str, after: str, limit: int
) -> tuple[Thread | None, list[Comment]]:
    """Return the page's thread and up to ``limit`` published comments, by time, in one list."""
    thread = Thread.objects.filter(page_id=page_id).first()
    if thread is None:
        return None, []
    rows = Comment.objects.published().filter(thread=thread)
    return thread, list(_window(rows, "key", order, after).only(*_SHOWN)[:limit])


def waiting_of(*, reader: Reader, page_id: int | None = None) -> list[Comment]:
    """Return the reader's own comments that wait for approval, newest first, at most 50."""
    rows = Comment.objects.filter(reader=reader, state=State.PENDING).select_related("parent")
    if page_id is not None:
        rows = rows.filter(thread__page_id=page_id)
    return list(rows.order_by("-pk")[:50])


def comments_of(*, reader_ids: list[int], email: str = "") -> QuerySet[Comment]:
    """Return what a person wrote: by their readers, or under their address."""
    wanted = Q(reader__in=reader_ids)
    if email:
        wanted |= Q(author_email=email.strip().lower())
    return Comment.objects.filter(wanted)


def counts_by_state(rows: QuerySet[Comment] | None = None) -> dict[str, int]:
    """Return how many comments each state has, zeros included."""
    rows = Comment.objects.all() if rows is None else rows
    found = rows.order_by().values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(State.values, 0) | dict(found)


def waiting_count() -> int:
    """Return how many comments wait for a decision, from the index of the queue."""
    return Comment.objects.filter(state=State.PENDING).count()
