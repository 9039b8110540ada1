"""A maximum of responses, quotas of choices, one response per reader."""

from dataclasses import replace

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from wagtail.models import Locale

from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity, Reader
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.editing.survey_list import annotate_state
from cx_feedback.surveys.flow.quotas import has_limits
from cx_feedback.surveys.flow.quotas_by_version import (
    WHOLE_SURVEY,
    get_full_places_of_version,
    is_blocked,
)
from cx_feedback.surveys.models import Quota, Response, Survey
from cx_feedback.surveys.questions import definitions
from cx_feedback.surveys.responses.errors import AlreadyAnswered, SurveyFull
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.surveys.conftest import BAD, GOOD, change
from tests.surveys.flow.cases import condition, item
from tests.surveys.questions.asking import raw
from tests.threads import AT_ONCE, in_threads

pytestmark = pytest.mark.django_db
GOOD_QUOTA = {"question": "q-choice", "value": GOOD}


def limited(survey, **limits):
    for name, value in limits.items():
        setattr(survey, name, value)
    return services.publish_survey(survey=survey)


def answer(survey, choice=GOOD, **how):
    return services.submit_response(survey_id=survey.pk, answers={"q-choice": choice}, **how)


def is_open(survey):
    return selectors.get_live_survey(survey_id=survey.pk).is_open


def test_a_survey_closes_with_its_last_response(survey):
    limited(survey, max_responses=2)
    answer(survey)
    assert is_open(survey)
    answer(survey, BAD)
    assert not is_open(survey)
    with pytest.raises(SurveyFull):
        answer(survey)
    cache.clear()
    with pytest.raises(SurveyFull):
        answer(survey)
    assert Response.objects.count() == 2
    limited(survey, max_responses=3)
    answer(survey)
    assert not is_open(survey)
    limited(survey, max_responses=None)
    answer(survey)
    assert not Quota.objects.exists()


@pytest.mark.parametrize(
    ("own", "today", "full", "holds"),
    [
        ({"q-choice": 5}, {"q-choice": 5}, ["q-choice"], ["q-choice"]),
        ({"q-choice": 3}, {"q-choice": 5}, ["q-choice"], ["q-choice"]),
        ({"q-choice": 9}, {"q-choice": 5}, ["q-choice"], []),  # it had a larger limit
        ({}, {"q-choice": 5}, ["q-choice"], []),  # or none
        ({"q-choice": 9, "q-scale": 5}, {"q-scale": 5}, ["q-scale"], ["q-scale"]),
        ({"q-choice": 9}, {"q-choice": 5}, ["", "q-choice"], [""]),  # the whole survey is full
        ({"q-choice": 5}, {"q-choice": 5}, [], []),
    ],
)
def test_which_quotas_hold_for_readers_of_an_earlier_version(own, today, full, holds):
    """Limits and full quotas by question, of one choice each; "" is the whole survey."""

    def place(key):
        return (key, GOOD) if key else WHOLE_SURVEY

    def version(limits):
        quotas = tuple(definitions.Quota(key, GOOD, limit) for key, limit in limits.items())
        return definitions.Definition("Visit", limits=definitions.Limits(quotas=quotas))

    found = get_full_places_of_version(
        frozenset(place(key) for key in full), version=version(own), today=version(today)
    )
    assert found == {place(key) for key in holds}


ON_A = [["a", "is", "x"]]


@pytest.mark.parametrize(
    ("earlier", "changes", "blocks"),
    [
        ([], {}, True),
        ([], {"required": False}, False),
        ([], {"show_if": condition(ON_A)}, False),
        ([item("-page")], {}, True),
        ([item("-page", ON_A)], {}, False),
        ([item("!end", ON_A)], {}, False),
    ],
)
def test_a_survey_is_blocked_by_what_every_reader_has_to_answer(earlier, changes, blocks):
    options = {"choices": [{"key": GOOD, "label": "Good"}]}
    asked = definitions.Question("q", "choice", "How?", required=True, options=options)
    asked = replace(asked, **changes)
    definition = definitions.Definition("Visit", questions=(*earlier, asked))
    assert is_blocked(definition, {("q", GOOD)}) == blocks


