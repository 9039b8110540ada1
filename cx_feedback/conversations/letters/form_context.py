"""The context of the form "write to us", the same for every reader."""

from typing import Any

from cx_feedback.conversations.letters.letter_input import HONEYPOT
from cx_feedback.conversations.models.conversations import NAME_LENGTH, SUBJECT_LENGTH
from cx_feedback.conversations.services.changes import TEXT_LENGTH
from cx_feedback.core.text import languages


def build_form_context(
    page_id: int | None, *, heading: str = "", text: str = "", to: str = "editors"
) -> dict[str, Any]:
    """Return the context of the form on a page, None outside of one."""
    return {
        "heading": heading,
        "text": text,
        "to": to if page_id else "editors",
        "honeypot": HONEYPOT,
        "text_limit": TEXT_LENGTH,
        "name_limit": NAME_LENGTH,
        "subject_limit": SUBJECT_LENGTH,
        "cx_page_id": page_id,
        "cx_lang": languages.get_current_language(),
    }
