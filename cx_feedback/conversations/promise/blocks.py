"""The block that shows readers the promise, and how well it was kept."""

from typing import Any, ClassVar

import swapper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from cx_feedback.conversations.models import Calendar, Promise
from cx_feedback.conversations.promise.kept_share import KeptShare
from cx_feedback.conversations.promise.public_promise import (
    PublicPromise,
    build_public_promise,
    get_public_promise,
)
from cx_feedback.core.blocks import FeedbackBlock, get_api_page_id


class PromiseBlock(FeedbackBlock):
    """The promise to anybody who writes to the editors from the page."""

    heading = blocks.CharBlock(
        label=pgettext_lazy("conversation", "Heading"),
        required=False,
        max_length=120,
        help_text=_("“Our promise” when empty."),
    )

    class Meta:
        icon = "calendar-check"
        label = _("Our promise")
        description = _(
            "How soon letters are answered, and how often that was kept in the last 90 days, "
            "whatever the figure is. Below 10 conversations there is no figure."
        )
        template = "cx_feedback/conversations/our_promise.html"
        preview_template = "cx_feedback/conversations/our_promise_preview.html"
        preview_value: ClassVar[dict[str, Any]] = {"heading": ""}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["cx_heading"] = value.get("heading") or ""
        context["cx_promise"] = get_public_promise(context["cx_page"])
        return context

    def build_api_content(self, value: Any, context: Any) -> dict[str, Any] | None:
        promise = get_public_promise(_get_page(get_api_page_id(context)))
        return describe_promise(promise) if promise else None

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_preview_context(value, parent_context)
        return {**context, "cx_promise": _get_example()}


def _get_page(page_id: int | None) -> Any:
    pages = swapper.load_model("wagtailcore", "Page").objects
    return pages.filter(pk=page_id).first() if page_id else None


def describe_promise(promise: PublicPromise) -> dict[str, Any]:
    """Return a promise as JSON values for front ends."""
    share = promise.share
    return {
        "within": promise.within,
        "hours": [{"days": one.days, "hours": one.hours} for one in promise.hours],
        "time_zone": promise.time_zone,
        "days": promise.days,
        "kept_percent": share.percent if share.shown else None,
        "conversations": share.n if share.shown else None,
    }


def _get_example() -> PublicPromise:
    hours = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")
    calendar = Calendar(time_zone="Europe/Madrid", **hours)
    return build_public_promise(Promise(first_answer=480, calendar=calendar), KeptShare(87, 100))
