"""The panels of the editor's form of a widget: its questions, and the form as a whole."""

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

from cx_feedback.nps.editing.placement_panels import APPEARING


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

edit_handler = TabbedInterface(
    [
        ObjectList([*ASKING, PublishingPanel()], heading=pgettext_lazy("NPS", "What it asks")),
        ObjectList(APPEARING, heading=pgettext_lazy("NPS", "Where and when")),
    ]
)
