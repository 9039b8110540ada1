"""Follow-ups of rules, and the last known tiers of readers."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.newsletter.models.rules import FollowUpRule
from cx_feedback.readers.models import Reader


class FollowUp(models.Model):
    """A mail that a rule sends to a reader, with its state.

    ``trigger_key`` identifies the trigger, and is "once" for rules that apply only the first
    time. It is part of the unique key, so that a trigger creates one row however often it is seen.
    ``page_id`` is the page of an event that the site reports, which has no activity.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("newsletter", "Waiting")
        POSTED = "posted", pgettext_lazy("newsletter", "Queued")
        SKIPPED = "skipped", pgettext_lazy("newsletter", "Skipped")
        HELD_BACK = "held", pgettext_lazy("newsletter", "Control group")

    rule = models.ForeignKey(FollowUpRule, on_delete=models.CASCADE, related_name="follow_ups")
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    trigger_key = models.CharField(max_length=100)
    #: The id of the RuleStep; 0 for the rule's first mail.
    step = models.BigIntegerField(default=0)
    activity_id = models.BigIntegerField(null=True)
    page_id = models.BigIntegerField(null=True)
    state = models.CharField(
        pgettext_lazy("newsletter", "state"), max_length=8, choices=State, default=State.WAITING
    )
    reason = models.CharField(pgettext_lazy("newsletter", "reason"), max_length=200, blank=True)
    due_at = models.DateTimeField(pgettext_lazy("newsletter", "due at"))
    #: The original due time if caps or quiet hours have postponed it.
    postponed_from = models.DateTimeField(null=True)
    #: The time of the trigger, the same for all mails of a series.
    triggered_at = models.DateTimeField(default=timezone.now, editable=False)
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
            # For the dry run. Most rows are posted, and therefore in neither index.
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


class KnownTier(models.Model):
    """The last known tier of a subscribed reader, by which rules detect a change."""

    reader = models.OneToOneField(Reader, on_delete=models.CASCADE, related_name="+")
    tier = models.CharField(max_length=16, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "known tier")
        verbose_name_plural = pgettext_lazy("newsletter", "known tiers")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.reader_id} {self.tier}"
