"""What this room does when a person asks for their data or to be forgotten."""

from typing import Any

from cx_feedback.comments import selectors, services
from cx_feedback.core import signals


def connect() -> None:
    signals.person_exported.connect(export, dispatch_uid="cx_comments_export")
    signals.person_erased.connect(erase, dispatch_uid="cx_comments_erase")


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
