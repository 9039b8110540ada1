"""What a reader saw is what they answer, however the survey was edited meanwhile."""

import pytest
from wagtail.models import Locale

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.models import Response, SurveyVersion
from cx_feedback.surveys.results.results_by_question import get_results
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.conftest import OWN
from tests.surveys.conftest import BAD, GOOD, change, stream
from tests.surveys.test_api import API, post

pytestmark = pytest.mark.django_db

#: The answers of a reader who saw the first version.
FIRST = {"q-choice": BAD, "q-scale": 5, "q-text": "Words"}


def edited():
    """Return the questions after an editor took one away, changed two and added one."""
    raw = stream()[:2]
    raw[0]["value"]["choices"][1] = {"type": "item", "id": "c-new", "value": "So so"}
    raw[1]["value"]["high"] = 10
    added = {"label": "New?", "help": "", "required": True}
    return [*raw, {"type": "text", "id": "q-new", "value": added}]


def store(survey, answers=FIRST, **kwargs):
    return services.submit_response(survey_id=survey.pk, answers=answers, **kwargs)


def test_a_survey_says_its_version(client, survey):
    assert client.get(f"{API}{survey.pk}/").json()["version"] == 1
    change(survey, edited())
    assert client.get(f"{API}{survey.pk}/").json()["version"] == 2


def test_an_earlier_version_is_answered(client, survey):
    change(survey, edited())
    response = post(client, survey.pk, {"answers": FIRST, "version": 1}, **OWN)
    assert response.status_code == 201
    stored = Response.objects.get()
    assert (stored.answers, stored.version.number) == (FIRST, 1)
    for _ in range(2):  # unfolded, then folded
        shown = {q.question.key: q for q in get_results(survey=survey).questions}
        assert [(r.value, r.count, r.retired) for r in shown["q-choice"].rows] == [
            (GOOD, 0, False), ("c-new", 0, False), (BAD, 1, True)
        ]  # fmt: skip
        assert (shown["q-scale"].n, shown["q-scale"].retired) == (1, True)
        assert (shown["q-scale_2"].n, shown["q-scale_2"].retired) == (0, False)
        assert (shown["q-text"].n, shown["q-text"].retired) == (1, True)
        fold_responses()


def test_each_version_has_its_own_rules(survey):
    change(survey, edited())
    with pytest.raises(InvalidInput) as wrong:
        store(survey, {**FIRST, "q-scale": 6}, version=1)
    assert list(wrong.value.fields) == ["answers.q-scale"]
    with pytest.raises(InvalidInput) as wrong:
        store(survey, version=2)
    assert "answers.q-new" in wrong.value.fields


@pytest.mark.parametrize("number", [0, 3, -1, 10**9, 10**30, "1", 1.5, True, [], {}, "x"])
def test_a_version_that_never_was(client, survey, number):
    change(survey, edited())
    response = post(client, survey.pk, {"answers": FIRST, "version": number}, **OWN)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["version"]
    assert not Response.objects.exists()


def test_a_version_that_only_another_survey_has(client, survey):
    spanish = Locale.objects.create(language_code="es")
    translated = services.publish_survey(survey=survey.copy_for_translation(spanish))
    change(survey, edited())
    response = post(client, translated.pk, {"answers": FIRST, "version": 2}, **OWN)
    assert list(response.json()["errors"]) == ["version"]
    assert post(client, translated.pk, {"answers": FIRST, "version": 1}).status_code == 201
    assert Response.objects.get().version.survey_id == translated.pk


def test_without_a_version_the_newest_that_fits_is_answered(survey):
    change(survey, edited())
    raw = edited()
    raw[2]["value"]["label"] = "Newest?"
    change(survey, raw)
    newest = {"q-choice": GOOD, "q-new": "Words"}
    assert [store(survey, given).version.number for given in (newest, FIRST)] == [3, 1]
    with pytest.raises(InvalidInput) as wrong:
        store(survey, {"q-choice": "c-never"})
    assert "answers.q-new" in wrong.value.fields  # as the current version has it
    with pytest.raises(InvalidInput) as wrong:
        store(survey, {"q-choice": GOOD, "q-never": 1})
    assert "answers.q-never" in wrong.value.fields


def test_the_current_version_costs_no_query_and_an_earlier_one_one(
    survey, django_assert_num_queries
):
    change(survey, edited())
    selectors.get_live_survey(survey_id=survey.pk)
    with django_assert_num_queries(0):
        live = selectors.get_live_survey(survey_id=survey.pk)
        assert selectors.get_live_version(live, 2) is selectors.get_live_version(live, None)
    with django_assert_num_queries(1):
        selectors.get_live_version(live, 1)
    with django_assert_num_queries(0):
        assert selectors.get_live_version(live, 1).definition.questions[1].key == "q-scale"


def test_a_version_newer_than_the_cached_one_is_known(survey):
    live = selectors.get_live_survey(survey_id=survey.pk)
    change(survey, edited())
    newer = selectors.get_live_version(live, 2)
    assert newer.definition == newer.newest
    assert newer.version_id == SurveyVersion.objects.get(current=True).pk
