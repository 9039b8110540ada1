"""The editor's form of an NPS widget."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)

from cx_feedback.core.site_time import in_own_zone


def _class_panel(name: str, heading: Any) -> MultiFieldPanel:
    return MultiFieldPanel(
        [FieldPanel(f"{name}_{part}") for part in ("question", "thanks", "next")], heading=heading
    )


ASKING = [
    FieldPanel("title", heading=_("Name"), help_text=_("For editors; readers do not see it.")),
    FieldPanel("question"),
    FieldRowPanel([FieldPanel("low_label"), FieldPanel("high_label")]),
    FieldPanel("follow_up"),
    FieldPanel("thanks"),
    _class_panel("promoter", _("Promoters (9–10)")),
    _class_panel("passive", _("Passives (7–8)")),
    _class_panel("detractor", _("Detractors (0–6)")),
    MultiFieldPanel(
        [FieldPanel("next_page"), FieldPanel("next_words")], heading=_("Where a next step leads")
    ),
    MultiFieldPanel(
        [FieldPanel("write_question"), FieldPanel("write_consent")],
        heading=_("For those who may be written to"),
    ),
]

APPEARING = [
    MultiFieldPanel(
        [
            FieldPanel("placement"),
            FieldRowPanel([FieldPanel("seconds"), FieldPanel("scrolled")]),
        ],
        heading=_("How it appears"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("share"),
            FieldRowPanel(
                [
                    FieldPanel("rest_answered"),
                    FieldPanel("rest_later"),
                    FieldPanel("rest_closed"),
                ]
            ),
        ],
        heading=_("Whom it asks, and how often"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("everywhere"),
            FieldPanel("sections"),
            FieldPanel("tags"),
            FieldPanel("languages"),
            FieldPanel("open_by_address"),
        ],
        heading=_("Where it appears"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("opens_at", help_text=in_own_zone()),
            FieldPanel("closes_at", help_text=in_own_zone()),
        ],
        heading=_("When it takes answers"),
    ),
]

edit_handler = TabbedInterface(
    [
        ObjectList([*ASKING, PublishingPanel()], heading=_("What it asks")),
        ObjectList(APPEARING, heading=_("Where and when")),
    ]
)
