"""The sweep for responses that no receiver has checked: once each, and only recent ones."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.conversations import receivers, tasks
from cx_feedback.conversations.models import CheckedResponse, Conversation, ConversationRule
from cx_feedback.conversations.services import missed_responses
from cx_feedback.conversations.services.missed_responses import begin_missed_conversations
from cx_feedback.conversations.services.reader_erasure import erase_conversation
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity
from tests.conversations.rules.test_beginning import (  # noqa: F401
    ADDRESS,
    make_rule,
    respond,
    score,
    survey,
    widget,
)
from tests.surveys.conftest import BAD, GOOD
from tests.threads import in_threads

pytestmark = pytest.mark.django_db
Trigger = ConversationRule.Trigger


@pytest.fixture
def missed(monkeypatch):
    """Receivers that miss what happens, as with rules of a minute ago in the cache."""
    monkeypatch.setattr(receivers, "is_act_wanted", lambda *args, **named: False)


def test_what_was_missed_begins_once(score, missed, reader):  # noqa: F811
    make_rule()
    score(3, email=ADDRESS)
    score(9, email=ADDRESS)
    assert not Conversation.objects.exists()
    assert begin_missed_conversations() == 1
    row = Conversation.objects.get()
    assert (row.reader, row.kind, row.messages.count()) == (reader, "detractor", 1)
    assert begin_missed_conversations() == 0
    tasks.find_missed_responses()
    assert row.messages.count() == 1


def test_what_was_not_missed_is_left_alone(score):  # noqa: F811
    make_rule()
    score(3, email=ADDRESS)
    assert begin_missed_conversations() == 0
    assert Conversation.objects.get().messages.count() == 1


def test_an_erased_conversation_does_not_come_back(score):  # noqa: F811
    make_rule()
    score(3, email=ADDRESS)
    erase_conversation(conversation_id=Conversation.objects.get().pk)
    assert begin_missed_conversations() == 0
    assert not Conversation.objects.exists()


def test_who_left_no_address_is_checked_once(score, missed):  # noqa: F811
    make_rule()
    score(3)
    assert begin_missed_conversations() == 0
    assert CheckedResponse.objects.count() == 1
    with CaptureQueriesContext(connection) as captured:
        begin_missed_conversations()
    assert len(captured) == 3, [query["sql"] for query in captured]


def test_only_recent_responses_since_the_rule_was_active(score, missed):  # noqa: F811
    score(3, email=ADDRESS)
    rule = make_rule()
    now = timezone.now()
    assert begin_missed_conversations() == 0
    score(3, email=ADDRESS)
    assert begin_missed_conversations(now=now + datetime.timedelta(days=4)) == 0
    ConversationRule.objects.filter(pk=rule.pk).update(active=False)
    assert begin_missed_conversations() == 0
    ConversationRule.objects.filter(pk=rule.pk).update(active=True)
    assert begin_missed_conversations() == 1


@pytest.mark.parametrize(
    ("trigger", "limit", "number"),
    [(Trigger.DETRACTOR, None, 2), (Trigger.NPS, 7, 3), (Trigger.NPS, 6, 2), (Trigger.CES, 7, 0)],
)
def test_the_condition_in_the_database(score, missed, trigger, limit, number):  # noqa: F811
    make_rule(trigger=trigger, limit=limit)
    for given in 0, 6, 7, 10:
        score(given, by=readers.create_reader(), email=ADDRESS)
    assert begin_missed_conversations() == number


def test_the_answer_that_a_rule_names(survey, reader, missed):  # noqa: F811
    make_rule(trigger=Trigger.ANSWER, answers=[f"{survey.translation_key}:q-choice:{BAD}"])
    respond(survey, reader, GOOD)
    respond(survey, reader, BAD)
    assert begin_missed_conversations() == 1
    assert CheckedResponse.objects.count() == 2


def test_a_response_that_fails_keeps_none_waiting(score, missed, monkeypatch, caplog):  # noqa: F811
    make_rule()
    for _number in range(2):
        score(3, by=readers.create_reader(), email=ADDRESS)
    first = Activity.objects.order_by("pk").first()
    begin = missed_responses.begin_conversation_by_rule

    def fail(response):
        if response.activity_id == first.pk:
            raise ValueError("Broken")
        return begin(response)

    monkeypatch.setattr(missed_responses, "begin_conversation_by_rule", fail)
    assert begin_missed_conversations() == 1
    assert str(first.pk) in caplog.text
    monkeypatch.setattr(missed_responses, "begin_conversation_by_rule", begin)
    assert begin_missed_conversations() == 1


def test_a_run_has_a_bound_and_the_next_goes_on(score, missed, monkeypatch):  # noqa: F811
    make_rule()
    for _number in range(5):
        score(3, by=readers.create_reader(), email=ADDRESS)
    monkeypatch.setattr(missed_responses, "CHUNK_SIZE", 2)
    monkeypatch.setattr(missed_responses, "MOST_RESPONSES", 4)
    assert [begin_missed_conversations() for _number in range(3)] == [4, 1, 0]


def test_what_was_checked_is_forgotten_after_the_window(score):  # noqa: F811
    make_rule()
    score(3, email=ADDRESS)
    begin_missed_conversations(now=timezone.now() + datetime.timedelta(days=3, hours=1))
    assert CheckedResponse.objects.exists()
    begin_missed_conversations(now=timezone.now() + datetime.timedelta(days=4, hours=1))
    assert not CheckedResponse.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_sweeps_at_once_begin_each_conversation_once(home, score, missed):  # noqa: F811
    make_rule()
    for _number in range(8):
        score(3, by=readers.create_reader(), email=ADDRESS)
    assert sum(in_threads(*[begin_missed_conversations] * 3)) == 8
    assert [row.messages.count() for row in Conversation.objects.all()] == [1] * 8
