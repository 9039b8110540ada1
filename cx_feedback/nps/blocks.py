"""The NPS widget as a StreamField block, and how ``cx_doctor`` tries it."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cx_feedback.core.blocks import FeedbackBlock
from cx_feedback.core.health.registry import Widget
from cx_feedback.nps.form_context import build_nps_context
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys.blocks import LiveChooserBlock
from cx_feedback.surveys.health import get_open_survey
from cx_feedback.surveys.selectors import LiveSurvey


class NPSBlock(FeedbackBlock):
    """An NPS widget. Renders nothing unless it is published.

    All widgets of a page are loaded by one query.
    """

    widget = LiveChooserBlock("cx_feedback_nps.NPSWidget", label=pgettext_lazy("NPS", "NPS widget"))

    class Meta:
        icon = "cx-gauge"
        label = pgettext_lazy("NPS", "NPS")
        description = gettext_lazy("Ask how likely readers are to recommend you, and why.")
        template = "cx_feedback/nps/block.html"
        preview_template = "cx_feedback/nps/block_preview.html"
        preview_value: dict[str, Any] = {"widget": None}

    def build_api_content(self, value: Any, context: Any) -> dict[str, Any] | None:
        from cx_feedback.nps.api.block_content import build_widget_content

        return build_widget_content(value.get("widget"))

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        sample = LiveSurvey(0, 0, NPSWidget(title=pgettext("NPS", "NPS")).definition(), None, None)
        return {
            **super().get_preview_context(value, parent_context),
            **build_nps_context(sample, preview=True),
        }


def _build_trial_value() -> Any:
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
        build_value=_build_trial_value,
        missing=pgettext_lazy("NPS", "Publish an NPS widget that is open (Feedback, NPS)."),
    ),
)
