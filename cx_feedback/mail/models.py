"""Letters, the ledger of their deliveries, and the addresses that get none."""

import datetime
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from cx_feedback.readers.models import Reader


class Letter(models.Model):
    """What is posted: rendered once for many deliveries, and never changed afterwards.

    Subject, text, html and header values may hold placeholders, ``{name}`` or, with words for
    when it is empty, ``{name|dear reader}``; each delivery brings the values.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("plain text"))
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    from_email = models.CharField(_("from"), max_length=320, blank=True)
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        default_permissions = ()

    def __str__(self) -> str:
        return self.subject


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime.datetime) -> "DeliveryQuerySet":
        """Those that may be claimed now, most urgent first."""
        return self.filter(state=Delivery.State.PENDING, due_at__lte=now).order_by(
            "priority", "due_at", "pk"
        )


class Delivery(models.Model):
    """One letter to one recipient of one mailing: the row that makes it go out once.

    ``mailing`` is the sending room's word, ``"<kind>:<id>"``; ``recipient_key`` whatever tells
    its recipients apart. ``claimed_by`` and ``lease_until`` belong to the run that sends it.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        CLAIMED = "claimed", _("Claimed")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        IN_DOUBT = "in_doubt", _("In doubt")
        CANCELLED = "cancelled", _("Cancelled")

    class Policy(models.TextChoices):
        AT_MOST_ONCE = "at_most_once", _("At most once")
        AT_LEAST_ONCE = "at_least_once", _("At least once")

    #: A reader waits for it (an opt-in, a reply) · the usual · a whole list.
    URGENT, USUAL, BULK = 0, 5, 9

    letter = models.ForeignKey(
        Letter, verbose_name=_("letter"), on_delete=models.PROTECT, related_name="deliveries"
    )
    mailing = models.CharField(_("mailing"), max_length=80)
    recipient_key = models.CharField(_("recipient key"), max_length=64)
    address = models.EmailField(_("address"), max_length=254)
    reader = models.ForeignKey(
        Reader,
        verbose_name=_("reader"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    variables = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    policy = models.CharField(
        _("policy"), max_length=16, choices=Policy, default=Policy.AT_MOST_ONCE
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    priority = models.PositiveSmallIntegerField(default=USUAL)
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True, default="")
    created_at = models.DateTimeField(_("posted at"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        # Nobody writes or deletes a row of the ledger by hand; "change" is sending again.
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
            models.Index(fields=["state", "mailing"], name="cx_delivery_state"),
            models.Index(fields=["address"], name="cx_delivery_address"),
        ]

    def __str__(self) -> str:
        return f"{self.mailing} → {self.address}"

    @property
    def message_id(self) -> str:
        """The Message-ID: the same at every attempt. It does not deduplicate at the recipient."""
        digest = salted_hmac(
            "cx_feedback.mail", f"{self.mailing}\n{self.recipient_key}", algorithm="sha256"
        ).hexdigest()
        return f"cx-{self.pk}-{digest[:20]}"


def address_digest(address: str) -> str:
    """Return the keyed hash of an address, by which it stays suppressed after its erasure."""
    return salted_hmac(
        "cx_feedback.suppression", address.strip().lower(), algorithm="sha256"
    ).hexdigest()


class Suppression(models.Model):
    """An address that gets no mail of any mailing.

    After the erasure of a person the keyed hash remains and the address goes.
    """

    class Reason(models.TextChoices):
        ASKED = "asked", _("Asked for no more mail")
        COMPLAINED = "complained", _("Complained")
        BOUNCED = "bounced", _("Does not exist")
        EDITOR = "editor", _("By an editor")

    digest = models.CharField(max_length=64, unique=True, editable=False)
    address = models.EmailField(_("address"), max_length=254, blank=True, db_index=True)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, default=Reason.EDITOR)
    at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return self.address or str(_("(erased)"))
