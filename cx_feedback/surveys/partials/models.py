"""Partial responses: the answered pages of readers who have not sent the survey."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.readers.models import Reader


class PartialResponse(models.Model):
    """One reader's answers to the pages answered so far, under a random key of their form.

    When the response is sent, only the key and ``sent`` are left, so that a request that arrives
    later doesn't store the answers again. ``partials.services`` holds all writes.
    """

    survey = models.ForeignKey(
        "cx_feedback_surveys.Survey",
        on_delete=models.CASCADE,
        related_name="partials",
        db_index=False,
    )
    version = models.ForeignKey(
        "cx_feedback_surveys.SurveyVersion",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    key = models.UUIDField(editable=False)
    #: Of two requests the one with the higher number is later, whichever arrives first.
    sequence = models.PositiveBigIntegerField(default=0, editable=False)
    #: Only a reader who is known already: a page that was answered makes nobody known.
    reader = models.ForeignKey(
        Reader, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    page_id = models.PositiveIntegerField(pgettext_lazy("survey", "page"), null=True, blank=True)
    language = models.CharField(
        pgettext_lazy("survey", "language"), max_length=12, blank=True, default=""
    )
    answers = models.JSONField(pgettext_lazy("survey", "answers"), default=dict)
    #: The key of the last question on the pages that were answered.
    last_question = models.CharField(max_length=64, blank=True, default="")
    sent = models.BooleanField(pgettext_lazy("survey", "sent"), default=False, editable=False)
    created_at = models.DateTimeField(pgettext_lazy("survey", "begun at"), default=timezone.now)
    updated_at = models.DateTimeField(pgettext_lazy("survey", "continued at"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("survey", "unfinished response")
        verbose_name_plural = pgettext_lazy("survey", "unfinished responses")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["survey", "key"], name="cx_partial_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["survey", "last_question", "updated_at"],
                condition=Q(sent=False),
                name="cx_partial_stopped",
            ),
            models.Index(fields=["updated_at"], name="cx_partial_updated"),
            models.Index(
                fields=["reader"], condition=Q(reader__isnull=False), name="cx_partial_reader"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.updated_at:%Y-%m-%d %H:%M}"
