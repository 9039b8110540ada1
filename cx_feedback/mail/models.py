"""Letters, the ledger of their deliveries, and the addresses that get none."""

import datetime
import hashlib
import hmac
from functools import lru_cache
from typing import Any, ClassVar

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.readers.models import Reader


class Letter(models.Model):
    """What is posted: rendered once for many deliveries, and never changed afterwards.

    Subject, text, html and header values may hold placeholders, ``{name}`` or, with words for
    when it is empty, ``{name|dear reader}``; each delivery brings the values.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    subject = models.CharField(pgettext_lazy("delivery", "subject"), max_length=250)
    text = models.TextField(pgettext_lazy("delivery", "plain text"))
    html = models.TextField(pgettext_lazy("delivery", "HTML"), blank=True)
    headers = models.JSONField(pgettext_lazy("delivery", "headers"), default=dict, blank=True)
    language = models.CharField(pgettext_lazy("delivery", "language"), max_length=12, blank=True)
    from_email = models.CharField(pgettext_lazy("delivery", "from"), max_length=320, blank=True)
    created_at = models.DateTimeField(
        pgettext_lazy("delivery", "written at"), default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("delivery", "letter")
        verbose_name_plural = pgettext_lazy("delivery", "letters")
        default_permissions = ()

    def __str__(self) -> str:
        return self.subject


class Mailing(models.Model):
    """What one post_many, or several, sent to many: what an editor pauses and looks at.

    Letters that go to one recipient each (an opt-in, a reply) have no row here.
    """

    name = models.CharField(pgettext_lazy("delivery", "mailing"), max_length=80, unique=True)
    #: Since when nothing of it goes out; deliveries that are posted meanwhile are held.
    paused_at = models.DateTimeField(
        pgettext_lazy("delivery", "paused at"), null=True, editable=False
    )
    created_at = models.DateTimeField(
        pgettext_lazy("delivery", "queued at"), default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("delivery", "mailing")
        verbose_name_plural = pgettext_lazy("delivery", "mailings")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


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
        PENDING = "pending", pgettext_lazy("delivery", "Waiting")
        CLAIMED = "claimed", pgettext_lazy("delivery", "Being prepared")
        SENDING = "sending", pgettext_lazy("delivery", "Being sent")
        SENT = "sent", pgettext_lazy("delivery", "Sent")
        FAILED = "failed", pgettext_lazy("delivery", "Failed")
        IN_DOUBT = "in_doubt", pgettext_lazy("delivery", "Unconfirmed")
        CANCELLED = "cancelled", pgettext_lazy("delivery", "Cancelled")
        #: Of a mailing that is paused.
        HELD = "held", pgettext_lazy("delivery", "On hold")

    class Policy(models.TextChoices):
        AT_MOST_ONCE = "at_most_once", pgettext_lazy("delivery", "At most once")
        AT_LEAST_ONCE = "at_least_once", pgettext_lazy("delivery", "At least once")

    #: A reader waits for it (an opt-in, a reply) · the usual · a whole list.
    URGENT, USUAL, BULK = 0, 5, 9

    letter = models.ForeignKey(
        Letter,
        verbose_name=pgettext_lazy("delivery", "letter"),
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
    #: Of the reader when it was posted: coming back changes it.
    tier = models.CharField(
        pgettext_lazy("delivery", "tier"), max_length=16, blank=True, default=""
    )
    #: Of the recipient when it was posted, where the letter is for any language.
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
    #: What the provider calls the message, by which its webhooks name it.
    provider_id = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(
        pgettext_lazy("delivery", "queued at"), default=timezone.now, editable=False
    )
    sent_at = models.DateTimeField(pgettext_lazy("delivery", "sent at"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("delivery", "delivery")
        verbose_name_plural = pgettext_lazy("delivery", "deliveries")
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
            # The counts of a mailing by state, and how many went out in the last minute.
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
        """The row's name outside, in links and the Message-ID; not to be guessed."""
        digest = _compute_keyed_hash("cx_feedback.mail", f"{self.mailing}\n{self.recipient_key}")
        return f"{self.pk}-{digest[:20]}"

    @property
    def message_id(self) -> str:
        """The Message-ID: the same at every attempt. It does not deduplicate at the recipient."""
        return f"cx-{self.reference}"


