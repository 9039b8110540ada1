"""What the activity ledger hears of comments."""

from cx_feedback.comments.models import Comment
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader


def tell(comment: Comment, reader: Reader, *, kind: str, page_id: int) -> None:
    """Write an act of a comment's author into the ledger, under the comment's page."""
    readers.act(
        reader=reader,
        kind=kind,
        page_id=page_id,
        object_id=comment.pk,
        detail={"comment": comment.pk, "thread": comment.thread_id},
        here=kind == "comment",
    )
