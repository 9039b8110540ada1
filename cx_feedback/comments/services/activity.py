"""Entries about comments in the activity ledger."""

from cx_feedback.comments.models import Comment
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader


def record_activity(comment: Comment, reader: Reader, *, kind: str, page_id: int) -> None:
    """Record an activity of a comment's author, under the page of the comment."""
    readers.record_act(
        reader=reader,
        kind=kind,
        page_id=page_id,
        object_id=comment.pk,
        detail=_get_detail(comment),
        here=kind == "comment",
    )


def store_with_activity(comment: Comment, reader: Reader, *, page_id: int) -> None:
    """Insert a comment, its author's activity and, if new, the reader with one statement."""
    detail = {"thread": comment.thread_id}
    readers.record_act(reader=reader, kind="comment", page_id=page_id, detail=detail, row=comment)


def record_approvals(comments: list[Comment]) -> None:
    """Record "comment_approved" for comments of readers, with one statement."""
    readers.record_acts_about(
        kind="comment_approved",
        rows=[
            readers.ActAbout(c.reader_id, c.thread.page_id, c.pk, _get_detail(c))
            for c in comments
            if c.reader_id
        ],
    )
    _record_replies([c for c in comments if c.parent_id])


def _record_replies(replies: list[Comment]) -> None:
    """Record "comment_answered" for readers whose comment somebody else has answered."""
    if not replies:
        return
    parents = Comment.objects.only("reader_id").in_bulk([c.parent_id for c in replies])
    readers.record_acts_about(
        kind="comment_answered",
        rows=[
            readers.ActAbout(parent.reader_id, reply.thread.page_id, reply.pk, _get_detail(reply))
            for reply in replies
            if (parent := parents.get(reply.parent_id or 0))
            and parent.reader_id not in (None, reply.reader_id)
        ],
    )


def _get_detail(comment: Comment) -> dict[str, int]:
    return {"comment": comment.pk, "thread": comment.thread_id}
