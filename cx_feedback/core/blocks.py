"""The base of the rooms' StreamField blocks."""

from typing import Any

import swapper
from wagtail import blocks

from cx_feedback.core.pages.api_pages import get_api_pages
from cx_feedback.core.pages.previews import mark_if_previewed
from cx_feedback.core.pages.served_page import get_page
from cx_feedback.core.text import languages


class FeedbackBlock(blocks.StructBlock):
    """A block that renders the same HTML for every reader.

    The context of its templates has ``cx_page_id`` (None outside a saved page; the served page if
    the block is rendered without a context), ``cx_page`` and ``cx_lang``.

    In Wagtail's API it has its fields and, as ``content``, what a front end needs to show it and to
    send what readers enter: the same for every reader, None where readers see nothing.
    """

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        page = get_page(parent_context)
        context["cx_page_id"] = getattr(page, "pk", None)
        context["cx_page"] = page
        context["cx_lang"] = languages.get_current_language()
        return context

    def get_api_representation(self, value: Any, context: Any = None) -> dict[str, Any]:
        found: dict[str, Any] = super().get_api_representation(value, context=context)
        return {**found, "content": self.build_api_content(value, context)}

    def build_api_content(self, value: Any, context: Any) -> Any:
        """Return the ``content`` of a block as JSON values; ``context`` is the API's serializer's.

        Block classes of rooms override it.
        """
        return None

    def render(self, value: Any, context: Any = None) -> str:
        return mark_if_previewed(super().render(value, context=context), context)


def get_api_page(context: Any) -> Any:
    """Return the page that Wagtail's API shows: the page, its id, or None if it is not known.

    It is not known in lists where "wagtail.api.v2" is not among the installed applications.
    """
    shown = get_api_pages()
    if shown is not None:
        return shown.current
    view = (context or {}).get("view")
    model = getattr(view, "model", None)
    is_page = isinstance(model, type) and issubclass(
        model, swapper.load_model("wagtailcore", "Page")
    )
    pk = view.kwargs.get("pk") if is_page and view is not None else None
    return int(pk) if pk else None


def get_api_page_id(context: Any) -> int | None:
    """Return the id of the page that Wagtail's API shows, None if it is not known."""
    page = get_api_page(context)
    return page if isinstance(page, int) else getattr(page, "pk", None)
