import pytest
from wagtail.models import Locale

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Survey

GOOD, BAD = "c-good", "c-bad"


def stream(*extra):
    """The raw questions of the survey that most tests use: a choice, a scale, a text."""
    return [
        {
            "type": "choice",
            "id": "q-choice",
            "value": {
                "label": "How was it?",
                "help": "Be honest.",
                "required": True,
                "choices": [
                    {"type": "item", "id": GOOD, "value": "Good"},
                    {"type": "item", "id": BAD, "value": "Bad"},
                ],
            },
        },
        {
            "type": "scale",
            "id": "q-scale",
            "value": {
                "label": "How easy?",
                "help": "",
                "required": False,
                "low": 1,
                "high": 5,
                "low_label": "Hard",
                "high_label": "Easy",
            },
        },
        {
            "type": "text",
            "id": "q-text",
            "value": {"label": "Why?", "help": "", "required": False},
        },
        *extra,
    ]


def change(survey, raw):
    """Publish ``survey`` with other questions."""
    survey.questions = survey.questions.stream_block.to_python(raw)
    return services.publish_survey(survey=survey)


@pytest.fixture
def locales(db):
    # A test with real transactions empties all tables at its end, the locales too.
    Locale.objects.get_or_create(language_code="en")


@pytest.fixture
def draft(locales):
    return Survey(
        title="Your visit",
        intro="Two minutes.",
        thanks="Bless you.",
        questions=stream(),
        open_by_address=True,
    )


@pytest.fixture
def survey(draft):
    return services.publish_survey(survey=draft)


@pytest.fixture
def answer(survey):
    def submit(choice=GOOD, **kwargs):
        answers = {"q-choice": choice, **kwargs.pop("more", {})}
        return services.submit_response(survey_id=survey.pk, answers=answers, **kwargs)

    return submit
