"""The guide as a StreamField block; for sites that have ``wagtail.documents``."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from cx_feedback.core.blocks import FeedbackBlock
from cx_feedback.newsletter.guides.presentation import form_context


class GuideBlock(FeedbackBlock):
    """A document that is sent by mail to who gives an address; a list may be ticked beside it."""

    document = DocumentChooserBlock(label=_("Document"))
    heading = blocks.CharBlock(
        label=_("Heading"), required=False, max_length=120, help_text=_("Empty: its title.")
    )
    text = blocks.TextBlock(label=_("Text"), required=False, rows=2)
    mailing_list = SnippetChooserBlock(
        "cx_feedback_newsletter.MailingList",
        label=_("Mailing list"),
        required=False,
        help_text=_("Offered by a box that readers tick or not. Empty: none is offered."),
    )

    class Meta:
        icon = "download"
        label = _("Guide to download")
        description = _("A document behind an e-mail address, consent to a list separately.")
        template = "cx_feedback/newsletter/guide.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        shown = form_context(
            value.get("document"), value.get("mailing_list"), context["cx_page_id"]
        )
        return {
            **context,
            **shown,
            "heading": value.get("heading") or "",
            "text": value.get("text") or "",
        }
