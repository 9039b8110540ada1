"""The content of the comments' blocks in Wagtail's API."""

from typing import Any

from django.urls import reverse

from cx_feedback.comments.comment_counts import DiscussedPage
from cx_feedback.comments.models import NAME_LENGTH, Flag
from cx_feedback.comments.rendering.reactions import REACTIONS
from cx_feedback.comments.rendering.thread_renderer import (
    PageThread,
    get_page_thread,
    get_page_threads,
)
from cx_feedback.core import conf
from cx_feedback.core.pages.api_pages import get_api_pages


def build_thread_content(page: Any) -> dict[str, Any] | None:
    """Return the address of a page's comments and what its form and buttons need.

    ``page`` is a page or its id; None where it is not known.
    """
    if page is None:
        return None
    thread = _get_page_thread(page)
    rules, page_id = thread.rules, thread.page_id
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


def _get_page_thread(page: Any) -> PageThread:
    """Return the thread of a page; in a list of pages, those of all are fetched together."""
    shown = get_api_pages()
    if shown is None or isinstance(page, int):
        return get_page_thread(page)
    if "threads" not in shown.memo:
        shown.memo["threads"] = get_page_threads(shown.pages)
    found: PageThread = shown.memo["threads"][page.pk]
    return found


def build_discussed_content(pages: list[DiscussedPage]) -> list[dict[str, Any]]:
    """Return the most discussed pages: title, address and number of comments."""
    return [{"title": page.title, "url": page.url, "comments": page.comments} for page in pages]
