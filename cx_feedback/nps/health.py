"""The NPS widget on the pages of the site, for the doctor."""

from typing import Any

from django.utils.translation import pgettext_lazy

from cx_feedback.core.health.registry import Widget
from cx_feedback.surveys.health import get_open_survey


def _build_value() -> Any:
    pk = get_open_survey("nps")
    return None if pk is None else {"widget": pk}


WIDGETS = (
    Widget(
        name="nps",
        title=pgettext_lazy("NPS", "NPS"),
        block="cx_feedback.nps.blocks.NPSBlock",
        line='("nps", NPSBlock()),  # from cx_feedback.nps.blocks import NPSBlock',
        tags=("cx_nps", "cx_placed_surveys"),
        css_class="cx-nps",
        stores="cx_feedback_surveys.Response",
        build_value=_build_value,
    ),
)
