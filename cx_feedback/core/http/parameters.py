"""Ids in addresses and forms: whatever stands there, it is an id or it is none."""

from typing import Any

#: Digits of the largest ids of pages, and of rows.
PAGE_DIGITS, ROW_DIGITS = 9, 18


def parse_id(text: Any, digits: int = ROW_DIGITS) -> int | None:
    """Return the id that ``text`` is, None for what is none.

    Python reads digits of every script, and would read thousands of them; databases do not.
    """
    text = str(text)
    if text.isascii() and text.isdigit() and len(text) <= digits:
        return int(text)
    return None


def parse_page_id(text: Any) -> int | None:
    """Return the id of a page that ``text`` is, None for what is none."""
    return parse_id(text, PAGE_DIGITS)
