"""Limits on the number of responses, and who has used them."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from cx_feedback.core.database.fast_insert import allow_fast_inserts
from cx_feedback.readers.models import Reader


class Quota(models.Model):
    """The maximum number of responses with a choice or, with empty fields, of the whole survey.

    A survey and its translations share their quotas: ``family`` is their translation key. These
    rows are locked while a response takes its places, so that a limit is never exceeded.
    """

    family = models.UUIDField()
    question = models.CharField(max_length=64, blank=True, default="")
    value = models.CharField(max_length=64, blank=True, default="")
    limit = models.PositiveIntegerField(pgettext_lazy("survey", "limit"))
    taken = models.PositiveIntegerField(pgettext_lazy("survey", "taken"), default=0)
    #: The last response that was counted when the quota was set. Imported ones take no place later.
    counted_to = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("survey", "quota")
        verbose_name_plural = pgettext_lazy("survey", "quotas")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["family", "question", "value"], name="cx_quota_once")
        ]

    def __str__(self) -> str:
        return f"{self.question}={self.value}: {self.taken}/{self.limit}"


@allow_fast_inserts
class AnsweredOnce(models.Model):
    """A reader's answer to a survey, or its translations, that accept one response per reader."""

    family = models.UUIDField()
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("survey", "answered once")
        verbose_name_plural = pgettext_lazy("survey", "answered once")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["family", "reader"], name="cx_answered_once")
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.reader_id}"
