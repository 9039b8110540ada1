"""The form for letters on the pages of the site, for the doctor."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.core.health.registry import Widget

WIDGETS = (
    Widget(
        name="letter",
        title=_("Write to us"),
        block="cx_feedback.conversations.blocks.WriteToUsBlock",
        line='("letter", WriteToUsBlock()),  '
        "# from cx_feedback.conversations.blocks import WriteToUsBlock",
        tags=("cx_write_to_us",),
        css_class="cx-letter",
        stores="cx_feedback_conversations.ConversationMessage",
        build_value=dict,
    ),
)
