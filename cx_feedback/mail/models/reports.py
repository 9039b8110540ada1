"""Reports about sent emails."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.mail.models.deliveries import Delivery


class MailReport(models.Model):
    """An event of a sent email, reported by the provider or caused by its reader.

    A report may arrive before the commit that stores the provider's ID of its message. Such a
    report has no delivery until ``match_reports`` finds it.
    """

    class Kind(models.TextChoices):
        DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
        DEFERRED = "deferred", pgettext_lazy("delivery", "Delayed")
        BOUNCED = "bounced", pgettext_lazy("delivery", "Bounced")
        COMPLAINED = "complained", pgettext_lazy("delivery", "Marked as spam")
        OPENED = "opened", pgettext_lazy("delivery", "Opened")
        CLICKED = "clicked", pgettext_lazy("delivery", "Clicked")
        UNSUBSCRIBED = "unsubscribed", pgettext_lazy("delivery", "Unsubscribed")

    delivery = models.ForeignKey(
        Delivery,
        verbose_name=pgettext_lazy("delivery", "delivery"),
        null=True,
        on_delete=models.CASCADE,
        related_name="reports",
    )
    kind = models.CharField(pgettext_lazy("delivery", "event"), max_length=12, choices=Kind)
    #: For bounces: no email will ever arrive at the address.
    permanent = models.BooleanField(default=False)
    detail = models.CharField(
        pgettext_lazy("delivery", "detail"), max_length=500, blank=True, default=""
    )
    url = models.CharField(
        pgettext_lazy("delivery", "link"), max_length=500, blank=True, default=""
    )
    provider_id = models.CharField(max_length=200, blank=True, default="")
    #: Hash of the event, so that a webhook that is sent twice is stored once.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    occurred_at = models.DateTimeField(
        pgettext_lazy("delivery", "occurred at"), default=timezone.now
    )

    class Meta:
        verbose_name = pgettext_lazy("delivery", "report")
        verbose_name_plural = pgettext_lazy("delivery", "reports")
        default_permissions = ()
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["delivery", "kind"], name="cx_report_delivery"),
            models.Index(
                fields=["provider_id"],
                condition=Q(delivery__isnull=True),
                name="cx_report_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d %H:%M}"
