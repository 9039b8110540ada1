import datetime

import pytest
from django.db import connection
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.core.errors import Closed, InvalidInput, KeyReused, NotFound
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity, Reader
from cx_feedback.readers.privacy.person_requests import export_person
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.models import Response, Survey, SurveyVersion
from cx_feedback.surveys.results.results_by_question import get_results
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.surveys.results.text_answers import get_latest_texts
from cx_feedback.surveys.results.value_counts import count_values
from cx_feedback.surveys.selectors import live_surveys
from tests.surveys.conftest import BAD, GOOD, change, stream

pytestmark = pytest.mark.django_db


def test_an_answer_is_stored_as_its_version_asked_it(survey, reader):
    response = services.submit_response(
        survey_id=survey.pk,
        answers={"q-choice": GOOD, "q-scale": 4, "q-text": "  Because.\r\nReally. "},
        reader=reader,
        page_id=12,
        language="es",
    )
    stored = Response.objects.get()
    assert stored == response
    assert stored.answers == {"q-choice": GOOD, "q-scale": 4, "q-text": "Because.\nReally."}
    assert (stored.version.number, stored.page_id, stored.language) == (1, 12, "es")
    act = Activity.objects.get()
    assert (act.kind, act.object_id, act.page_id) == ("response", stored.pk, 12)
    assert act.detail == {"survey": survey.pk}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "answers.q-choice"),
        ({"q-choice": ""}, "answers.q-choice"),
        ({"q-choice": "other"}, "answers.q-choice"),
        ({"q-choice": 1}, "answers.q-choice"),
        ({"q-choice": [GOOD]}, "answers.q-choice"),
        ({"q-choice": {}}, "answers.q-choice"),
        ({"q-choice": GOOD, "q-scale": 0}, "answers.q-scale"),
        ({"q-choice": GOOD, "q-scale": 6}, "answers.q-scale"),
        ({"q-choice": GOOD, "q-scale": "4"}, "answers.q-scale"),
        ({"q-choice": GOOD, "q-scale": True}, "answers.q-scale"),
        ({"q-choice": GOOD, "q-scale": 3.5}, "answers.q-scale"),
        ({"q-choice": GOOD, "q-text": "x" * 10_001}, "answers.q-text"),
        ({"q-choice": GOOD, "q-text": 5}, "answers.q-text"),
        ({"q-choice": GOOD, "q-text": "\x00"}, "answers.q-text"),
        ({"q-choice": GOOD, "nothing": "x"}, "answers.nothing"),
        ({"q-choice": GOOD, "\ud800": "x"}, "answers.\\ud800"),
        (None, "answers.q-choice"),
        ([], "answers"),
        ("x", "answers"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_stored(survey, answers, field):
    with pytest.raises(InvalidInput) as caught:
        services.submit_response(
            survey_id=survey.pk, answers=answers, reader=lambda: readers.create_reader()
        )
    assert list(caught.value.fields) == [field]
    assert not Response.objects.exists()
    assert not Reader.objects.exists()


def test_every_wrong_answer_is_named_at_once(survey):
    with pytest.raises(InvalidInput) as caught:
        services.submit_response(survey_id=survey.pk, answers={"q-scale": 9, "q-text": 1})
    assert set(caught.value.fields) == {"answers.q-choice", "answers.q-scale", "answers.q-text"}


def test_no_answer_at_all_is_none(draft):
    draft.questions = draft.questions.stream_block.to_python(stream()[1:])
    survey = services.publish_survey(survey=draft)
    with pytest.raises(InvalidInput) as caught:
        services.submit_response(survey_id=survey.pk, answers={"q-text": " "})
    assert list(caught.value.fields) == ["answers"]


def test_text_keeps_no_character_that_a_database_refuses(answer):
    response = answer(more={"q-text": "a\x00b\ud800c\td\n"})
    assert Response.objects.get(pk=response.pk).answers["q-text"] == "abc\td"


def test_only_a_published_survey_takes_answers(draft):
    with pytest.raises(NotFound):
        services.submit_response(survey_id=987, answers={})
    draft.live = False
    draft.save()
    draft.save_revision()
    with pytest.raises(NotFound):
        services.submit_response(survey_id=draft.pk, answers={"q-choice": GOOD})
    draft.latest_revision.publish()
    services.submit_response(survey_id=draft.pk, answers={"q-choice": GOOD})
    Survey.objects.get().unpublish()
    with pytest.raises(NotFound):
        services.submit_response(survey_id=draft.pk, answers={"q-choice": GOOD})
    with pytest.raises(NotFound):
        services.submit_response(survey_id=draft.pk, answers={"q-choice": GOOD}, kind="nps")


@pytest.mark.parametrize(("field", "days"), [("opens_at", 1), ("closes_at", -1)])
def test_a_survey_has_its_time(draft, field, days):
    setattr(draft, field, timezone.now() + datetime.timedelta(days=days))
    survey = services.publish_survey(survey=draft)
    with pytest.raises(Closed):
        services.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD})


