"""The guide as a StreamField block. Requires ``wagtail.documents``."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from cx_feedback.core.blocks import FeedbackBlock
from cx_feedback.core.pages.api_pages import ApiChooserMixin
from cx_feedback.newsletter.blocks import ListChooserBlock
from cx_feedback.newsletter.guides.form_context import build_guide_context


class GuideChooserBlock(ApiChooserMixin, DocumentChooserBlock):
    """Chooses a document."""

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "wagtail.documents.blocks.DocumentChooserBlock", args, kwargs


class GuideBlock(FeedbackBlock):
    """A form that sends a document to an address, optionally with a checkbox for a list."""

    document = GuideChooserBlock(label=pgettext_lazy("newsletter", "Document"))
    heading = blocks.CharBlock(
        label=pgettext_lazy("newsletter", "Heading"),
        required=False,
        max_length=120,
        help_text=pgettext_lazy("newsletter", "Empty: its title."),
    )
    text = blocks.TextBlock(label=pgettext_lazy("newsletter", "Text"), required=False, rows=2)
    mailing_list = ListChooserBlock(
        "cx_feedback_newsletter.MailingList",
        label=pgettext_lazy("newsletter", "Mailing list"),
        required=False,
        help_text=_("Offered as an unticked checkbox. Leave empty to offer none."),
    )

    class Meta:
        icon = "download"
        label = pgettext_lazy("newsletter", "Guide to download")
        description = _(
            "A document in exchange for an email address. Consent to a mailing "
            "list is asked separately."
        )
        template = "cx_feedback/newsletter/guide.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        shown = build_guide_context(
            value.get("document"), value.get("mailing_list"), context["cx_page_id"]
        )
        return {
            **context,
            **shown,
            "heading": value.get("heading") or "",
            "text": value.get("text") or "",
        }

    def build_api_content(self, value: Any, context: Any) -> dict[str, Any] | None:
        from cx_feedback.newsletter.api.block_content import build_guide_content

        return build_guide_content(value.get("document"), value.get("mailing_list"))
