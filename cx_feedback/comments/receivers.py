"""What this room does when a person asks for their data or to be forgotten."""

from typing import Any

from django.utils.text import Truncator

from cx_feedback.comments import selectors, services
from cx_feedback.comments.models import Comment
from cx_feedback.core import signals
from cx_feedback.core.naming import Name, admin_url

#: Characters of a comment that stand for it.
EXCERPT = 80


def connect() -> None:
    signals.person_exported.connect(export, dispatch_uid="cx_comments_export")
    signals.person_erased.connect(erase, dispatch_uid="cx_comments_erase")
    signals.things_named.connect(name_comments, dispatch_uid="cx_comments_names")


def export(
    sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, list[dict[str, Any]]]:
    rows = selectors.comments_of(reader_ids=reader_ids, email=email)
    return "comments", [
        {
            "page": comment.thread.page_id,
            "name": comment.author_name,
            "email": comment.author_email,
            "text": comment.text,
            "state": comment.state,
            "written_at": comment.created_at.isoformat(),
            "in_reply_to": comment.parent_id,
        }
        for comment in rows.select_related("thread").order_by("pk")
    ]


def erase(sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any) -> tuple[str, int]:
    return "comments", services.erase(reader_ids=reader_ids, email=email)


def name_comments(
    sender: Any, *, kind: str, ids: set[int], **kwargs: Any
) -> dict[int, Name] | None:
    """Name comments by how they begin."""
    if kind != "comment":
        return None
    rows = Comment.objects.filter(pk__in=ids).values_list("pk", "text")
    return {
        pk: Name(Truncator(text).chars(EXCERPT), admin_url("cx_comments:comment", pk))
        for pk, text in rows
    }