class MailReport(models.Model):
    """What happened to a message after it went out, as the provider or its reader tells.

    One that names a message which is not in the ledger yet waits without a delivery for it.
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
    kind = models.CharField(pgettext_lazy("delivery", "what"), max_length=12, choices=Kind)
    #: Of a bounce: whether no mail will ever arrive there.
    for_good = models.BooleanField(default=False)
    detail = models.CharField(
        pgettext_lazy("delivery", "detail"), max_length=500, blank=True, default=""
    )
    url = models.CharField(
        pgettext_lazy("delivery", "link"), max_length=500, blank=True, default=""
    )
    provider_id = models.CharField(max_length=200, blank=True, default="")
    #: A webhook that is sent twice is one report.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    at = models.DateTimeField(pgettext_lazy("delivery", "at"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("delivery", "report")
        verbose_name_plural = pgettext_lazy("delivery", "reports")
        default_permissions = ()
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["delivery", "kind"], name="cx_report_of"),
            models.Index(
                fields=["provider_id"],
                condition=Q(delivery__isnull=True),
                name="cx_report_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class SpeedLimit(models.Model):
    """At most so many mails a minute, to some domains or in all."""

    name = models.CharField(pgettext_lazy("delivery", "name"), max_length=60, unique=True)
    domains = models.TextField(
        pgettext_lazy("delivery", "domains"),
        blank=True,
        help_text=_(
            "One domain per line; they share this limit, for example the domains of one "
            "mailbox provider. Leave empty to limit all email, as your own provider may "
            "require."
        ),
    )
    per_minute = models.PositiveIntegerField(
        pgettext_lazy("delivery", "emails per minute"),
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
    )
    #: When the next mail may go.
    next_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("delivery", "speed limit")
        verbose_name_plural = pgettext_lazy("delivery", "speed limits")

    def __str__(self) -> str:
        return self.name

    @property
    def domain_list(self) -> str:
        return ", ".join(self.domains.split()) or str(pgettext_lazy("delivery", "All emails"))

    def clean(self) -> None:
        names = []
        for line in self.domains.split():
            try:
                names.append(idna.encode(line.lower().lstrip("@"), uts46=True).decode())
            except UnicodeError:
                message = _("“%s” is not a domain.") % line
                raise ValidationError({"domains": message}) from None
        self.domains = "\n".join(dict.fromkeys(names))


class ServerRefusal(models.Model):
    """The mail server takes no mail, or none of one sender: no run sends any before a moment."""

    #: Of the row about all mail.
    SERVER = "*"

    #: ``Letter.from_email``.
    sender = models.CharField(max_length=320, unique=True)
    error = models.TextField(blank=True, default="")
    code = models.CharField(max_length=20, blank=True, default="")
    #: How many tries it has refused one after the other; none once it takes mail again.
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    #: Deliveries it was refused with. Once others go through, it is these that are refused.
    suspects = models.JSONField(default=list)
    #: Deliveries that were refused alike, one after the other; not enough yet to say so.
    streak = models.JSONField(default=list)

    class Meta:
        verbose_name = _("refusal of the mail server")
        verbose_name_plural = _("refusals of the mail server")
        default_permissions = ()

    def __str__(self) -> str:
        return self.error


def hash_address(address: str) -> str:
    """Return the keyed hash of an address, by which it stays suppressed after its erasure."""
    return _compute_keyed_hash("cx_feedback.suppression", address.strip().lower())


def _compute_keyed_hash(salt: str, value: str) -> str:
    """Return what ``salted_hmac`` returns by SHA-256; the key is worked in once."""
    keyed = _get_keyed_hmac(salt, settings.SECRET_KEY).copy()
    keyed.update(value.encode())
    return keyed.hexdigest()


@lru_cache(maxsize=16)
def _get_keyed_hmac(salt: str, secret: str | bytes) -> hmac.HMAC:
    key = hashlib.sha256(force_bytes(salt) + force_bytes(secret)).digest()
    return hmac.new(key, digestmod="sha256")


class Suppression(models.Model):
    """An address that gets no mail of any mailing.

    After the erasure of a person the keyed hash remains and the address goes.
    """

    class Reason(models.TextChoices):
        ASKED = "asked", _("Asked not to be emailed")
        COMPLAINED = "complained", pgettext_lazy("delivery", "Marked as spam")
        BOUNCED = "bounced", pgettext_lazy("delivery", "Does not exist")
        EDITOR = "editor", pgettext_lazy("delivery", "By an editor")

    digest = models.CharField(max_length=64, unique=True, editable=False)
    address = models.EmailField(
        pgettext_lazy("delivery", "address"), max_length=254, blank=True, db_index=True
    )
    reason = models.CharField(
        pgettext_lazy("delivery", "reason"), max_length=12, choices=Reason, default=Reason.EDITOR
    )
    at = models.DateTimeField(
        pgettext_lazy("delivery", "since"), default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("delivery", "suppressed address")
        verbose_name_plural = pgettext_lazy("delivery", "suppressed addresses")

    def __str__(self) -> str:
        return self.address or str(pgettext_lazy("delivery", "(erased)"))
