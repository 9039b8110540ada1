"""The panels of the editor's form of a widget."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)

from cx_feedback.core.pages.site_time import in_own_zone
from cx_feedback.surveys.partials.policy import describe_partials
from cx_feedback.surveys.placement import panels as placement


def _build_class_panel(name: str, heading: Any) -> MultiFieldPanel:
    return MultiFieldPanel(
        [FieldPanel(f"{name}_{part}") for part in ("question", "thanks", "next")], heading=heading
    )


ASKING = [
    FieldPanel(
        "title",
        heading=pgettext_lazy("NPS", "Name"),
        help_text=pgettext_lazy("NPS", "For editors; readers do not see it."),
    ),
    FieldPanel("question"),
    FieldRowPanel([FieldPanel("low_label"), FieldPanel("high_label")]),
    FieldPanel("follow_up"),
    FieldPanel("thanks"),
    _build_class_panel("promoter", pgettext_lazy("NPS", "Promoters (9–10)")),
    _build_class_panel("passive", pgettext_lazy("NPS", "Passives (7–8)")),
    _build_class_panel("detractor", pgettext_lazy("NPS", "Detractors (0–6)")),
    MultiFieldPanel(
        [FieldPanel("next_page"), FieldPanel("next_label")], heading=_("Page of the next step")
    ),
    MultiFieldPanel(
        [FieldPanel("address_question"), FieldPanel("address_consent")],
        heading=_("Address for a reply"),
    ),
    MultiFieldPanel([FieldPanel("anonymous")], heading=pgettext_lazy("NPS", "Privacy")),
]

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

edit_handler = TabbedInterface(
    [
        ObjectList([*ASKING, PublishingPanel()], heading=pgettext_lazy("NPS", "What it asks")),
        ObjectList(APPEARING, heading=pgettext_lazy("NPS", "Where and when")),
    ]
)
