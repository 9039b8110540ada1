"""The thanks and next steps of an NPS widget by class of scores, stored with its placement."""

from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.placement.placement_options import PlacementOptions


class NextStep(models.TextChoices):
    """The next step that readers are offered after the thanks; WRITE is shown with the reason."""

    NOTHING = "", pgettext_lazy("NPS", "nothing")
    SHARE = "share", pgettext_lazy("NPS", "share the article")
    PAGE = "page", _("go to the page chosen below")
    WRITE = "write", _("leave an email address for an answer")


#: What each class of scores is invited to, unless an editor chooses otherwise.
DEFAULT_NEXT_STEPS = {
    "promoter": NextStep.SHARE,
    "passive": NextStep.NOTHING,
    "detractor": NextStep.WRITE,
}


@dataclass(frozen=True)
class WidgetOptions(PlacementOptions):
    """The options of a published version, stored with its questions."""

    #: By class; "" for the widget's own thanks.
    thanks: dict[str, str] = field(default_factory=dict)
    next: dict[str, str] = field(default_factory=dict)
    #: The text of the link to the page of the next step, "" without a page.
    next_label: str = ""
