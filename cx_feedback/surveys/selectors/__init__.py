"""Reads about surveys: what is published, and what surveys ask."""

from cx_feedback.surveys.selectors.definitions import (
    get_definitions,
    get_family_and_definition,
    get_family_ids,
    get_published_definition,
    get_sibling_definitions,
    get_survey_definition,
    get_survey_with_definition,
)
from cx_feedback.surveys.selectors.live_surveys import (
    LiveSurvey,
    fetch_chosen_surveys,
    forget_live_id,
    forget_live_survey,
    get_live_survey,
    get_survey_to_show,
    list_live_surveys,
    list_placed_surveys,
)
from cx_feedback.surveys.selectors.live_versions import (
    get_live_version,
    iterate_earlier_versions,
)

__all__ = [
    "LiveSurvey",
    "fetch_chosen_surveys",
    "forget_live_id",
    "forget_live_survey",
    "get_definitions",
    "get_family_and_definition",
    "get_family_ids",
    "get_live_survey",
    "get_live_version",
    "get_published_definition",
    "get_sibling_definitions",
    "get_survey_definition",
    "get_survey_to_show",
    "get_survey_with_definition",
    "iterate_earlier_versions",
    "list_live_surveys",
    "list_placed_surveys",
]