def test_one_who_does_not_know_yet_that_it_is_full_is_refused(survey, monkeypatch):
    limited(survey, max_responses=1)
    before = selectors.get_live_survey(survey_id=survey.pk)
    answer(survey)
    monkeypatch.setattr(selectors, "get_live_survey", lambda **which: before)
    with pytest.raises(SurveyFull):
        answer(survey, reader=lambda: readers.create_reader())
    assert (Response.objects.count(), Reader.objects.count()) == (1, 0)


def test_the_answer_that_filled_it_is_told_so_again(survey):
    limited(survey, max_responses=1)
    first = answer(survey, idempotency_key="k")
    again = answer(survey, idempotency_key="k")
    assert (again.pk, again.repeated, again.thanks) == (first.pk, True, "Bless you.")


def test_a_choice_takes_so_many(survey):
    limited(survey, quotas=[{**GOOD_QUOTA, "limit": 2}])
    answer(survey)
    answer(survey, BAD)
    answer(survey)
    with pytest.raises(InvalidInput) as caught:
        answer(survey, reader=lambda: readers.create_reader())
    assert list(caught.value.fields) == ["answers.q-choice"]
    answer(survey, BAD)
    assert (Response.objects.count(), Reader.objects.count()) == (4, 0)
    assert selectors.get_live_survey(survey_id=survey.pk).full == {("q-choice", GOOD)}


def test_answers_that_are_there_count(survey):
    for _ in range(3):
        answer(survey)
    fold_responses()
    answer(survey)
    limited(survey, max_responses=5, quotas=[{**GOOD_QUOTA, "limit": 5}])
    assert set(Quota.objects.values_list("taken", flat=True)) == {4}
    answer(survey)
    with pytest.raises(SurveyFull):
        answer(survey, BAD)
    survey.refresh_from_db()
    limited(survey, max_responses=4)
    assert not is_open(survey)


def test_limits_cost_two_statements_however_many(survey, django_assert_num_queries):
    quotas = [{"question": "q-choice", "value": key, "limit": 50} for key in (GOOD, BAD)]
    limited(survey, max_responses=50, quotas=quotas)
    answer(survey)
    with django_assert_num_queries(5):  # savepoint, response, places, taken, release
        answer(survey)


def test_translations_share_the_places(survey):
    limited(survey, max_responses=2)
    spanish = survey.copy_for_translation(Locale.objects.create(language_code="es"))
    spanish.title = "Tu visita"
    spanish = services.publish_survey(survey=spanish)
    answer(survey)
    answer(spanish)
    assert not is_open(survey)
    assert not is_open(spanish)


@pytest.mark.parametrize(
    ("limits", "has"),
    [
        ({}, False),
        ({"max_responses": 2}, True),
        ({"one_per_reader": True}, True),
        ({"quotas": [{**GOOD_QUOTA, "limit": 2}]}, True),
    ],
)
def test_a_survey_with_any_limit_may_have_to_write_more(survey, limits, has):
    """On PostgreSQL a response to one without any is a single statement."""
    live = selectors.get_live_survey(survey_id=limited(survey, **limits).pk)
    assert has_limits(live) == has


def test_one_response_per_reader_in_any_language(survey, reader):
    spanish = survey.copy_for_translation(Locale.objects.create(language_code="es"))
    earlier = readers.create_reader()
    answer(survey, reader=earlier)
    limited(survey, one_per_reader=True)
    spanish = limited(spanish, one_per_reader=True)
    answer(survey, reader=reader)
    for who in (reader, earlier):
        for one in (survey, spanish):
            with pytest.raises(AlreadyAnswered):
                answer(one, reader=who)
    # Whose they are is not known: nobody's answers are not counted as one reader's.
    answer(survey)
    answer(survey)
    assert Response.objects.count() == 4
    assert Activity.objects.count() == 2


