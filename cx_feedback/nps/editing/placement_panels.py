"""The panels for where and when a widget appears: placement, sampling, rest periods, dates.

The options themselves are those of surveys: ``surveys/placement/``.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from cx_feedback.core.pages.site_time import in_own_zone
from cx_feedback.surveys.partials.keeping_period import describe_partials
from cx_feedback.surveys.placement import panels as placement

APPEARING = [
    MultiFieldPanel(placement.APPEARING, heading=placement.APPEARING_HEADING),
    MultiFieldPanel(placement.ASKED, heading=placement.ASKED_HEADING),
    MultiFieldPanel(
        [
            *placement.PLACES,
            FieldPanel("open_by_address"),
            FieldPanel("hidden_fields"),
            FieldPanel("tests_by_editors"),
        ],
        heading=placement.PLACES_HEADING,
    ),
    MultiFieldPanel(
        [FieldPanel("keeps_partials", help_text=describe_partials())],
        heading=_("Readers who choose a score and don't send it"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("opens_at", help_text=in_own_zone()),
            FieldPanel("closes_at", help_text=in_own_zone()),
        ],
        heading=pgettext_lazy("NPS", "When it takes answers"),
    ),
]
