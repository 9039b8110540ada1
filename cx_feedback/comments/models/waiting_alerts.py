"""Alerts to moderators that something has waited too long."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class WaitingAlert(models.Model):
    """A stretch in which something on a site waits longer than the site sets. One is open at most.

    Each moderator gets one email per stretch. It ends when nothing waits that long any more.
    """

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "alert of waiting comments")
        verbose_name_plural = pgettext_lazy("model", "alerts of waiting comments")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(ended_at__isnull=True),
                name="cx_waiting_alert_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.begun_at}"