def test_a_draft_changes_nothing_for_readers(survey):
    survey.title = "Draft"
    survey.questions = survey.questions.stream_block.to_python(stream()[:1])
    survey.save_revision()
    assert len(selectors.get_live_survey(survey_id=survey.pk).definition.questions) == 3
    services.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD, "q-scale": 3})


def test_publishing_freezes_what_is_asked_and_only_what_changed(survey):
    services.publish_survey(survey=survey)
    assert SurveyVersion.objects.count() == 1
    survey.title = "Another title"
    services.publish_survey(survey=survey)
    versions = SurveyVersion.objects.order_by("number")
    assert [(v.number, v.current) for v in versions] == [(1, False), (2, True)]
    assert versions[0].definition["title"] == "Your visit"


def test_one_idempotency_key_stores_one_response(survey, reader, answer):
    first = answer(idempotency_key="k", reader=lambda: readers.create_reader())
    again = answer(idempotency_key="k", reader=lambda: readers.create_reader())
    with pytest.raises(KeyReused):
        answer(BAD, idempotency_key="k", reader=lambda: readers.create_reader())
    assert (again.pk, again.answers, again.repeated) == (first.pk, {"q-choice": GOOD}, True)
    assert Response.objects.count() == 1
    assert Reader.objects.count() == 2  # the fixture's, and the one of the first response
    assert Activity.objects.count() == 1
    answer(idempotency_key="")
    answer(idempotency_key="")
    assert Response.objects.count() == 3


@pytest.mark.parametrize("key", ["x" * 65, "a\nb"])
def test_an_odd_idempotency_key_is_refused(answer, key):
    with pytest.raises(InvalidInput) as caught:
        answer(idempotency_key=key)
    assert list(caught.value.fields) == ["Idempotency-Key"]


def test_an_answer_costs_few_statements(answer, reader, django_assert_num_queries, monkeypatch):
    # What other rooms ask before the act and add on hearing of it is theirs to test.
    monkeypatch.setattr(signals.act_wanted, "receivers", [])
    monkeypatch.setattr(signals.reader_acted, "receivers", [])
    answer()
    # The response, and the transaction's savepoint inside a test: what is live was just looked up.
    with django_assert_num_queries(3):
        answer()
    readers.count_day(reader=reader, day=timezone.localdate())
    # And the activity, when its reader was here already today; PostgreSQL takes both at once.
    with django_assert_num_queries(3 if connection.vendor == "postgresql" else 4):
        answer(reader=reader)