def test_a_place_that_a_translation_adds_opens_all_languages(survey):
    limited(survey, max_responses=1)
    spanish = survey.copy_for_translation(Locale.objects.create(language_code="es"))
    spanish = services.publish_survey(survey=spanish)
    answer(survey)
    assert not is_open(spanish)
    limited(spanish, max_responses=2)
    assert is_open(survey)
    assert is_open(spanish)


def test_a_survey_that_nobody_can_finish_is_full(survey):
    questions = survey.questions.get_prep_value()
    quotas = [{**GOOD_QUOTA, "value": key, "limit": 1} for key in (GOOD, BAD)]
    limited(survey, quotas=quotas)
    answer(survey)
    assert is_open(survey)
    answer(survey, BAD)
    assert not is_open(survey)
    assert annotate_state(Survey.objects.all()).get().state == "closed"
    with pytest.raises(SurveyFull):
        answer(survey)
    first, *rest = questions
    change(survey, [{**first, "value": {**first["value"], "other": "Another"}}, *rest])
    assert is_open(survey)
    assert annotate_state(Survey.objects.all()).get().state == "live"
    change(survey, [{**first, "value": {**first["value"], "required": False}}, *rest])
    assert is_open(survey)
    change(survey, questions)
    assert not is_open(survey)


@pytest.mark.parametrize("kind", ["choice", "choices", "dropdown", "emotion"])
def test_what_is_full_is_offered_no_longer(client, locales, kind):
    value = "happy" if kind == "emotion" else "red"
    quotas = [{"question": "q", "value": value, "limit": 1}]
    if kind != "emotion":
        quotas.append({"question": "q", "value": ":other", "limit": 1})
    survey = Survey(
        title="Limited",
        open_by_address=True,
        quotas=quotas,
        questions=[raw(kind, "q", min_choices=1)],
    )
    survey.full_clean(exclude=["locale", "translation_key"])
    services.publish_survey(survey=survey)
    url = f"/feedback/surveys/{survey.pk}/ask/"
    several = kind == "choices"
    for given in (value, {"other": "So"})[: len(quotas)]:
        before = client.get(url).content.decode()
        services.submit_response(survey_id=survey.pk, answers={"q": [given] if several else given})
        cache.clear()
        sign = f'value="{":other" if given != value else value}"'
        assert sign in before
        assert sign not in client.get(url).content.decode()


@pytest.mark.parametrize("kind", ["ranking", "matrix", "scale", "text"])
def test_quotas_are_for_choices(locales, kind):
    quotas = [{"question": "q", "value": "ants", "limit": 1}]
    survey = Survey(
        title="Limited", open_by_address=True, quotas=quotas, questions=[raw(kind, "q")]
    )
    with pytest.raises(ValidationError, match="no choices that a quota could count"):
        survey.clean()


class TestAtOnce:
    pytestmark = AT_ONCE

    def many(self, survey, times, job):
        def attempt():
            try:
                return job()
            except (SurveyFull, AlreadyAnswered, InvalidInput) as error:
                return type(error).__name__

        return in_threads(*[attempt] * times)

    def test_no_place_is_given_twice(self, survey):
        quota = {"question": "q-choice", "value": GOOD, "limit": 5}
        limited(survey, max_responses=9, quotas=[quota])
        cache.clear()
        told = self.many(survey, 8, lambda: answer(survey).pk)
        assert told.count("InvalidInput") == 3
        told = self.many(survey, 8, lambda: answer(survey, BAD).pk)
        assert told.count("SurveyFull") == 4
        assert Response.objects.count() == 9
        assert {(q.limit, q.taken) for q in Quota.objects.all()} == {(9, 9), (5, 5)}

    def test_a_reader_answers_once(self, survey):
        limited(survey, one_per_reader=True)
        reader = readers.create_reader()
        told = self.many(survey, 6, lambda: answer(survey, reader=reader).pk)
        assert told.count("AlreadyAnswered") == 5
        assert Response.objects.count() == 1
