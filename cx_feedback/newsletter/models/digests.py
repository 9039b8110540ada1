"""Digests: they compose an issue from the articles published since the last one."""

import datetime
from typing import Any, ClassVar

import swapper
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms import Select
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cx_feedback.core.pages import site_time
from cx_feedback.newsletter.issues.article_page_types import get_dated_types
from cx_feedback.newsletter.issues.digest_form import DigestForm
from cx_feedback.newsletter.issues.topic_panel import TopicsPanel
from cx_feedback.newsletter.models.lists import MailingList, Topic
from cx_feedback.newsletter.rendering import placeholders
from cx_feedback.newsletter.rules.rule_form import get_language_choices

PAGE = swapper.get_model_name("wagtailcore", "Page")


class Digest(ClusterableModel):
    """Creates an issue with the latest articles every day, week or month, if there are any."""

    class Frequency(models.TextChoices):
        DAY = "day", pgettext_lazy("newsletter", "every day")
        WEEK = "week", pgettext_lazy("newsletter", "every week")
        MONTH = "month", _("every month, on its first day")

    name = models.CharField(
        pgettext_lazy("newsletter", "name"),
        max_length=120,
        help_text=pgettext_lazy("newsletter", "For editors; readers do not see it."),
    )
    active = models.BooleanField(pgettext_lazy("newsletter", "active"), default=False)
    mailing_list = models.ForeignKey(
        MailingList,
        verbose_name=pgettext_lazy("newsletter", "to subscribers of"),
        on_delete=models.PROTECT,
        related_name="digests",
    )
    topics = ParentalManyToManyField(
        Topic,
        verbose_name=pgettext_lazy("newsletter", "topics"),
        blank=True,
        related_name="+",
        help_text=_("Only new articles in the sections of these topics. None ticked: all."),
    )
    section = models.ForeignKey(
        PAGE,
        verbose_name=pgettext_lazy("newsletter", "section"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Only articles below this page. Empty: the whole site."),
    )
    #: Labels of page models. Without any, all pages that have no child pages.
    page_types = models.JSONField(
        pgettext_lazy("digest", "types of pages"), default=get_dated_types, blank=True
    )
    language = models.CharField(pgettext_lazy("newsletter", "language"), max_length=12, blank=True)
    frequency = models.CharField(
        pgettext_lazy("newsletter", "frequency"),
        max_length=5,
        choices=Frequency,
        default=Frequency.WEEK,
    )
    weekday = models.PositiveSmallIntegerField(
        pgettext_lazy("newsletter", "weekday"),
        default=4,
        choices=[
            (0, pgettext_lazy("newsletter", "Monday")),
            (1, pgettext_lazy("newsletter", "Tuesday")),
            (2, pgettext_lazy("newsletter", "Wednesday")),
            (3, pgettext_lazy("newsletter", "Thursday")),
            (4, pgettext_lazy("newsletter", "Friday")),
            (5, pgettext_lazy("newsletter", "Saturday")),
            (6, pgettext_lazy("newsletter", "Sunday")),
        ],
        help_text=pgettext_lazy("newsletter", "For weekly digests."),
    )
    hour = models.PositiveSmallIntegerField(
        pgettext_lazy("newsletter", "hour"),
        default=8,
        validators=[MaxValueValidator(23)],
        help_text=pgettext_lazy("newsletter", "0 to 23."),
    )
    min_articles = models.PositiveSmallIntegerField(
        pgettext_lazy("newsletter", "minimum articles"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("With fewer articles no issue is sent. They are included in the next one."),
    )
    subject = models.CharField(pgettext_lazy("newsletter", "subject"), max_length=150)
    intro = models.TextField(_("text above the articles"), blank=True)
    #: Articles first published up to this time have been in an issue or are too old for one.
    included_until = models.DateTimeField(default=timezone.now, editable=False)

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("active")],
            heading=pgettext_lazy("newsletter", "Digest"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("mailing_list", widget=Select),
                        FieldPanel("language", widget=Select(choices=get_language_choices)),  # type: ignore[arg-type]
                    ]
                ),
                TopicsPanel(),
                FieldPanel("section"),
                FieldPanel("page_types"),
                FieldPanel("min_articles"),
            ],
            heading=_("Recipients and articles"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("frequency"),
                FieldRowPanel(
                    [
                        FieldPanel("weekday"),
                        FieldPanel(
                            "hour",
                            help_text=format_lazy(
                                "{} {}",
                                pgettext_lazy("newsletter", "0 to 23."),
                                site_time.in_site_zone(),
                            ),
                        ),
                    ]
                ),
            ],
            heading=pgettext_lazy("newsletter", "When"),
        ),
        MultiFieldPanel(
            [FieldPanel("subject"), FieldPanel("intro")],
            heading=pgettext_lazy("newsletter", "Button text"),
        ),
    ]

    base_form_class = DigestForm

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "digest")
        verbose_name_plural = pgettext_lazy("newsletter", "digests")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        errors: dict[str, list[Any]] = {}
        for field in ("subject", "intro"):
            try:
                placeholders.check_placeholders(field, getattr(self, field))
            except ValidationError as error:
                errors.update(error.message_dict)
        if errors:
            raise ValidationError(errors)

    def get_last_due_time(self, now: datetime.datetime) -> datetime.datetime:
        """Return the latest time up to ``now`` at which an issue was due, in the site's zone."""
        due = site_time.localtime(now).replace(hour=self.hour, minute=0, second=0, microsecond=0)
        back = {
            self.Frequency.DAY: 0,
            self.Frequency.WEEK: (due.weekday() - self.weekday) % 7,
            self.Frequency.MONTH: due.day - 1,
        }[self.Frequency(self.frequency)]
        due -= datetime.timedelta(days=back)
        if due <= site_time.localtime(now):
            return due
        if self.frequency == self.Frequency.MONTH:
            return (due - datetime.timedelta(days=1)).replace(day=1)
        return due - datetime.timedelta(days=7 if self.frequency == self.Frequency.WEEK else 1)
