"""Mailing lists and their topics."""

from typing import Any, ClassVar

import swapper
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from cx_feedback.newsletter.rendering import placeholders


class MailingList(ClusterableModel):
    """A list that readers can subscribe to."""

    name = models.CharField(
        pgettext_lazy("newsletter", "name"),
        max_length=120,
        unique=True,
        help_text=_("Readers see it in the form and in emails."),
    )
    description = models.TextField(
        pgettext_lazy("newsletter", "description"),
        blank=True,
        help_text=_("What subscribers get, and how often."),
    )
    consent_wording = models.TextField(
        _("wording of the consent"),
        blank=True,
        help_text=_(
            "Shown below the form and stored with each subscription as proof. Empty: the default "
            "text in the language of the page."
        ),
    )
    from_email = models.CharField(
        pgettext_lazy("newsletter", "from"),
        max_length=320,
        blank=True,
        help_text=_("For example: The magazine <hello@example.org>. Empty: the site's sender."),
    )
    site = models.ForeignKey(
        "wagtailcore.Site",
        verbose_name=pgettext_lazy("mailing list", "site"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Issues are sent in the name of this site and link to it. Leave empty "
            "to use the default site. Emails about what happened on a page come "
            "from that page's site."
        ),
    )
    is_open = models.BooleanField(pgettext_lazy("newsletter", "takes subscriptions"), default=True)

    panels = (
        FieldPanel("name"),
        FieldPanel("description"),
        FieldPanel("consent_wording"),
        FieldPanel("from_email"),
        FieldPanel("site"),
        FieldPanel("is_open"),
        InlinePanel(
            "topics",
            heading=pgettext_lazy("newsletter", "Topics"),
            label=pgettext_lazy("newsletter", "Topic"),
        ),
    )

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "mailing list")
        verbose_name_plural = pgettext_lazy("newsletter", "mailing lists")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        # The name can be used in subjects.
        for field in ("name", "from_email"):
            placeholders.check_header_text(field, getattr(self, field))


class Topic(Orderable):
    """A topic of a list. Subscribers who choose none get all topics."""

    mailing_list = ParentalKey(MailingList, on_delete=models.CASCADE, related_name="topics")
    name = models.CharField(pgettext_lazy("newsletter", "name"), max_length=80)
    description = models.CharField(
        pgettext_lazy("newsletter", "description"), max_length=200, blank=True
    )
    section = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=pgettext_lazy("newsletter", "section"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Digests of this topic include the articles below this page."),
    )

    panels = (FieldPanel("name"), FieldPanel("description"), FieldPanel("section"))

    class Meta(Orderable.Meta):
        verbose_name = pgettext_lazy("newsletter", "topic")
        verbose_name_plural = pgettext_lazy("newsletter", "topics")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["mailing_list", "name"], name="cx_topic_once")
        ]

    def __str__(self) -> str:
        return self.name
