"""Rules by which responses begin conversations."""

from typing import Any, ClassVar

import swapper
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cx_feedback.conversations.rules.active_rules_cache import clear_active_rules


class ConversationRule(models.Model):
    """Begins a conversation about responses of a kind, with readers who allow to be written to.

    These are readers who left an address with the response. ``with_known_address`` adds those whose
    address is known otherwise.
    """

    class Trigger(models.TextChoices):
        DETRACTOR = "detractor", gettext_lazy("gave an NPS of 0 to 6 (detractor)")
        NPS = "nps", gettext_lazy("gave an NPS of at most")
        CSAT = "csat", gettext_lazy("gave a CSAT of at most")
        CES = "ces", gettext_lazy("gave a CES of at most")
        ANSWER = "answer", gettext_lazy("gave one of the answers")

    name = models.CharField(pgettext_lazy("conversation", "name"), max_length=80)
    active = models.BooleanField(
        pgettext_lazy("conversation", "active"),
        default=False,
        help_text=gettext_lazy("Responses from before a rule is active begin no conversation."),
    )
    active_since = models.DateTimeField(null=True, editable=False)
    trigger = models.CharField(
        pgettext_lazy("conversation", "when a reader"), max_length=10, choices=Trigger
    )
    limit = models.PositiveSmallIntegerField(
        pgettext_lazy("conversation", "at most"),
        null=True,
        blank=True,
        help_text=gettext_lazy("For scores: NPS from 0 to 10, CSAT from 1 to 5, CES from 1 to 7."),
    )
    #: Names of answers (``core.rooms.titles.Offer.word``), of which one is enough.
    answers = models.JSONField(
        pgettext_lazy("conversation", "answers"),
        default=list,
        blank=True,
        help_text=gettext_lazy("For “gave one of the answers”: one is enough."),
    )
    section = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=pgettext_lazy("conversation", "only in the section"),
        null=True,
        blank=True,
        # Without its section it would be a rule for all pages.
        on_delete=models.CASCADE,
        related_name="+",
        help_text=gettext_lazy("The page of the response and all pages below it. Empty: all."),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("conversation", "assigned to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=gettext_lazy(
            "If they may answer it and aren't away; otherwise the assignment rules say who gets it."
        ),
    )
    with_known_address = models.BooleanField(
        gettext_lazy("readers without an address in the response too"),
        default=False,
        help_text=gettext_lazy(
            "Those who confirmed an address elsewhere. Tick it only if they were told there that "
            "you write about their answers. Otherwise a conversation begins only with readers who "
            "left an address in the response."
        ),
    )

    class Meta:
        verbose_name = pgettext_lazy("conversation", "rule for conversations")
        verbose_name_plural = pgettext_lazy("conversation", "rules for conversations")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(active=False) | models.Q(active_since__isnull=False),
                name="cx_conversation_rule_since",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.active:
            self.active_since = None
        elif self.active_since is None:
            self.active_since = timezone.now()
        super().save(*args, **kwargs)
        clear_active_rules()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        found = super().delete(*args, **kwargs)
        clear_active_rules()
        return found

    def clean(self) -> None:
        """Raise ValidationError for a trigger without its limit or its answers."""
        lowest, highest = LIMITS.get(self.trigger, (0, 0))
        if self.trigger not in LIMITS:
            self.limit = None
        elif self.limit is None or not lowest <= self.limit <= highest:
            text = _("Enter a number from %(lowest)d to %(highest)d.")
            raise ValidationError({"limit": text % {"lowest": lowest, "highest": highest}})
        if self.trigger != self.Trigger.ANSWER:
            self.answers = []
        elif not self.answers:
            raise ValidationError({"answers": _("Choose at least one answer.")})


class CheckedResponse(models.Model):
    """A response that was checked against the rules, by the number of its activity.

    It is checked once, so that a conversation which its reader has erased isn't begun again.
    """

    activity_id = models.BigIntegerField(primary_key=True)
    checked_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()
        verbose_name = pgettext_lazy("conversation", "checked response")
        verbose_name_plural = pgettext_lazy("conversation", "checked responses")

    def __str__(self) -> str:
        return str(self.pk)


#: The scales of the triggers with a limit.
LIMITS: dict[str, tuple[int, int]] = {
    ConversationRule.Trigger.NPS: (0, 10),
    ConversationRule.Trigger.CSAT: (1, 5),
    ConversationRule.Trigger.CES: (1, 7),
}
