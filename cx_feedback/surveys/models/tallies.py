"""Tallies of the answers, from which results are read."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.models.surveys import Survey


class Tally(models.Model):
    """The number of folded responses with a value: in all, on a day, on a page, in a language.

    ``part`` is "" for all, "day:2026-11-21", "page:12" or "lang:es". Question and value are ""
    for the responses themselves; value is "" for all answers to a question. Counts other than
    those of answers have a question that begins with "~" (see ``results.tally_folding``).
    """

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="tallies", db_index=False
    )
    part = models.CharField(max_length=24, blank=True, default="")
    question = models.CharField(max_length=64, blank=True, default="")
    value = models.CharField(max_length=64, blank=True, default="")
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = pgettext_lazy("survey", "tally")
        verbose_name_plural = pgettext_lazy("survey", "tallies")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["survey", "part", "question", "value"], name="cx_tally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.question}={self.value}: {self.count}"
