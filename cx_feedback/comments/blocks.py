"""The StreamField blocks: a page's comments, and the most discussed articles."""

from typing import Any, ClassVar

import swapper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from cx_feedback.comments.comment_counts import (
    MOST_DAYS,
    MOST_PAGES,
    DiscussedPage,
    get_most_discussed,
)
from cx_feedback.comments.rendering.thread_renderer import render_section, render_section_or_reason
from cx_feedback.comments.selectors import BEST, NEWEST, OLDEST
from cx_feedback.core.blocks import FeedbackBlock, get_api_page


class CommentsBlock(FeedbackBlock):
    """The thread and the comment form of the page that contains the block."""

    heading = blocks.CharBlock(
        label=pgettext_lazy("comment", "Heading"),
        required=False,
        max_length=120,
        help_text=_("Above the thread; “Comments” when empty."),
    )
    order = blocks.ChoiceBlock(
        label=pgettext_lazy("comment", "Order"),
        choices=[
            (NEWEST, pgettext_lazy("comment", "Newest first")),
            (OLDEST, pgettext_lazy("comment", "Oldest first")),
            (BEST, pgettext_lazy("comment", "Best first")),
        ],
        default=NEWEST,
        help_text=_(
            "The order of first-level comments. Replies are always shown in the order of writing."
        ),
    )

    class Meta:
        icon = "comment"
        label = pgettext_lazy("comment", "Comments")
        description = _(
            "The comments of this page. Settings, Comments decides whether new ones need approval."
        )
        template = "cx_feedback/comments/block.html"
        preview_template = "cx_feedback/comments/preview.html"
        preview_value: ClassVar[dict[str, Any]] = {"heading": "", "order": NEWEST}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        order = value.get("order") or NEWEST
        heading = value.get("heading") or ""
        context["cx_section"] = render_section_or_reason(
            context["cx_page"], parent_context, order=order, heading=heading
        )
        return context

    def build_api_content(self, value: Any, context: Any) -> dict[str, Any] | None:
        from cx_feedback.comments.api.block_content import build_thread_content

        return build_thread_content(get_api_page(context))

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_preview_context(value, parent_context)
        return {**context, "cx_section": render_section(None)}


class MostDiscussedBlock(FeedbackBlock):
    """The articles with the most comments in the site and language of the page."""

    heading = blocks.CharBlock(
        label=pgettext_lazy("comment", "Heading"),
        required=False,
        max_length=120,
        help_text=_("“Most discussed” when empty."),
    )
    number = blocks.IntegerBlock(
        label=_("Number of articles"), default=5, min_value=1, max_value=MOST_PAGES
    )
    days = blocks.IntegerBlock(
        label=_("Days"),
        required=False,
        default=30,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("Comments of the last days count. Empty: all comments."),
    )

    class Meta:
        icon = "list-ol"
        label = _("Most discussed articles")
        description = _(
            "The articles with the most published comments, without those that only some may read."
        )
        template = "cx_feedback/comments/most_discussed.html"
        preview_template = "cx_feedback/comments/most_discussed_preview.html"
        preview_value: ClassVar[dict[str, Any]] = {"heading": "", "number": 3, "days": 30}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["cx_heading"], context["cx_days"] = value.get("heading") or "", value.get("days")
        context["cx_discussed"] = _get_discussed(value, context["cx_page"], parent_context)
        return context

    def build_api_content(self, value: Any, context: Any) -> list[dict[str, Any]]:
        from cx_feedback.comments.api.block_content import build_discussed_content

        page = get_api_page(context)
        if isinstance(page, int):
            page = swapper.load_model("wagtailcore", "Page").objects.filter(pk=page).first()
        return build_discussed_content(_get_discussed(value, page, context))

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_preview_context(value, parent_context)
        examples = [DiscussedPage(str(_("Title of an article")), "#", n) for n in (24, 15, 9)]
        return {**context, "cx_discussed": examples, "cx_days": 30}


def _get_discussed(value: Any, page: Any, context: Any) -> list[DiscussedPage]:
    """Return the pages that the block lists on ``page``."""
    number = value.get("number") or 5
    return get_most_discussed(page, context, number=number, days=value.get("days"))
