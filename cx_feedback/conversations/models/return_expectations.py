"""The expected returns of readers as of when they wrote, before anybody had answered."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.conversations.models.conversations import Conversation


class ReturnExpectation(models.Model):
    """The probability that the reader of a conversation comes back, as it was when they wrote.

    Without a ``probability`` nothing was known of the reader then.
    """

    conversation = models.OneToOneField(
        Conversation, primary_key=True, on_delete=models.CASCADE, related_name="expectation"
    )
    probability = models.FloatField(null=True)
    #: The weeks for which it holds, 0 without a probability.
    weeks = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("conversation", "expected return")
        verbose_name_plural = pgettext_lazy("conversation", "expected returns")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(probability__isnull=True, weeks=0)
                | Q(probability__gte=0, probability__lte=1, weeks__gte=1),
                name="cx_expected_return",
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.weeks}"
