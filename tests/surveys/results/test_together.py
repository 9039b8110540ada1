"""Results of a survey and its translations together."""

import pytest
from wagtail.models import Locale

from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.exports.export_rows import get_export_columns
from cx_feedback.surveys.results.results_by_question import get_results
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.surveys.conftest import BAD, GOOD, change
from tests.surveys.questions.asking import raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def spanish(survey):
    """The translation, with a choice and a question that the original never had."""
    copy = survey.copy_for_translation(Locale.objects.create(language_code="es"))
    stream = [dict(block) for block in copy.questions.get_prep_value()]
    stream[0]["value"]["label"] = "¿Qué tal?"
    stream[0]["value"]["choices"][0]["value"] = "Bien"
    stream[0]["value"]["choices"].append({"type": "item", "id": "c-regular", "value": "Regular"})
    copy = change(copy, [*stream, raw("scale", "q-more")])
    for choice in (GOOD, "c-regular", "c-regular", "c-regular"):
        answers = {"q-choice": choice, "q-more": 4}
        services.submit_response(survey_id=copy.pk, answers=answers, language="es")
    return copy


def rows_of(survey):
    found = {result.question.key: result for result in get_results(survey=survey).questions}
    return {row.value: (row.label, row.count) for row in found["q-choice"].rows}, found


def test_what_only_a_translation_asks_shows_with_its_words(survey, spanish, answer):
    for choice in (GOOD, BAD):
        answer(choice)
    for _ in range(2):  # unfolded, then folded
        rows, found = rows_of(survey)
        assert rows == {GOOD: ("Good", 2), BAD: ("Bad", 1), "c-regular": ("Regular", 3)}
        assert (found["q-choice"].question.label, found["q-choice"].n) == ("How was it?", 6)
        assert found["q-more"].n == 4
        assert rows_of(spanish)[0][GOOD] == ("Bien", 2)
        fold_responses()
    heads = [
        c.heading
        for c in get_export_columns(selectors.get_survey_definition(survey), "labels", False)
    ]
    assert raw("scale")["value"]["label"] in heads


def test_what_a_translation_took_out_stays_in_the_results(survey, spanish):
    stream = [dict(block) for block in spanish.questions.get_prep_value()]
    stream[0]["value"]["choices"].pop()
    spanish = change(spanish, stream[:-1])
    rows, found = rows_of(survey)
    assert rows["c-regular"] == ("Regular", 3)
    assert (found["q-more"].n, found["q-more"].retired) == (4, True)


def test_what_readers_are_asked_stays_that_of_their_language(survey, spanish):
    asked = selectors.get_live_survey(survey_id=survey.pk).definition.questions
    assert "q-more" not in [question.key for question in asked]
    assert [choice["key"] for choice in asked[0].options["choices"]] == [GOOD, BAD]
