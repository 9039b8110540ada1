import pytest
from django.core.cache import cache

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Survey
from tests.surveys.conftest import stream

YES, NO = "c-yes", "c-no"


def ask(*labels, key="q-poll", kind="choice", **more):
    """Return the raw question of a poll."""
    choices = [
        {"type": "item", "id": f"c-{label.lower()}", "value": label} for label in labels or []
    ]
    value = {"label": "More of this?", "choices": choices, "required": True, **more}
    return {"type": kind, "id": key, "value": value}


@pytest.fixture
def make_poll(locales):
    def make(shown="always", questions=None, **fields):
        return services.publish_survey(
            survey=Survey(
                title="Poll",
                thanks="Counted.",
                questions=questions or [ask("Yes", "No")],
                open_by_address=True,
                results_shown=shown,
                **fields,
            )
        )

    return make


@pytest.fixture
def vote():
    """Answer a poll so often with each value, and let no count of before be shown."""

    def cast(poll, key="q-poll", **times):
        for value, number in times.items():
            for _ in range(number):
                answers = {key: f"c-{value}"}
                services.submit_response(survey_id=poll.pk, answers=answers)
        cache.clear()

    return cast


def stream_of_two():
    return stream()
