"""The content of the comments' blocks in Wagtail's API."""

from typing import Any

from django.urls import reverse

from cx_feedback.comments.comment_counts import DiscussedPage
from cx_feedback.comments.models import NAME_LENGTH, Flag
from cx_feedback.comments.rendering.reactions import REACTIONS
from cx_feedback.comments.rendering.thread_renderer import get_page_thread
from cx_feedback.core import conf


def build_thread_content(page_id: int | None) -> dict[str, Any] | None:
    """Return the address of a page's comments and what its form and buttons need.

    None in a list of pages, where the page is not known.
    """
    if page_id is None:
        return None
    thread = get_page_thread(page_id)
    rules = thread.rules
    return {
        "page": page_id,
        "url": f"{reverse('cx_feedback:api-comments')}?page={page_id}",
        "published": thread.published,
        "version": thread.version,
        "closed": thread.closed,
        "accounts_only": rules.accounts_only,
        "email": conf.get("COMMENTS_EMAIL"),
        "name_length": NAME_LENGTH,
        "text_length": conf.get("COMMENTS_LENGTH"),
        "depth": conf.get("COMMENTS_DEPTH"),
        "edit_minutes": rules.edit_minutes,
        "votes": rules.votes,
        "reactions": [
            {"key": key, "sign": REACTIONS[key].sign, "label": str(REACTIONS[key].label)}
            for key in rules.reactions
        ],
        "flag_reasons": [{"key": key, "label": str(label)} for key, label in Flag.Reason.choices],
    }


def build_discussed_content(pages: list[DiscussedPage]) -> list[dict[str, Any]]:
    """Return the most discussed pages: title, address and number of comments."""
    return [{"title": page.title, "url": page.url, "comments": page.comments} for page in pages]
