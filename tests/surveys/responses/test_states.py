"""Marking and deleting responses: figures stay exact, whatever happens in which order."""

import random

import pytest
from django.core.management import call_command

from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers.models import Activity
from cx_feedback.readers.services import create_reader
from cx_feedback.surveys import questions, services
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import Quota, Response, ResponseNote, ResponseTag, Tally
from cx_feedback.surveys.questions.number_tally import parse_tally
from cx_feedback.surveys.responses.errors import AlreadyAnswered, SurveyFull
from cx_feedback.surveys.results import tally_folding
from cx_feedback.surveys.results.tally_folding import fold_responses, rebuild_tallies
from cx_feedback.surveys.services.response_deletion import delete_responses
from cx_feedback.surveys.services.response_log import get_response_log
from cx_feedback.surveys.services.response_states import mark_responses
from tests.surveys.conftest import BAD, GOOD, change, stream
from tests.surveys.responses.acts import (
    NUMBER,
    STATES,
    count_rows,
    counted,
    do_anything,
    give_answer,
    seen,
)


@pytest.mark.parametrize("seed", range(6))
def test_figures_are_exact_at_once_after_anything(survey, seed):
    chance = random.Random(seed)
    change(survey, stream(NUMBER))
    for _ in range(60):
        do_anything(chance, survey)
        assert counted(survey) == count_rows(survey)
    fold_responses()
    before = sorted(Tally.objects.values_list("part", "question", "value", "count"))
    assert all(n > 0 for *_key, n in before)
    rebuild_tallies(survey_id=survey.pk)
    assert sorted(Tally.objects.values_list("part", "question", "value", "count")) == before


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(6))
def test_sums_of_compacted_numbers_stay_exact(survey, monkeypatch, seed):
    monkeypatch.setattr(type(questions.get("number")), "max_tally_values", 8)
    monkeypatch.setattr(tally_folding, "SIZE_CHECK_EVERY", 1)
    chance = random.Random(seed)
    change(survey, stream(NUMBER))
    for _ in range(30):
        give_answer(chance, survey)
    fold_responses()
    compacted = 0
    for _ in range(50):
        do_anything(chance, survey)
        found, rows = counted(survey), count_rows(survey)
        for part in {part for part, _question, _value in rows | found}:
            said, wanted = (
                {v: n for (p, q, v), n in counts.items() if (p, q) == (part, "q-number")}
                for counts in (found, rows)
            )
            compacted += any(value.startswith("≈") for value in said)
            said_numbers, numbers = parse_tally(said), parse_tally(wanted)
            assert said.get("", 0) == wanted.get("", 0) == said_numbers.n == numbers.n
            assert (said_numbers.total, said_numbers.squares) == (numbers.total, numbers.squares)
            assert all(n > 0 for n in said_numbers.given.values())
    assert compacted


def test_what_others_changed_is_left_alone(survey, answer, admin_user):
    first, second, third, fourth = (answer() for _ in range(4))
    told = seen(first, second, third, fourth)
    mark_responses(survey=survey, seen={second.pk: "counted"}, state="spam")
    mark_responses(survey=survey, seen={third.pk: "counted"}, state="test")
    delete_responses(survey=survey, seen={fourth.pk: "counted"}, reason="x")
    found = mark_responses(survey=survey, seen=told, state="test", user=admin_user)
    assert found.changed == (first.pk, third.pk)  # the third is what was wanted
    assert found.conflicts == {second.pk: "spam"}
    assert found.gone == (fourth.pk,)
    entry = get_response_log(first.pk).get()
    assert (entry.action, entry.user) == ("cx_feedback.surveys.response.mark", admin_user)
    assert entry.data == {"survey": survey.pk, "from": "counted", "to": "test"}
    assert get_response_log(third.pk).count() == 1
    deleted = delete_responses(survey=survey, seen=told, reason="x")
    assert (deleted.changed, set(deleted.conflicts)) == ((), {first.pk, second.pk, third.pk})


def test_a_response_of_another_survey_is_not_found(survey, answer, draft):
    row = answer()
    draft.pk = draft.id = None
    other = services.publish_survey(survey=type(draft)(title="Other", questions=stream()))
    found = mark_responses(survey=other, seen={row.pk: "counted"}, state="test")
    assert (found.changed, found.gone) == ((), (row.pk,))


