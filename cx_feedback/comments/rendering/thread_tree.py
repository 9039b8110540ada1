"""The nesting of a thread as a page shows it: which reply stands below which comment."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cx_feedback.comments.models import Comment, State
from cx_feedback.core import conf


@dataclass(slots=True)
class Node:
    """A comment with its replies, as shown on the page."""

    comment: Comment
    #: The indentation, from 0 to ``CX_FEEDBACK["COMMENTS_DEPTH"]``.
    level: int = 0
    #: The author that it replies to if the indentation does not show it, "" if removed.
    in_reply_to: str | None = None
    #: The number of published replies not shown here, at the end of a root's replies.
    more: int = 0
    replies: list["Node"] = field(default_factory=list)

    @property
    def gone(self) -> bool:
        """True for a hidden, deleted or erased comment whose place is kept for its replies."""
        return self.comment.state != State.PUBLISHED


def attach_replies(roots: list[Node], replies: Iterable[Comment]) -> None:
    """Attach replies, given in reading order, to their comments.

    Below the deepest indentation, a reply joins the list of the comment that it replies to. A
    reply to a comment of an earlier part is attached to the first root.
    """
    deepest = conf.get("COMMENTS_DEPTH")
    above = roots[0].comment.depth if roots else 0
    nodes = {node.comment.pk: node for node in roots}
    #: The node to which a reply to each comment is attached.
    lists = dict(nodes)
    shown: Counter[int] = Counter()
    for reply in replies:
        parent = nodes.get(reply.parent_id or 0)
        node = nodes[reply.pk] = Node(reply, level=min(reply.depth - above, deepest))
        if parent is None or reply.depth - above > deepest:
            node.in_reply_to = parent.comment.name if parent and not parent.gone else ""
        root_id = reply.root_id or 0
        holder = lists.get(parent.comment.pk if parent else root_id) or roots[0]
        holder.replies.append(node)
        lists[reply.pk] = node if node.level < deepest else holder
        shown[root_id] += not node.gone
    for node in roots:
        node.more = max(0, node.comment.replies - shown[node.comment.pk])
