"""The subscription form as a StreamField block."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from cx_feedback.core.blocks import FeedbackBlock
from cx_feedback.core.pages.api_pages import ApiChooserMixin
from cx_feedback.newsletter.models import MailingList
from cx_feedback.newsletter.subscribing.form_context import build_form_context


class ListChooserBlock(ApiChooserMixin, SnippetChooserBlock):
    """Chooses a mailing list."""

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "wagtail.snippets.blocks.SnippetChooserBlock", args, kwargs


class SubscribeBlock(FeedbackBlock):
    """A subscription form. Renders nothing if the list takes no subscriptions.

    Costs at most one query, and one for each list whose topics are offered.
    """

    heading = blocks.CharBlock(
        label=pgettext_lazy("newsletter", "Heading"),
        required=False,
        max_length=120,
        help_text=_("Empty: the list's name."),
    )
    text = blocks.TextBlock(
        label=pgettext_lazy("newsletter", "Text"),
        required=False,
        rows=2,
        help_text=_("Empty: the list's description."),
    )
    mailing_list = ListChooserBlock(
        "cx_feedback_newsletter.MailingList",
        label=pgettext_lazy("newsletter", "Mailing list"),
        required=False,
        help_text=_("Empty: the first list that takes subscriptions."),
    )
    more_lists = blocks.ListBlock(
        ListChooserBlock("cx_feedback_newsletter.MailingList"),
        label=pgettext_lazy("newsletter", "More lists"),
        required=False,
        default=[],
        help_text=_("With more lists, readers tick the ones they want."),
    )
    offer_topics = blocks.BooleanBlock(
        label=pgettext_lazy("newsletter", "Offer the topics"),
        required=False,
        help_text=_("Readers who tick none get all topics of a list."),
    )
    ask_name = blocks.BooleanBlock(label=_("Ask for the name too"), required=False)

    class Meta:
        icon = "mail"
        label = pgettext_lazy("newsletter", "Subscribe")
        description = _("A sign-up form for a mailing list, with confirmation by email.")
        template = "cx_feedback/newsletter/subscribe.html"
        preview_template = "cx_feedback/newsletter/block_preview.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "heading": "", "text": "", "mailing_list": None, "more_lists": [],
            "offer_topics": False, "ask_name": False,
        }  # fmt: skip

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context.update(
            build_form_context(
                _get_lists(value),
                context["cx_page_id"],
                ask_name=bool(value.get("ask_name")),
                offer_topics=bool(value.get("offer_topics")),
            )
        )
        context.update(heading=value.get("heading") or "", text=value.get("text") or "")
        return context

    def build_api_content(self, value: Any, context: Any) -> dict[str, Any] | None:
        from cx_feedback.newsletter.api.block_content import build_signup_content

        return build_signup_content(
            _get_lists(value),
            ask_name=bool(value.get("ask_name")),
            offer_topics=bool(value.get("offer_topics")),
        )

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_preview_context(value, parent_context)
        sample = MailingList(
            name=str(pgettext_lazy("newsletter", "The weekly newsletter")),
            description=str(_("One article, every Friday.")),
        )
        shown = build_form_context([sample], None)
        return {**context, **shown}


def _get_lists(value: Any) -> list[MailingList]:
    """Return the distinct lists of a block, an empty list for the default one."""
    chosen = [value.get("mailing_list"), *(value.get("more_lists") or ())]
    return list({one.pk: one for one in chosen if one is not None}.values())
