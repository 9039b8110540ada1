"""Quotation marks of the active language."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def quote_text(text: object) -> str:
    """Return ``text`` in quotation marks: “text”, in Spanish «text»."""
    return pgettext("quotation", "“%(text)s”") % {"text": text}


def quote_texts(texts: Iterable[object]) -> str:
    """Return every text in quotation marks, separated by commas."""
    return ", ".join(quote_text(text) for text in texts)
