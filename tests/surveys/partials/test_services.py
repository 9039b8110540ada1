"""Keeping answered pages, and what becomes of them."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.core.errors import Closed, InvalidInput, NotFound
from cx_feedback.surveys import services
from cx_feedback.surveys.models import PartialResponse, Response, Survey, Tally
from cx_feedback.surveys.partials import services as partials
from cx_feedback.surveys.partials.errors import AlreadySent, NotKept
from cx_feedback.surveys.results.tally_folding import STOPPED, rebuild_tallies
from cx_feedback.surveys.tasks import sweep_partials
from tests.surveys.flow.conftest import YES, choice, survey_of

pytestmark = pytest.mark.django_db
ANSWERS = {"reads": YES, "stars": 4}


def send(kept, key=None, **more):
    return services.submit_response(survey_id=kept.pk, answers={**ANSWERS, **more}, partial=key)


def test_answered_pages_are_kept_apart_from_responses(kept, leave, reader):
    found = leave(page_id=12, reader=reader, language="es")
    assert (found.answers, found.last_question) == (ANSWERS, "stars")
    assert (found.page_id, found.reader, found.language) == (12, reader, "es")
    assert found.version.survey == kept
    assert not Response.objects.exists()


def test_a_later_page_takes_the_place_of_the_earlier_ones(leave):
    first = leave()
    again = leave("name", key=first.key, sequence=2, answers={**ANSWERS, "name": "Ana"})
    assert again.pk == first.pk
    assert (again.answers["name"], again.last_question) == ("Ana", "name")
    assert again.updated_at > first.updated_at
    assert again.created_at == first.created_at


@pytest.mark.parametrize("sequence", [1, 2])
def test_a_delayed_or_doubled_request_goes_back_to_nothing(leave, sequence):
    key = uuid.uuid4()
    leave("name", key=key, sequence=2, answers={**ANSWERS, "name": "Ana"})
    assert leave(key=key, sequence=sequence).answers["name"] == "Ana"


def test_answers_of_pages_not_reached_yet_are_left_out(leave):
    assert leave(answers={**ANSWERS, "name": "preselected"}).answers == ANSWERS


def test_empty_answers_of_a_page_are_no_error(leave):
    found = leave("name", answers=ANSWERS)
    assert found.last_question == "name"
    assert leave(answers={}).answers == {}


def test_the_last_question_is_one_that_was_asked(leave):
    # "why" is asked only of those who give few points.
    assert leave("why").last_question == "stars"


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"answers": {"reads": "c-none"}}, "answers.reads"),
        ({"answers": {"other": 1}}, "answers.other"),
        ({"answers": "words"}, "answers"),
        ({"upto": "other"}, "upto"),
        ({"upto": ["stars"]}, "upto"),
        ({"upto": None}, "upto"),
        ({"sequence": "1"}, "sequence"),
        ({"sequence": -1}, "sequence"),
        ({"sequence": 2**63}, "sequence"),
        ({"sequence": True}, "sequence"),
    ],
)
def test_bad_input_names_the_field_and_keeps_nothing(leave, how, field):
    with pytest.raises(InvalidInput) as error:
        leave(**how)
    assert set(error.value.fields) == {field}
    assert not PartialResponse.objects.exists()


def test_sending_takes_them_away(kept, leave, reader):
    partial = leave(reader=reader, page_id=3, language="es")
    response = send(kept, partial.key)
    partial.refresh_from_db()
    assert (partial.sent, partial.answers, partial.reader) == (True, {}, None)
    assert (partial.page_id, partial.language, partial.last_question) == (None, "", "")
    assert Response.objects.get() == response


def test_a_refused_response_leaves_them(kept, leave):
    partial = leave()
    with pytest.raises(InvalidInput):
        services.submit_response(survey_id=kept.pk, answers={}, partial=partial.key)
    partial.refresh_from_db()
    assert not partial.sent
    assert partial.answers == ANSWERS


def test_a_request_that_arrives_after_the_response_brings_nothing_back(kept, leave):
    key = uuid.uuid4()
    send(kept, key)
    with pytest.raises(AlreadySent):
        leave(key=key, sequence=99)
    assert PartialResponse.objects.get().answers == {}


def test_a_response_is_stored_whatever_became_of_its_pages(kept, leave):
    partial = leave()
    partial.delete()
    send(kept, partial.key)
    assert Response.objects.count() == 1


def test_a_repeated_response_is_one(kept, leave):
    partial = leave()
    how = {"survey_id": kept.pk, "answers": ANSWERS, "idempotency_key": str(uuid.uuid4())}
    first, again = (services.submit_response(partial=partial.key, **how) for _ in range(2))
    assert (first.pk, again.repeated) == (again.pk, True)


def test_the_same_key_in_another_survey_is_another_attempt(kept, leave):
    partial = leave()
    other = survey_of([choice("reads", "Do you read us?")])
    services.submit_response(survey_id=other.pk, answers={"reads": YES}, partial=partial.key)
    partial.refresh_from_db()
    assert not partial.sent


def test_nothing_is_kept_unless_the_version_says_so(kept, leave):
    Survey.objects.filter(pk=kept.pk).update(keeps_partials=True)
    kept.keeps_partials = False
    services.publish_survey(survey=kept)
    with pytest.raises(NotKept):
        leave()
    # Who reads the version before, from a cache, was told.
    partial = leave(version=1)
    assert partial.version.number == 1
    with pytest.raises(NotKept):
        leave(version=2)
    with pytest.raises(InvalidInput) as error:
        leave(version=3)
    assert set(error.value.fields) == {"version"}


def test_nothing_is_kept_where_the_site_does_not_allow_it(leave, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "SURVEYS_PARTIAL_DAYS": 0}
    with pytest.raises(NotKept):
        leave()


def test_a_survey_of_one_page_has_no_answered_page(leave):
    one = survey_of([choice("reads", "Do you read us?")], keeps_partials=True)
    with pytest.raises(NotKept):
        leave("reads", answers={"reads": YES}, survey_id=one.pk)


def test_a_closed_or_missing_survey_keeps_nothing(kept, leave):
    with pytest.raises(NotFound):
        leave(survey_id=kept.pk + 1)
    kept.closes_at = timezone.now()
    services.publish_survey(survey=kept)
    with pytest.raises(Closed):
        leave()


def age(partial, days):
    at = timezone.now() - datetime.timedelta(days=days)
    PartialResponse.objects.filter(pk=partial.pk).update(updated_at=at)


def test_what_nobody_continues_is_deleted_and_stays_counted(kept, leave):
    old, older, sent, young = leave(), leave("name"), leave(), leave()
    send(kept, sent.key)
    for partial, days in ((old, 30.1), (older, 99), (sent, 31), (young, 29.9)):
        age(partial, days)
    assert sweep_partials() == 3
    assert list(PartialResponse.objects.values_list("pk", flat=True)) == [young.pk]
    counted = Tally.objects.filter(question=STOPPED).values_list("value", "count", "part")
    assert sorted(counted) == [("name", 1, ""), ("stars", 1, "")]
    assert sweep_partials() == 0


def test_the_sweep_takes_batches(leave, monkeypatch):
    monkeypatch.setattr(partials, "DELETED_AT_ONCE", 2)
    for _ in range(5):
        age(leave(), 31)
    assert sweep_partials() == 5


def test_all_go_once_the_site_no_longer_keeps_any(leave, settings):
    leave()
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "SURVEYS_PARTIAL_DAYS": 0}
    assert sweep_partials() == 1


def test_rebuilding_the_tallies_keeps_their_number(kept, leave):
    age(leave(), 31)
    sweep_partials()
    rebuild_tallies(survey_id=kept.pk)
    assert Tally.objects.get(question=STOPPED).count == 1


def test_a_further_page_costs_two_statements_and_sending_one_more(kept, leave):
    partial = leave()
    send(kept)  # the definition is cached
    with CaptureQueriesContext(connection) as page:
        partials.save_partial(
            survey_id=kept.pk, key=partial.key, sequence=2, answers=ANSWERS, upto="stars"
        )
    assert len(page) == 2
    with CaptureQueriesContext(connection) as plain:
        send(kept)
    with CaptureQueriesContext(connection) as closing:
        send(kept, partial.key)
    kept_sql = [q["sql"] for q in closing if "partialresponse" in q["sql"]]
    assert len(kept_sql) == 1
    counted = [[q for q in of if "SAVEPOINT" not in q["sql"]] for of in (plain, closing)]
    assert len(counted[1]) == len(counted[0]) + 1


def test_of_an_anonymous_survey_neither_reader_nor_moment_is_kept(kept, leave, reader):
    kept.anonymous = True
    services.publish_survey(survey=kept)
    partial = leave(reader=reader)
    assert partial.reader is None
    hours = [partial.created_at, partial.updated_at]
    send(kept, partial.key)
    hours.append(PartialResponse.objects.get().updated_at)
    assert {(at.minute, at.second, at.microsecond) for at in hours} == {(0, 0, 0)}
