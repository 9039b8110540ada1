"""Subscriptions with their proof of consent."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.newsletter.models.lists import MailingList, Topic
from cx_feedback.readers.models import Reader


class Subscription(models.Model):
    """An address on a mailing list, with the proof of its owner's consent.

    ``reader`` is the one who confirmed it, or who was named by an import. Only confirmed
    subscriptions get mail.
    """

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("newsletter", "Not confirmed yet")
        CONFIRMED = "confirmed", pgettext_lazy("newsletter", "Confirmed")
        UNSUBSCRIBED = "unsubscribed", pgettext_lazy("newsletter", "Unsubscribed")

    mailing_list = models.ForeignKey(
        MailingList,
        verbose_name=pgettext_lazy("newsletter", "mailing list"),
        on_delete=models.PROTECT,
        related_name="subscriptions",
    )
    email = models.EmailField(pgettext_lazy("newsletter", "email"), max_length=254)
    name = models.CharField(pgettext_lazy("newsletter", "name"), max_length=80, blank=True)
    reader = models.ForeignKey(
        Reader,
        verbose_name=pgettext_lazy("newsletter", "reader"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subscriptions",
    )
    language = models.CharField(pgettext_lazy("newsletter", "language"), max_length=12, blank=True)
    #: Without any, all topics of the list.
    topics = models.ManyToManyField(
        Topic, verbose_name=pgettext_lazy("newsletter", "topics"), blank=True, related_name="+"
    )
    time_zone = models.CharField(
        pgettext_lazy("newsletter", "time zone"), max_length=40, blank=True
    )
    state = models.CharField(
        pgettext_lazy("newsletter", "state"), max_length=12, choices=State, default=State.PENDING
    )
    created_at = models.DateTimeField(
        pgettext_lazy("newsletter", "requested on"), default=timezone.now, editable=False
    )
    confirmed_at = models.DateTimeField(
        pgettext_lazy("newsletter", "confirmed on"), null=True, blank=True
    )
    unsubscribed_at = models.DateTimeField(
        pgettext_lazy("newsletter", "unsubscribed on"), null=True, blank=True
    )
    consent_wording = models.TextField(pgettext_lazy("newsletter", "wording shown"), blank=True)
    consent_version = models.CharField(_("version of the wording"), max_length=16, blank=True)
    consent_at = models.DateTimeField(
        pgettext_lazy("newsletter", "agreed at"), default=timezone.now
    )
    consent_page_id = models.PositiveIntegerField(
        pgettext_lazy("newsletter", "on page"), null=True, blank=True
    )
    consent_source = models.CharField(
        pgettext_lazy("newsletter", "source"), max_length=40, blank=True
    )
    #: Number of requested opt-in mails. Each has its own row in the deliveries ledger.
    opt_in_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "subscription")
        verbose_name_plural = pgettext_lazy("newsletter", "subscriptions")
        # Only readers subscribe. Editors with "change" can unsubscribe somebody.
        default_permissions = ("view", "change")
        permissions: ClassVar[list[Any]] = [
            ("import_subscription", _("Can import subscribers from a file")),
            ("export_subscription", _("Can export subscribers to a file")),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["mailing_list", "email"], name="cx_subscription_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["email"], name="cx_subscription_email"),
            models.Index(fields=["mailing_list", "state"], name="cx_subscription_state"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def topic_names(self) -> str:
        """The names of the chosen topics as written to an export."""
        return "; ".join(topic.name for topic in self.topics.all())


class ConsentRecord(models.Model):
    """The consent of an ended subscription. Rows are only added, never changed.

    Subscribing again requires a new consent, and the proof of the earlier one stays here. It is
    deleted with the subscription when the person is erased.
    """

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="earlier_consents"
    )
    wording = models.TextField(pgettext_lazy("newsletter", "wording shown"), blank=True)
    version = models.CharField(_("version of the wording"), max_length=16, blank=True)
    given_at = models.DateTimeField(pgettext_lazy("newsletter", "agreed at"))
    page_id = models.PositiveIntegerField(pgettext_lazy("newsletter", "on page"), null=True)
    source = models.CharField(pgettext_lazy("newsletter", "source"), max_length=40, blank=True)
    language = models.CharField(pgettext_lazy("newsletter", "language"), max_length=12, blank=True)
    confirmed_at = models.DateTimeField(pgettext_lazy("newsletter", "confirmed on"))
    ended_at = models.DateTimeField(pgettext_lazy("newsletter", "unsubscribed on"))

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "earlier consent")
        verbose_name_plural = pgettext_lazy("newsletter", "earlier consents")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.given_at:%Y-%m-%d} – {self.ended_at:%Y-%m-%d}"
