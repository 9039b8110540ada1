"""The pages of the test site: one article with the block of every installed room."""

from importlib import import_module
from typing import ClassVar

from django.conf import settings
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page

ROOM_BLOCKS = {
    "survey": ("cx_feedback.surveys", "SurveyBlock"),
    "nps": ("cx_feedback.nps", "NPSBlock"),
    "comments": ("cx_feedback.comments", "CommentsBlock"),
    "subscribe": ("cx_feedback.newsletter", "SubscribeBlock"),
    "letter": ("cx_feedback.conversations", "WriteToUsBlock"),
}


def body_blocks() -> list[tuple[str, blocks.Block]]:
    """Return the block types of an article: text, and one of each installed room."""
    return [("text", blocks.TextBlock())] + [
        (name, getattr(import_module(f"{room}.blocks"), block)())
        for name, (room, block) in ROOM_BLOCKS.items()
        if room in settings.INSTALLED_APPS
    ]


class ArticlePage(Page):
    body = StreamField(body_blocks(), blank=True)

    content_panels: ClassVar[list] = [*Page.content_panels, "body"]
    api_fields: ClassVar[list] = ["body"]
