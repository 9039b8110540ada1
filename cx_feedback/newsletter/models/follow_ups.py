"""What rules owe readers, and what they know of tiers."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.newsletter.models.rules import FollowUpRule
from cx_feedback.readers.models import Reader


class FollowUp(models.Model):
    """That a rule owes a reader a message, and what became of it.

    ``trigger_key`` names what happened ("once" for rules that count only the first time), so
    that whatever looks at it twice writes one row.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("newsletter", "Waiting")
        POSTED = "posted", pgettext_lazy("newsletter", "Queued")
        SKIPPED = "skipped", pgettext_lazy("newsletter", "Skipped")
        HELD_BACK = "held", pgettext_lazy("newsletter", "Control group")

    rule = models.ForeignKey(FollowUpRule, on_delete=models.CASCADE, related_name="follow_ups")
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    trigger_key = models.CharField(max_length=40)
    #: The RuleStep's id; 0 is the rule's first mail.
    step = models.BigIntegerField(default=0)
    activity_id = models.BigIntegerField(null=True)
    state = models.CharField(
        pgettext_lazy("newsletter", "state"), max_length=8, choices=State, default=State.WAITING
    )
    reason = models.CharField(pgettext_lazy("newsletter", "reason"), max_length=200, blank=True)
    due_at = models.DateTimeField(pgettext_lazy("newsletter", "due at"))
    #: When it was due before caps and quiet hours put it off; None: they did not.
    put_off_from = models.DateTimeField(null=True)
    #: When what happened was noted; the mails of a series share it.
    begun_at = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "follow-up")
        verbose_name_plural = pgettext_lazy("newsletter", "follow-ups")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["rule", "reader", "trigger_key", "step"], name="cx_follow_up_once"
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="cx_follow_up_due"),
            # What the dry run says of this day; most rows are posted and in neither index.
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["held", "skipped"]),
                name="cx_follow_up_not_sent",
            ),
            models.Index(
                fields=["activity_id"],
                condition=Q(activity_id__isnull=False),
                name="cx_follow_up_activity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} → {self.reader_id} {self.trigger_key}"


class TierSeen(models.Model):
    """The tier that a subscribed reader had when rules last looked, to tell when it changes."""

    reader = models.OneToOneField(Reader, on_delete=models.CASCADE, related_name="+")
    tier = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "tier seen")
        verbose_name_plural = pgettext_lazy("newsletter", "tiers seen")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.reader_id} {self.tier}"
