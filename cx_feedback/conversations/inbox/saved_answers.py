"""Saved answers in the form of an answer: the menu, and the text for one conversation."""

from typing import Any

from django.db.models import QuerySet

from cx_feedback.conversations.models import Conversation, SavedAnswer
from cx_feedback.core.pages.sites import get_site, get_site_of_page
from cx_feedback.core.people.account_names import public_name
from cx_feedback.core.text.placeholders import fill_placeholders

#: The most saved answers in the menu.
MOST_SAVED = 100


def get_saved_answers() -> QuerySet[SavedAnswer]:
    """Return the saved answers of the menu, by title."""
    return SavedAnswer.objects.only("title")[:MOST_SAVED]


def render_saved_answer(answer: SavedAnswer, conversation: Conversation, editor: Any) -> str:
    """Return the text of ``answer`` for a conversation; what isn't known stays in braces."""
    page = conversation.page
    site = get_site_of_page(page) if page else get_site(None)
    site_name = (site.site_name or site.hostname) if site else ""
    values = {
        "reader": conversation.name,
        "subject": conversation.subject,
        "page": page.title if page else "",
        "link": (page.full_url or "") if page else "",
        "editor": public_name(editor) or site_name,
        "site": site_name,
    }
    return fill_placeholders(answer.text, {name: text for name, text in values.items() if text})
