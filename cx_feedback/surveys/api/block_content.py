"""The content of a survey's block in Wagtail's API."""

from typing import Any

from django.urls import reverse

from cx_feedback.surveys import selectors
from cx_feedback.surveys.api.serializers import build_survey
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.polls.poll_questions import find_poll_question


def build_survey_content(survey: Survey | None) -> dict[str, Any] | None:
    """Return what ``surveys/<id>/`` says, and the addresses of its answers and result.

    ``poll`` is null unless readers can see the result. None for a survey that is not published.
    """
    live = selectors.get_survey_to_show(survey) if survey else None
    if live is None:
        return None
    poll = find_poll_question(live)
    return {
        **build_survey(live),
        "responses": reverse("cx_feedback:api-survey-responses", args=[live.survey_id]),
        "poll": poll and reverse("cx_feedback:api-survey-poll", args=[live.survey_id]),
    }
