"""Every figure leaves out tests and spam, folded or not."""

import datetime

import pytest
from django.utils import timezone

from cx_feedback.readers.services import create_reader
from cx_feedback.surveys import services
from cx_feedback.surveys.editing import survey_list
from cx_feedback.surveys.exports.services import request_export
from cx_feedback.surveys.flow.quotas import take_places
from cx_feedback.surveys.models import Response, Survey, Tally
from cx_feedback.surveys.responses.errors import AlreadyAnswered
from cx_feedback.surveys.results import answer_triggers, home_panel, text_answers
from cx_feedback.surveys.results.crosstab import build_crosstab
from cx_feedback.surveys.results.filters import Filters
from cx_feedback.surveys.results.results_by_page import get_surveys_answered_on
from cx_feedback.surveys.results.subsets import select_subset
from cx_feedback.surveys.results.tally_folding import fold_responses, rebuild_tallies
from cx_feedback.surveys.results.value_counts import count_values
from tests.surveys.conftest import BAD, GOOD

pytestmark = pytest.mark.django_db
STATES = (Response.State.TEST, Response.State.SPAM)


@pytest.fixture(params=["before folding", "after folding", "after rebuilding"])
def mixed(request, survey, answer):
    """A survey with five counted answers of one kind, and a test and spam of another."""
    for _ in range(5):
        answer(GOOD, more={"q-scale": 4, "q-text": "good"}, page_id=1, language="en")
    for state in STATES:
        found = answer(BAD, more={"q-scale": 1, "q-text": "bad"}, page_id=2, language="es")
        Response.objects.filter(pk=found.pk).update(
            state=state, created_at=timezone.now() + datetime.timedelta(days=1)
        )
    if request.param != "before folding":
        fold_responses(batch=2)
        assert not Response.objects.filter(folded=False).exists()
    if request.param == "after rebuilding":
        rebuild_tallies(survey_id=survey.pk)
    return survey


@pytest.mark.parametrize("part", ["", "day:", "page:", "lang:"])
def test_counts_by_value(mixed, part):
    found = count_values(survey_ids=[mixed.pk], part=part)
    assert not {key: n for key, n in found.items() if key[2] in (BAD, "1")}
    assert {n for key, n in found.items() if key[1] == ""} == {5}


def test_counts_of_rows(mixed):
    subset = select_subset(mixed, Filters(answers=(("q-choice", GOOD),)))
    assert sum(cell.n for cell in subset.cells) == subset.n == 5
    assert subset.responses()[0].count() == 5
    table = build_crosstab(survey=mixed, rows="q-choice", columns="q-scale")
    assert table.n == 5


def test_texts_and_exports(mixed, admin_user):
    question = mixed.definition().questions[2]
    found = text_answers.find_responses_with_text(
        survey=mixed, question=question, filters=Filters()
    )
    assert {row.text for row in found} == {"good"}
    latest = text_answers.get_latest_texts(survey_ids=[mixed.pk], question="q-text")
    assert {text.words for text in latest} == {"good"}
    export = request_export(
        survey=mixed, user=admin_user, format="csv", headings="keys", with_texts=True
    )
    export.refresh_from_db()
    assert export.total == 5


def test_lists(mixed):
    row = survey_list.annotate_answers(Survey.objects.all()).get()
    assert row.answered == 5
    row = survey_list.annotate_last_answer(Survey.objects.all()).get()
    assert row.last_answer < timezone.now()
    assert [n for _survey, n in home_panel.get_most_answered()] == [5]
    assert [len(get_surveys_answered_on(page)) for page in (1, 2)] == [1, 0]


def test_they_trigger_no_follow_up(mixed):
    ids = set(Response.objects.values_list("pk", flat=True))
    counted = set(Response.objects.counted().values_list("pk", flat=True))
    assert answer_triggers.get_given_triggers(ids).keys() == counted


@pytest.mark.parametrize(("state", "again"), [("counted", False), ("test", True), ("spam", False)])
def test_a_test_leaves_its_reader_free_to_answer(survey, answer, state, again):
    reader = create_reader()
    first = answer(reader=reader)
    Response.objects.filter(pk=first.pk).update(state=state)
    survey.one_per_reader = True
    services.publish_survey(survey=survey)
    if again:
        answer(reader=reader)
    else:
        with pytest.raises(AlreadyAnswered):
            answer(reader=reader)


def test_a_test_takes_no_place(survey, answer):
    survey.max_responses = 1
    services.publish_survey(survey=survey)
    from cx_feedback.surveys import selectors

    live = selectors.get_live_survey(survey_id=survey.pk)
    take_places(live=live, response=Response(survey=survey, answers={}, state="test"))
    answer()
    assert Tally.objects.count() == 0