def test_a_retired_question_and_choice_keep_their_answers(survey, answer):
    answer(GOOD, more={"q-scale": 5})
    answer(BAD, more={"q-scale": 1})
    raw = stream()
    raw[0]["value"]["choices"][1] = {"type": "item", "id": "c-new", "value": "New"}
    raw[0]["value"]["label"] = "How did it go?"
    survey = change(survey, [raw[2], raw[0]])
    with pytest.raises(InvalidInput):
        answer(BAD, version=2)
    answer("c-new")
    for _ in range(2):  # unfolded, then folded
        results = get_results(survey=survey)
        text, choice, scale = results.questions
        assert (text.question.key, scale.retired, scale.n, scale.score.value) == (
            "q-text",
            True,
            2,
            3,
        )
        assert choice.question.label == "How did it go?"
        assert [(r.value, r.label, r.count, r.retired) for r in choice.rows] == [
            (GOOD, "Good", 1, False),
            ("c-new", "New", 1, False),
            (BAD, "Bad", 1, True),
        ]
        fold_responses()
    survey = change(survey, stream())
    restored = get_results(survey=survey).questions
    assert [q.retired for q in restored] == [False, False, False]
    assert [(r.value, r.count, r.retired) for r in restored[0].rows] == [
        (GOOD, 1, False),
        (BAD, 1, False),
        ("c-new", 1, True),
    ]


def test_another_scale_starts_a_new_question(survey, answer):
    answer(more={"q-scale": 5})
    raw = stream()
    raw[1]["value"]["high"] = 7
    survey = change(survey, raw)
    answer(more={"q-scale_2": 7})
    by_key = {r.question.key: r for r in get_results(survey=survey).questions}
    assert (by_key["q-scale"].score.value, by_key["q-scale"].retired) == (5, True)
    assert by_key["q-scale_2"].score.value == 7
    survey = change(survey, stream())
    assert [q.key for q in selectors.get_survey_definition(survey).questions] == [
        "q-choice",
        "q-scale",
        "q-text",
    ]


def test_keys_are_the_ids_that_wagtail_wrote(db):
    survey = Survey(title="Made in code")
    block = survey.questions.stream_block
    survey.questions = block.normalize(
        [("choice", {"label": "L", "help": "", "required": False, "choices": ["a", "b"]})]
    )
    survey = services.publish_survey(survey=survey)
    frozen = selectors.get_live_survey(survey_id=survey.pk).definition.questions[0]
    stored = Survey.objects.get().questions
    assert frozen.key == stored[0].id
    choices = stored[0].value["choices"].bound_blocks
    assert [c["key"] for c in frozen.options["choices"]] == [c.id for c in choices]
    services.publish_survey(survey=Survey.objects.get())
    assert SurveyVersion.objects.count() == 1


def test_erasing_a_person_keeps_the_counts(survey, answer):
    reader = readers.create_reader()
    answer(more={"q-text": "I am Ana"}, reader=reader, idempotency_key="k")
    answer(more={"q-text": "Somebody else"})
    before = count_values(survey_ids=[survey.pk])
    exported = export_person(reader_ids=[reader.pk])["responses"]
    assert exported[0]["answers"] == [
        {"question": "How was it?", "answer": "Good"},
        {"question": "Why?", "answer": "I am Ana"},
    ]
    assert readers.erase_person(reader_ids=[reader.pk])["responses"] == 1
    erased = Response.objects.order_by("pk")[0]
    assert (erased.reader_id, erased.idempotency_key) == (None, "")
    assert erased.answers == {"q-choice": GOOD, "q-text": None}
    assert count_values(survey_ids=[survey.pk]) == before
    texts = get_latest_texts(survey_ids=[survey.pk], question="q-text")
    assert [t.words for t in texts] == ["Somebody else"]


def test_what_is_live_is_looked_up_again_after_a_while(survey, answer, monkeypatch):
    answer()
    Survey.objects.filter(pk=survey.pk).update(live=False)
    answer()  # looked up a moment ago: another process unpublished it
    monkeypatch.setattr(live_surveys, "CACHE_SECONDS", 0)
    live_surveys.cache.clear()
    with pytest.raises(NotFound):
        answer()


@pytest.mark.django_db(transaction=True)
def test_a_survey_deleted_a_moment_ago_takes_no_answer(survey, answer):
    answer()
    Survey.objects.filter(pk=survey.pk).delete()
    with pytest.raises(NotFound):
        answer()
    assert not Response.objects.exists()
