"""The sign-up as a StreamField block."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from cx_feedback.core.blocks import FeedbackBlock
from cx_feedback.newsletter.models import MailingList
from cx_feedback.newsletter.presentation import form_context
from cx_feedback.newsletter.wording import consent_wording


class SubscribeBlock(FeedbackBlock):
    """A sign-up form; nothing while the list takes no subscriptions. At most one query."""

    heading = blocks.CharBlock(
        label=_("Heading"), required=False, max_length=120, help_text=_("Empty: the list's name.")
    )
    text = blocks.TextBlock(
        label=_("Text"), required=False, rows=2, help_text=_("Empty: the list's description.")
    )
    mailing_list = SnippetChooserBlock(
        "cx_feedback_newsletter.MailingList",
        label=_("Mailing list"),
        required=False,
        help_text=_("Empty: the first list that takes subscriptions."),
    )
    ask_name = blocks.BooleanBlock(label=_("Ask for the name too"), required=False)

    class Meta:
        icon = "mail"
        label = _("Subscribe")
        description = _("A sign-up form for a mailing list, with confirmation by e-mail.")
        template = "cx_feedback/newsletter/subscribe.html"
        preview_template = "cx_feedback/newsletter/block_preview.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "heading": "", "text": "", "mailing_list": None, "ask_name": False,
        }  # fmt: skip

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        chosen = value.get("mailing_list")
        context.update(
            form_context(chosen, context["cx_page_id"], ask_name=bool(value.get("ask_name")))
        )
        context.update(heading=value.get("heading") or "", text=value.get("text") or "")
        return context

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_preview_context(value, parent_context)
        sample = MailingList(
            name=str(_("The weekly letter")), description=str(_("One article, every Friday."))
        )
        return {**context, "mailing_list": sample, "wording": consent_wording(sample)}
