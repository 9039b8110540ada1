"""The ledger of deliveries."""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.core.text.secret_keys import get_secret_keys
from cx_feedback.mail.models.hashes import compute_keyed_hash
from cx_feedback.mail.models.messages import Message
from cx_feedback.readers.models import Reader


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Adds ``due()``."""

    def due(self, now: datetime.datetime) -> "DeliveryQuerySet":
        """Return the deliveries that may be claimed now, most urgent first."""
        return self.filter(state=Delivery.State.PENDING, due_at__lte=now).order_by(
            "priority", "due_at", "pk"
        )


class Delivery(models.Model):
    """One message to one recipient of a mailing. The unique constraint makes it go out once.

    The sending room names the mailing, ``"<kind>:<id>"``, and gives each recipient a
    ``recipient_key`` that is unique within it. ``claimed_by`` and ``lease_until`` belong to the
    run that sends the delivery.
    """

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("delivery", "Waiting")
        CLAIMED = "claimed", pgettext_lazy("delivery", "Being prepared")
        SENDING = "sending", pgettext_lazy("delivery", "Being sent")
        SENT = "sent", pgettext_lazy("delivery", "Sent")
        FAILED = "failed", pgettext_lazy("delivery", "Failed")
        IN_DOUBT = "in_doubt", pgettext_lazy("delivery", "Unconfirmed")
        CANCELLED = "cancelled", pgettext_lazy("delivery", "Cancelled")
        #: Its mailing is paused.
        HELD = "held", pgettext_lazy("delivery", "On hold")

    class Policy(models.TextChoices):
        AT_MOST_ONCE = "at_most_once", pgettext_lazy("delivery", "At most once")
        AT_LEAST_ONCE = "at_least_once", pgettext_lazy("delivery", "At least once")

    #: Values of ``priority``, lower ones first. Urgent emails are those that somebody waits for,
    #: for example to confirm a subscription; bulk emails go to a whole list.
    URGENT, USUAL, BULK = 0, 5, 9

    message = models.ForeignKey(
        Message,
        verbose_name=pgettext_lazy("delivery", "message"),
        on_delete=models.PROTECT,
        related_name="deliveries",
    )
    mailing = models.CharField(pgettext_lazy("delivery", "mailing"), max_length=80)
    recipient_key = models.CharField(pgettext_lazy("delivery", "recipient key"), max_length=64)
    address = models.EmailField(pgettext_lazy("delivery", "address"), max_length=254)
    reader = models.ForeignKey(
        Reader,
        verbose_name=pgettext_lazy("delivery", "reader"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    #: The reader's tier when the delivery was queued, which a later visit may change.
    tier = models.CharField(
        pgettext_lazy("delivery", "tier"), max_length=16, blank=True, default=""
    )
    #: The recipient's language, for messages that are not written for one language.
    language = models.CharField(
        pgettext_lazy("delivery", "language"), max_length=12, blank=True, default=""
    )
    variables = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    policy = models.CharField(
        pgettext_lazy("delivery", "policy"),
        max_length=16,
        choices=Policy,
        default=Policy.AT_MOST_ONCE,
    )
    state = models.CharField(
        pgettext_lazy("delivery", "state"), max_length=12, choices=State, default=State.PENDING
    )
    priority = models.PositiveSmallIntegerField(default=USUAL)
    due_at = models.DateTimeField(pgettext_lazy("delivery", "due at"), default=timezone.now)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(pgettext_lazy("delivery", "attempts"), default=0)
    error = models.TextField(pgettext_lazy("delivery", "error"), blank=True, default="")
    #: The provider's ID of the message, by which its webhooks refer to it.
    provider_id = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(
        pgettext_lazy("delivery", "queued at"), default=timezone.now, editable=False
    )
    sent_at = models.DateTimeField(pgettext_lazy("delivery", "sent at"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("delivery", "delivery")
        verbose_name_plural = pgettext_lazy("delivery", "deliveries")
        # Nobody adds or deletes deliveries by hand; "change" allows to send them again.
        default_permissions = ("view", "change")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["mailing", "recipient_key"], name="cx_delivery_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["priority", "due_at", "id"],
                condition=Q(state="pending"),
                name="cx_delivery_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "sending"]),
                name="cx_delivery_lease",
            ),
            # For the counts of a mailing by state and the emails sent in the last minute.
            models.Index(fields=["mailing", "state", "sent_at"], name="cx_delivery_mailing"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["failed", "in_doubt"]),
                name="cx_delivery_trouble",
            ),
            models.Index(
                fields=["provider_id"],
                condition=~Q(provider_id=""),
                name="cx_delivery_provider",
            ),
            models.Index(fields=["address"], name="cx_delivery_address"),
        ]

    def __str__(self) -> str:
        return f"{self.mailing} → {self.address}"

    @property
    def reference(self) -> str:
        """The public name of the row, used in links and the Message-ID. It cannot be guessed."""
        return self._get_reference(settings.SECRET_KEY)

    def has_reference(self, reference: str) -> bool:
        """Return whether ``reference`` is the one of the row, by an earlier SECRET_KEY too."""
        return reference in [self._get_reference(secret) for secret in get_secret_keys()]

    def _get_reference(self, secret: str | bytes) -> str:
        value = f"{self.mailing}\n{self.recipient_key}"
        digest = compute_keyed_hash("cx_feedback.mail.reference", value, secret)
        return f"{self.pk}-{digest[:20]}"

    @property
    def message_id_local(self) -> str:
        """The part of the Message-ID before the @, the same at every attempt."""
        return f"cx-{self.reference}"
