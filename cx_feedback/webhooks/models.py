"""Endpoints with their secrets, the events that each of them is sent, and the attempts."""

import datetime
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def active(self) -> "EndpointQuerySet":
        """Return the endpoints that are sent events."""
        return self.filter(active=True, removed_at=None)


class Endpoint(models.Model):
    """An address of another program that is told of events."""

    class OffReason(models.TextChoices):
        FAILING = "failing", pgettext_lazy("webhook", "Failed for days")
        GONE = "gone", pgettext_lazy("webhook", "The address said that it is gone (410)")

    name = models.CharField(pgettext_lazy("webhook", "name"), max_length=80)
    url = models.CharField(pgettext_lazy("webhook", "address"), max_length=500)
    #: Names of ``events.event_types``.
    events = models.JSONField(pgettext_lazy("webhook", "events"), default=list)
    with_texts = models.BooleanField(pgettext_lazy("webhook", "with texts"), default=False)
    active = models.BooleanField(pgettext_lazy("webhook", "active"), default=True)
    #: The account that saved it last: it is sent what this account may see.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("webhook", "account"),
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    #: The first failure since the last success.
    failing_since = models.DateTimeField(null=True, editable=False)
    off_reason = models.CharField(
        max_length=8, choices=OffReason.choices, default="", blank=True, editable=False
    )
    #: Set instead of deleting the row, which an event may be stored for at the same moment.
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("webhook", "webhook")
        verbose_name_plural = pgettext_lazy("webhook", "webhooks")
        constraints: ClassVar[list[Any]] = [
            # A request that is repeated makes no second one, which would be sent all events too.
            models.UniqueConstraint(
                fields=["owner", "url"], condition=Q(active=True), name="cx_endpoint_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state_label(self) -> str:
        """The state in a word, for lists."""
        if not self.active:
            return pgettext("webhook", "Switched off") if self.off_reason else _off()
        return pgettext("webhook", "Failing") if self.failing_since else pgettext("webhook", "On")


def _off() -> str:
    return pgettext("webhook", "Off")


class SecretQuerySet(models.QuerySet["EndpointSecret"]):
    def signing(self, now: datetime.datetime) -> "SecretQuerySet":
        """Return the secrets that sign at ``now``, newest first."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now)).order_by("-pk")


class EndpointSecret(models.Model):
    """A secret that signs what an endpoint is sent, encrypted with SECRET_KEY."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    #: The end of a secret that was replaced.
    ends_at = models.DateTimeField(null=True)

    objects = SecretQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.endpoint_id}: {self.created_at}"


class DeliveryQuerySet(models.QuerySet["EventDelivery"]):
    def due(self, now: datetime.datetime) -> "DeliveryQuerySet":
        """Return what waits to be sent to active endpoints and is not being sent."""
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        return self.filter(
            free,
            state=EventDelivery.State.PENDING,
            due_at__lte=now,
            endpoint__active=True,
            endpoint__removed_at=None,
        )


class EventDelivery(models.Model):
    """An event for one endpoint. It holds ids; texts are read when it is sent."""

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("webhook", "Waiting")
        DELIVERED = "delivered", pgettext_lazy("webhook", "Delivered")
        FAILED = "failed", pgettext_lazy("webhook", "Given up")

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    #: Of the message; the same in each attempt, so that receivers know repeats.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.CharField(pgettext_lazy("webhook", "event"), max_length=40)
    #: The fields of the event's payload.
    data = models.JSONField(default=dict)
    #: The reader whom the event is about.
    reader_id = models.BigIntegerField(null=True)
    occurred_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(
        pgettext_lazy("webhook", "state"),
        max_length=9,
        choices=State.choices,
        default=State.PENDING,
    )
    due_at = models.DateTimeField(default=timezone.now)
    #: Until when a process that is sending it may be silent.
    lease_until = models.DateTimeField(null=True)
    #: Attempts that began.
    attempts = models.PositiveIntegerField(default=0)
    #: Failures since the event happened or was sent again by hand.
    failures = models.PositiveIntegerField(default=0)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("webhook", "event")
        verbose_name_plural = pgettext_lazy("webhook", "events")
        indexes = [
            models.Index(
                fields=["endpoint", "due_at", "id"],
                condition=Q(state="pending"),
                name="cx_webhooks_due",
            ),
            models.Index(
                fields=["reader_id"],
                condition=Q(reader_id__isnull=False),
                name="cx_webhooks_reader",
            ),
            models.Index(fields=["occurred_at"], name="cx_webhooks_occurred"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"

    @property
    def next_attempt_at(self) -> datetime.datetime | None:
        """When it is tried next, None where nothing more is tried."""
        return self.due_at if self.state == self.State.PENDING else None

    @property
    def message_id(self) -> str:
        """The id of the message, which the header ``webhook-id`` has."""
        return f"msg_{self.key.hex}"


class Attempt(models.Model):
    """An attempt to send an event, without anything that the receiver said in words."""

    class Error(models.TextChoices):
        STATUS = "status", pgettext_lazy("webhook", "Answered with an error")
        REDIRECT = "redirect", pgettext_lazy("webhook", "Redirects are not followed")
        NAME = "name", pgettext_lazy("webhook", "The name of the host was not found")
        ADDRESS = "address", pgettext_lazy("webhook", "The address is not a public one")
        CONNECTION = "connection", pgettext_lazy("webhook", "No connection")
        CERTIFICATE = "certificate", pgettext_lazy("webhook", "The certificate is not valid")
        TIMEOUT = "timeout", pgettext_lazy("webhook", "No answer in time")
        PROTOCOL = "protocol", pgettext_lazy("webhook", "The answer is not HTTP")
        SECRET = "secret", pgettext_lazy("webhook", "No secret can be read; make a new one")

    delivery = models.ForeignKey(EventDelivery, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(default=timezone.now)
    #: Status of HTTP; null without an answer.
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=12, choices=Error.choices, default="", blank=True)
    milliseconds = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.summary

    @property
    def summary(self) -> str:
        """The outcome in a few words, for the log."""
        words: Any = self.get_error_display() if self.error else pgettext("webhook", "Delivered")
        return f"{words} ({self.status})" if self.status else str(words)
