"""The base of the rooms' StreamField blocks."""

from typing import Any

from django.utils.translation import get_language
from wagtail import blocks

from cx_feedback.core.pages.previews import mark_if_previewed
from cx_feedback.core.pages.served_page import get_page


class FeedbackBlock(blocks.StructBlock):
    """A block that renders the same HTML for every reader.

    The context of its templates has ``cx_page_id`` (None outside a saved page; the served page if
    the block is rendered without a context), ``cx_page`` and ``cx_lang``.
    """

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        page = get_page(parent_context)
        context["cx_page_id"] = getattr(page, "pk", None)
        context["cx_page"] = page
        context["cx_lang"] = get_language() or ""
        return context

    def render(self, value: Any, context: Any = None) -> str:
        return mark_if_previewed(super().render(value, context=context), context)
