"""The base of the rooms' StreamField blocks."""

from typing import Any

from django.utils.translation import get_language
from wagtail import blocks


class FeedbackBlock(blocks.StructBlock):
    """A block that renders the same HTML for every reader.

    Its templates find ``cx_page_id`` (None outside a saved page) and ``cx_lang`` in the context.
    """

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        page = (parent_context or {}).get("page")
        context["cx_page_id"] = getattr(page, "pk", None)
        context["cx_page"] = page
        context["cx_lang"] = get_language() or ""
        return context
