"""The filters of rules and promises: conversations of a kind, a tier and a section."""

from dataclasses import dataclass
from typing import Any

import swapper
from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from cx_feedback.conversations.models.conversations import Conversation
from cx_feedback.readers.tier_names import Tier


@dataclass(frozen=True)
class ConversationFacts:
    """The facts of a conversation that decide which rule or promise fits."""

    kind: str
    tier: str
    #: The tree path of the page, "" without one.
    path: str = ""


class ConversationFilter(models.Model):
    """The kind, the tier of the reader and the section; each fits all where it is empty."""

    kind = models.CharField(
        pgettext_lazy("conversation", "reason"),
        max_length=10,
        choices=Conversation.Kind.choices,
        blank=True,
        default="",
    )
    tier = models.CharField(
        pgettext_lazy("conversation", "tier of the reader"),
        max_length=16,
        choices=Tier.choices,
        blank=True,
        default="",
    )
    section = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=pgettext_lazy("conversation", "section"),
        null=True,
        blank=True,
        # Without its section it would be for all conversations.
        on_delete=models.CASCADE,
        related_name="+",
        help_text=gettext_lazy("This page and all pages below it. Empty: all sections."),
    )

    class Meta:
        abstract = True

    def fits(self, facts: ConversationFacts) -> bool:
        """Return whether a conversation with these facts is of the kind, tier and section."""
        if self.kind not in ("", facts.kind) or self.tier not in ("", facts.tier):
            return False
        section: Any = self.section
        return section is None or facts.path.startswith(section.path)
