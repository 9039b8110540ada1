"""Subscriptions with their proof of consent."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cx_feedback.newsletter.models.lists import MailingList, Topic
from cx_feedback.readers.models import Reader


class Subscription(models.Model):
    """An address on a list, with the proof of what its owner agreed to.

    ``reader`` is the one who confirmed, or whom an import named. Only CONFIRMED gets mail.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Not confirmed yet")
        CONFIRMED = "confirmed", _("Confirmed")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")

    mailing_list = models.ForeignKey(
        MailingList,
        verbose_name=_("mailing list"),
        on_delete=models.PROTECT,
        related_name="subscriptions",
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=80, blank=True)
    reader = models.ForeignKey(
        Reader,
        verbose_name=_("reader"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subscriptions",
    )
    language = models.CharField(_("language"), max_length=12, blank=True)
    #: None chosen: all topics of the list.
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="+")
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(_("asked for on"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True)
    unsubscribed_at = models.DateTimeField(_("unsubscribed on"), null=True, blank=True)
    consent_wording = models.TextField(_("wording shown"), blank=True)
    consent_version = models.CharField(_("version of the wording"), max_length=16, blank=True)
    consent_at = models.DateTimeField(_("agreed at"), default=timezone.now)
    consent_page_id = models.PositiveIntegerField(_("on page"), null=True, blank=True)
    consent_how = models.CharField(_("how"), max_length=40, blank=True)
    #: Opt-in mails asked for; each has its own row in the deliveries ledger.
    asked = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        # Readers subscribe and unsubscribe; an editor may do the latter for them ("change").
        default_permissions = ("view", "change")
        permissions: ClassVar[list[Any]] = [
            ("import_subscription", _("Can bring subscribers in from a file")),
            ("export_subscription", _("Can take subscribers out as a file")),
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
        """The names of the chosen topics, as a file holds them."""
        return "; ".join(topic.name for topic in self.topics.all())


class ConsentRecord(models.Model):
    """The consent of a subscription that ended, as it was: rows are added and never changed.

    Who subscribes again agrees anew; the proof of what they agreed to before stays here. Goes
    with the subscription when the person is erased.
    """

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="earlier_consents"
    )
    wording = models.TextField(_("wording shown"), blank=True)
    version = models.CharField(_("version of the wording"), max_length=16, blank=True)
    given_at = models.DateTimeField(_("agreed at"))
    page_id = models.PositiveIntegerField(_("on page"), null=True)
    how = models.CharField(_("how"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed on"))
    ended_at = models.DateTimeField(_("unsubscribed on"))

    class Meta:
        verbose_name = _("earlier consent")
        verbose_name_plural = _("earlier consents")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.given_at:%Y-%m-%d} – {self.ended_at:%Y-%m-%d}"
