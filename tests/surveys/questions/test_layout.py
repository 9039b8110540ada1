"""A statement and a page break: shown, never answered, in no result."""

import pytest

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.results.results_by_question import get_results
from tests.pages import squeeze
from tests.surveys.conftest import GOOD, change, stream

pytestmark = pytest.mark.django_db

LAYOUT = (
    {"type": "page_break", "id": "p", "value": {"label": "About you"}},
    {"type": "statement", "id": "s", "value": {"label": "Nearly done", "help": "One <b>\nmore"}},
)


def test_they_are_shown_and_ask_nothing(client, survey):
    survey = change(survey, stream(*LAYOUT))
    asked = selectors.get_live_survey(survey_id=survey.pk).definition.questions
    assert [(q.key, q.label, q.required) for q in asked[3:]] == [
        ("p", "About you", False),
        ("s", "Nearly done", False),
    ]
    html = squeeze(
        client.post(
            f"/feedback/surveys/{survey.pk}/",
            {"answers.q-choice": GOOD, "step": 0},
            HTTP_SEC_FETCH_SITE="same-origin",
        ).content
    )
    assert "<h3>Nearly done</h3><p>One &lt;b&gt;<br>more</p>" in html
    assert "About you" in html
    services.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD})
    results = get_results(survey=survey)
    assert [r.question.key for r in results.questions] == ["q-choice", "q-scale", "q-text"]


@pytest.mark.parametrize("key", ["p", "s"])
def test_an_answer_to_them_is_refused(survey, key):
    survey = change(survey, stream(*LAYOUT))
    with pytest.raises(InvalidInput) as caught:
        services.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD, key: "x"})
    assert list(caught.value.fields) == [f"answers.{key}"]
