"""What the templates of a thread need, the same for every reader."""

from typing import Any

from django.utils.translation import get_language

from cx_feedback.comments import selectors
from cx_feedback.comments.drafts import HONEYPOT, NAME_LENGTH
from cx_feedback.core import conf


def thread_context(
    page_id: int | None, *, order: str = selectors.NEWEST, after: str = "", heading: str = ""
) -> dict[str, Any]:
    """Return the context of ``thread.html``; an unsaved page (None) has an empty thread."""
    part = (
        selectors.thread_part(page_id=page_id, order=order, after=after)
        if page_id
        else selectors.ThreadPart([])
    )
    return {
        "cx_page_id": page_id,
        "part": part,
        "order": order,
        "heading": heading,
        **form_context(),
    }


def form_context() -> dict[str, Any]:
    """Return what ``form.html`` needs besides the page, the parent, values and errors."""
    return {
        "cx_lang": get_language() or "",
        "email_asked": conf.get("COMMENTS_EMAIL"),
        "text_limit": conf.get("COMMENTS_LENGTH"),
        "name_limit": NAME_LENGTH,
        "honeypot": HONEYPOT,
    }