@pytest.mark.parametrize("act", ["test", "spam", "delete"])
def test_only_a_place_that_was_taken_is_given_back(survey, answer, act, tmp_path):
    """What is imported after a quota was set has none; what was there before has one."""
    survey.max_responses = 9
    services.publish_survey(survey=survey)
    file = tmp_path / "answers.csv"
    for number in (1, 2):
        file.write_text(f"id,How was it?\n{number},Good\n", encoding="utf-8")
        call_command("cx_import_responses", str(file), survey=survey.pk)
        if number == 1:
            survey.quotas = [{"question": "q-choice", "value": GOOD, "limit": 9}]
            services.publish_survey(survey=survey)
    answer(GOOD)

    def get_taken():
        return dict(Quota.objects.values_list("value", "taken"))

    assert get_taken() == {"": 1, GOOD: 2}
    before, after, sent = Response.objects.order_by("pk")
    for row, left in (
        (after, {"": 1, GOOD: 2}),
        (before, {"": 1, GOOD: 1}),
        (sent, {"": 0, GOOD: 0}),
    ):
        if act == "delete":
            delete_responses(survey=survey, seen=seen(row), reason="x")
        else:
            mark_responses(survey=survey, seen=seen(row), state=act)
        assert get_taken() == left
    if act != "delete":
        mark_responses(survey=survey, seen=seen(before, after, sent), state="counted")
        assert get_taken() == {"": 1, GOOD: 2}


@pytest.mark.parametrize("act", ["test", "spam", "delete"])
def test_places_are_given_back_and_taken_again(survey, answer, act):
    survey.max_responses = 2
    survey.quotas = [{"question": "q-choice", "value": GOOD, "limit": 1}]
    services.publish_survey(survey=survey)
    first, _second = answer(GOOD), answer(BAD)
    with pytest.raises(SurveyFull):
        answer(BAD)
    if act == "delete":
        delete_responses(survey=survey, seen=seen(first), reason="x")
    else:
        mark_responses(survey=survey, seen=seen(first), state=act)
    assert set(Quota.objects.values_list("value", "taken")) == {("", 1), (GOOD, 0)}
    answer(GOOD)
    if act != "delete":
        mark_responses(survey=survey, seen=seen(first), state="counted")
        assert set(Quota.objects.values_list("value", "taken")) == {("", 3), (GOOD, 2)}
    with pytest.raises(SurveyFull):
        answer(BAD)


@pytest.mark.parametrize(
    ("act", "again"), [("test", True), ("spam", False), ("delete", True), ("delete spam", False)]
)
def test_whose_response_is_no_spam_may_answer_again(survey, answer, act, again):
    survey.one_per_reader = True
    services.publish_survey(survey=survey)
    reader = create_reader()
    row = answer(reader=reader)
    if act in STATES:
        mark_responses(survey=survey, seen=seen(row), state=act)
    if act == "delete spam":
        mark_responses(survey=survey, seen=seen(row), state="spam")
    if act.startswith("delete"):
        delete_responses(survey=survey, seen=seen(row), reason="x")
    if again:
        answer(reader=reader)
    else:
        with pytest.raises(AlreadyAnswered):
            answer(reader=reader)


def test_the_ledger_keeps_the_act_without_what_was_said(survey, locales):
    change(survey, [*stream(), {"type": "nps", "id": "q-nps", "value": {"label": "Recommend?"}}])
    reader = create_reader()
    row = services.submit_response(
        survey_id=survey.pk, answers={"q-choice": GOOD, "q-nps": 2}, reader=reader
    )
    said = Activity.objects.get().detail
    assert said["class"] == "detractor"
    mark_responses(survey=survey, seen=seen(row), state="spam")
    assert Activity.objects.get().detail == {"survey": survey.pk}
    mark_responses(survey=survey, seen=seen(row), state="counted")
    assert Activity.objects.get().detail == said
    delete_responses(survey=survey, seen=seen(row), reason="asked for")
    assert Activity.objects.get().detail == {"survey": survey.pk}


def test_a_deletion_has_a_reason_and_leaves_no_answer(survey, answer, admin_user):
    row = answer(more={"q-text": "my secret"})
    Export.objects.create(survey=survey, last_included_id=row.pk)
    ResponseNote.objects.create(response=row, survey=survey, text="about my secret")
    ResponseTag.objects.create(response=row, survey=survey, name="secret")
    with pytest.raises(InvalidInput) as error:
        delete_responses(survey=survey, seen=seen(row), reason="  ", user=admin_user)
    assert "reason" in error.value.fields
    assert Response.objects.exists()
    delete_responses(survey=survey, seen=seen(row), reason="Asked for", user=admin_user)
    for model in (Response, ResponseNote, ResponseTag, Export):
        assert not model.objects.exists()
    entry = get_response_log(row.pk).get()
    assert entry.deleted
    assert entry.data == {"survey": survey.pk, "state": "counted", "reason": "Asked for"}
    assert "secret" not in f"{entry.data} {entry.label}"


def test_a_survey_is_deleted_with_tags_and_notes(survey, answer):
    row = answer()
    ResponseNote.objects.create(response=row, survey=survey, text="x")
    ResponseTag.objects.create(response=row, survey=survey, name="x")
    survey.delete()
    assert not Response.objects.exists()
    assert not ResponseNote.objects.exists()


def test_marking_many_costs_the_same(survey, answer, django_assert_max_num_queries):
    rows = [answer(reader=create_reader()) for _ in range(30)]
    fold_responses()
    with django_assert_max_num_queries(25):
        mark_responses(survey=survey, seen=seen(*rows), state="test")
