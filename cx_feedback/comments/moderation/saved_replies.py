"""Saved replies in the reply form: the menu, and the text for one comment."""

from dataclasses import dataclass
from typing import Any

from cx_feedback.comments.following.signed_links import get_comment_url
from cx_feedback.comments.models import Comment, SavedReply
from cx_feedback.comments.moderation.queue_settings import get_queue_settings
from cx_feedback.core.pages.sites import get_site_of_page
from cx_feedback.core.people.account_names import public_name
from cx_feedback.core.text.placeholders import fill_placeholders

#: The most saved replies that have a key.
MAX_KEYS = 9


@dataclass(frozen=True)
class SavedReplyOption:
    """A saved reply in the menu; ``key`` inserts it together with Alt."""

    pk: int
    title: str
    key: str


def get_options() -> list[SavedReplyOption]:
    """Return the saved replies by title, the first ones with a key."""
    rows = get_queue_settings().saved_replies
    return [
        SavedReplyOption(pk, title, str(place) if place <= MAX_KEYS else "")
        for place, (pk, title) in enumerate(rows, start=1)
    ]


def render_saved_reply(
    reply: SavedReply, comment: Comment, moderator: Any, typed_name: str = ""
) -> str:
    """Return the text of ``reply`` for an answer to ``comment``.

    A moderator whose account has no public name signs with ``typed_name``, else as the site.
    """
    page = comment.thread.page
    site = get_site_of_page(page)
    site_name = (site.site_name or site.hostname) if site else ""
    values = {
        "author": comment.name,
        "page": page.title,
        "link": get_comment_url(page, comment.pk),
        "moderator": public_name(moderator) or typed_name.strip() or site_name,
        "site": site_name,
    }
    return fill_placeholders(reply.text, values)
