"""The newsletter settings of a site."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from cx_feedback.core.pages.site_time import in_site_zone


@register_setting(icon="mail", order=320)
class NewsletterSettings(BaseSiteSetting):
    """Limits for follow-ups and the tracking of clicks. Those of the default site apply to all."""

    cap_mails = models.PositiveSmallIntegerField(
        pgettext_lazy("newsletter", "at most"),
        default=5,
        help_text=_("Follow-up emails to one reader within this many days; 0: no limit."),
    )
    cap_days = models.PositiveSmallIntegerField(
        pgettext_lazy("newsletter", "within days"), default=7
    )
    quiet_from = models.TimeField(
        pgettext_lazy("newsletter", "quiet hours from"),
        null=True,
        blank=True,
        help_text=_(
            "For example 21:00. Emails from rules then wait until morning. Leave "
            "empty for no quiet hours."
        ),
    )
    quiet_until = models.TimeField(
        pgettext_lazy("newsletter", "quiet until"), null=True, blank=True
    )
    track_clicks = models.BooleanField(
        pgettext_lazy("newsletter", "count clicks"),
        default=False,
        help_text=_("Uses signed links to this site's own pages only. Needed for subject tests."),
    )

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("cap_mails"), FieldPanel("cap_days")])],
            heading=pgettext_lazy("newsletter", "How often"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("quiet_from"),
                        FieldPanel(
                            "quiet_until",
                            help_text=format_lazy(
                                "{} {}", _("For readers without a time zone:"), in_site_zone()
                            ),
                        ),
                    ]
                )
            ],
            heading=_("Quiet hours, in the reader's time zone"),
        ),
        MultiFieldPanel(
            [FieldPanel("track_clicks")], heading=pgettext_lazy("newsletter", "Counting")
        ),
    ]

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "Newsletters")
        verbose_name_plural = pgettext_lazy("newsletter", "Newsletters")

    def clean(self) -> None:
        errors = {}
        if self.cap_mails and not self.cap_days:
            errors["cap_days"] = pgettext_lazy("newsletter", "Enter at least 1.")
        if (self.quiet_from is None) != (self.quiet_until is None):
            missing = "quiet_until" if self.quiet_until is None else "quiet_from"
            errors[missing] = _("Enter both times or neither.")
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            errors["quiet_until"] = _("Start and end must differ.")
        if errors:
            raise ValidationError(errors)
