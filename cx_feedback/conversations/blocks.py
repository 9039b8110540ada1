"""The block "write to us"."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from cx_feedback.conversations.letters.form_context import build_form_context
from cx_feedback.conversations.models.conversations import NAME_LENGTH, SUBJECT_LENGTH
from cx_feedback.conversations.services.changes import TEXT_LENGTH
from cx_feedback.core.blocks import FeedbackBlock


class WriteToUsBlock(FeedbackBlock):
    """A form for letters to the editors, or to the author of the page. Costs no query."""

    heading = blocks.CharBlock(
        label=pgettext_lazy("conversation", "Heading"),
        required=False,
        max_length=120,
        help_text=_("“Write to us” when empty."),
    )
    text = blocks.TextBlock(
        label=pgettext_lazy("conversation", "Text"),
        required=False,
        rows=2,
        help_text=_("Above the form."),
    )
    to = blocks.ChoiceBlock(
        label=pgettext_lazy("conversation", "To"),
        choices=[
            ("editors", pgettext_lazy("conversation", "The editors")),
            ("author", pgettext_lazy("conversation", "The author of the page")),
        ],
        default="editors",
    )

    class Meta:
        icon = "mail"
        label = _("Write to us")
        description = _("A form for letters, which are answered under Feedback, Conversations.")
        template = "cx_feedback/conversations/letter.html"
        preview_template = "cx_feedback/conversations/block_preview.html"
        preview_value: ClassVar[dict[str, Any]] = {"heading": "", "text": "", "to": "editors"}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        return {**context, **_build_context(value, context["cx_page_id"])}

    def build_api_content(self, value: Any, context: Any) -> dict[str, Any]:
        return {
            "url": reverse("cx_feedback:api-conversations"),
            "to": value.get("to") or "editors",
            "text_length": TEXT_LENGTH,
            "name_length": NAME_LENGTH,
            "subject_length": SUBJECT_LENGTH,
        }

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_preview_context(value, parent_context)
        return {**context, **_build_context(value, None)}


def _build_context(value: Any, page_id: int | None) -> dict[str, Any]:
    return build_form_context(
        page_id,
        heading=value.get("heading") or "",
        text=value.get("text") or "",
        to=value.get("to") or "editors",
    )
