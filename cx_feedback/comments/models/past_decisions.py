"""Counts of log entries whose comments are deleted, for the yearly table."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy


class PastDecision(models.Model):
    """A number of events of a kind and year that went with deleted comments. Names nobody."""

    year = models.PositiveSmallIntegerField()
    #: "event", "report" (of a reader) or "alone" (an objection decided by the same moderator).
    subject = models.CharField(max_length=8)
    #: The action of an event, or the reason of a report.
    kind = models.CharField(max_length=12)
    #: The state that the event led to, or that of the report.
    state = models.CharField(max_length=12, blank=True, default="")
    #: A reason of a site's list; others are stored as ``OTHER_REASON``.
    reason = models.CharField(max_length=200, blank=True, default="")
    count = models.PositiveIntegerField(default=0)

    #: Stands for words of a moderator's own, which may describe a person.
    OTHER_REASON: ClassVar[str] = "*"

    class Meta:
        verbose_name = pgettext_lazy("model", "count of past decisions")
        verbose_name_plural = pgettext_lazy("model", "counts of past decisions")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["year", "subject", "kind", "state", "reason"], name="cx_past_decision_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.subject} {self.kind}: {self.count}"
