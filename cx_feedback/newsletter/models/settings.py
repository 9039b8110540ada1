"""What a site's editors decide about writing to readers."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from cx_feedback.core.site_time import in_site_zone


@register_setting(icon="mail", order=320)
class NewsletterSettings(BaseSiteSetting):
    """How often and when readers may be written to; the default site's holds for all rules."""

    cap_mails = models.PositiveSmallIntegerField(
        _("at most"),
        default=5,
        help_text=_("Mails of rules to one reader within so many days; 0: no limit."),
    )
    cap_days = models.PositiveSmallIntegerField(_("within days"), default=7)
    quiet_from = models.TimeField(
        _("quiet from"),
        null=True,
        blank=True,
        help_text=_("Like 21:00; a rule's mail then waits for the morning. Empty: no quiet hours."),
    )
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    track_clicks = models.BooleanField(
        _("count clicks"),
        default=False,
        help_text=_("By signed links to this site's own pages only; needed for subject tests."),
    )

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("cap_mails"), FieldPanel("cap_days")])],
            heading=_("How often"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("quiet_from"),
                        FieldPanel(
                            "quiet_until",
                            help_text=format_lazy(
                                "{} {}", _("For readers who chose no zone:"), in_site_zone()
                            ),
                        ),
                    ]
                )
            ],
            heading=_("Quiet hours, in the reader's time zone"),
        ),
        MultiFieldPanel([FieldPanel("track_clicks")], heading=_("Counting")),
    ]

    class Meta:
        verbose_name = _("Newsletters")
        verbose_name_plural = _("Newsletters")

    def clean(self) -> None:
        errors = {}
        if self.cap_mails and not self.cap_days:
            errors["cap_days"] = _("At least one day.")
        if (self.quiet_from is None) != (self.quiet_until is None):
            missing = "quiet_until" if self.quiet_until is None else "quiet_from"
            errors[missing] = _("Give both times, or none.")
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            errors["quiet_until"] = _("The same time twice would be silence for good, or never.")
        if errors:
            raise ValidationError(errors)
