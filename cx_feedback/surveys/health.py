"""The survey on the pages of the site, for the doctor."""

from typing import Any

from django.utils.translation import pgettext_lazy

from cx_feedback.core.health.registry import Widget


def get_open_survey(kind: str) -> int | None:
    """Return the id of a survey of a kind that readers can answer now, None without one."""
    from cx_feedback.surveys.selectors import list_live_surveys

    return next((live.survey_id for live in list_live_surveys(kind) if live.is_open), None)


def _build_value() -> Any:
    pk = get_open_survey("survey")
    return None if pk is None else {"survey": pk}


WIDGETS = (
    Widget(
        name="survey",
        title=pgettext_lazy("survey", "Survey"),
        block="cx_feedback.surveys.blocks.SurveyBlock",
        line='("survey", SurveyBlock()),  # from cx_feedback.surveys.blocks import SurveyBlock',
        tags=("cx_survey", "cx_placed_surveys"),
        css_class="cx-survey",
        stores="cx_feedback_surveys.Response",
        build_value=_build_value,
        missing=pgettext_lazy("survey", "Publish a survey that is open (Feedback, Surveys)."),
    ),
)
