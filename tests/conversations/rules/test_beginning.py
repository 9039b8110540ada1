"""Conversations that begin by a rule: which responses, with whom, and what they join."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.conversations import services
from cx_feedback.conversations.models import Conversation, ConversationRule
from cx_feedback.conversations.rules.active_rules import ActiveRule, find_rules
from cx_feedback.conversations.services import rule_conversations
from cx_feedback.core.rooms.response_descriptions import ResponseDescription, describe_response
from cx_feedback.core.rooms.titles import get_offered_answers
from cx_feedback.nps.services import submit_score
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response, Survey
from tests.conftest import OWN
from tests.conversations.conftest import link_in, send
from tests.pages import make_widget
from tests.site.models import ArticlePage
from tests.surveys.conftest import BAD, GOOD, stream
from tests.surveys.flow.conftest import block
from tests.surveys.questions.asking import raw

pytestmark = pytest.mark.django_db
Trigger = ConversationRule.Trigger
ADDRESS = "ana@example.org"


@pytest.fixture
def widget(db):
    return make_widget(detractor_next="write")


@pytest.fixture
def score(widget, reader):
    """A function by which a reader gives a score."""

    def score(number, *, by=None, **fields):
        return submit_score(widget_id=widget.pk, score=number, reader=by or reader, **fields)

    return score


def make_rule(**fields):
    values = {"name": "Low", "active": True, "trigger": Trigger.DETRACTOR, **fields}
    return ConversationRule.objects.create(**values)


def count():
    return Conversation.objects.count()


def test_a_detractor_who_left_an_address_is_in_the_inbox(score, article, reader, widget):
    make_rule()
    score(3, reason="Too dear", email="Ana@Example.org", page_id=article.pk, language="en")
    row = Conversation.objects.get()
    assert (row.reader, row.kind, row.page_id) == (reader, "detractor", article.pk)
    assert (row.email, row.verified, row.language) == (ADDRESS, False, "en")
    assert (row.subject, row.matter) == (widget.title, f"response:{widget.pk}")
    [message] = row.messages.all()
    assert message.direction == "in"
    assert "\n3\n" in message.text
    assert "Too dear" in message.text
    assert ADDRESS not in message.text.lower()
    assert send() == []


def test_without_an_address_there_is_nobody_to_write_to(score, reader):
    make_rule()
    Reader.objects.filter(pk=reader.pk).update(email=ADDRESS)
    score(3, reason="Too dear")
    assert count() == 0


def test_a_rule_may_take_addresses_that_were_confirmed_elsewhere(score, reader):
    make_rule(with_known_address=True)
    score(3)
    assert count() == 0
    Reader.objects.filter(pk=reader.pk).update(email=ADDRESS)
    score(2)
    row = Conversation.objects.get()
    assert (row.email, row.verified) == (ADDRESS, True)


def test_the_own_address_needs_no_proof(score, reader):
    make_rule()
    Reader.objects.filter(pk=reader.pk).update(email=ADDRESS)
    score(3, email=ADDRESS)
    assert Conversation.objects.get().verified


def test_others_and_responses_from_before_begin_nothing(score):
    score(3, email=ADDRESS)
    rule = make_rule()
    score(9, email=ADDRESS)
    score(3, email=ADDRESS, at=timezone.now() - datetime.timedelta(hours=1))
    assert count() == 0
    rule.active = False
    rule.save()
    score(3, email=ADDRESS)
    assert count() == 0
    rule.active = True
    rule.save()
    rule.delete()
    score(3, email=ADDRESS)
    assert count() == 0


def test_the_next_score_joins_the_open_conversation(score, editor):
    make_rule()
    score(3, email=ADDRESS, reason="One")
    score(2, email=ADDRESS, reason="Two")
    row = Conversation.objects.get()
    assert row.messages.count() == 2
    services.close_conversation(
        conversation_id=row.pk, outcome="answered", user=editor, seen=row.version
    )
    score(1, email=ADDRESS, reason="Three")
    assert count() == 2


def test_two_rules_store_one_message_and_the_first_assigns(score, editor, make_editor):
    make_rule(assignee=editor)
    make_rule(trigger=Trigger.NPS, limit=8, assignee=make_editor("second"))
    score(3, email=ADDRESS)
    row = Conversation.objects.get()
    assert row.assignee == editor
    assert row.messages.count() == 1


def test_who_may_not_answer_is_assigned_nothing(score, make_editor):
    make_rule(assignee=make_editor("writer", ["access_admin"]))
    score(3, email=ADDRESS)
    assert Conversation.objects.get().assignee is None


def test_a_section_begins_at_its_page(score, article, home):
    section = home.add_child(instance=ArticlePage(title="Politics", slug="politics"))
    inside = section.add_child(instance=ArticlePage(title="Inside", slug="inside"))
    make_rule(section=section)
    score(3, email=ADDRESS)
    score(3, email=ADDRESS, page_id=article.pk)
    assert count() == 0
    score(3, email=ADDRESS, page_id=inside.pk)
    assert count() == 1
    section.delete()
    assert not ConversationRule.objects.exists()


@pytest.mark.parametrize(
    ("trigger", "limit", "detail", "expected"),
    [
        (Trigger.DETRACTOR, None, {"class": "detractor", "score": 6}, True),
        (Trigger.DETRACTOR, None, {"class": "passive", "score": 7}, False),
        (Trigger.NPS, 7, {"class": "passive", "score": 7}, True),
        (Trigger.NPS, 7, {"class": "passive", "score": 8}, False),
        (Trigger.NPS, 7, {"csat": 1}, False),
        (Trigger.CSAT, 2, {"csat": 2}, True),
        (Trigger.CSAT, 2, {"csat": 3}, False),
        (Trigger.CES, 3, {"ces": 1}, True),
        (Trigger.CES, 3, {}, False),
        (Trigger.ANSWER, None, {}, True),
    ],
)
def test_what_the_ledger_tells(trigger, limit, detail, expected):
    rule = ActiveRule(1, trigger, limit)
    assert rule.may_be_triggered_by("response", detail) is expected
    assert not rule.may_be_triggered_by("comment", detail)


@pytest.fixture
def survey(db):
    questions = stream(block("email", "q-email", "May we write to you?"))
    return surveys.publish_survey(
        survey=Survey(title="Your visit", questions=questions, open_by_address=True)
    )


def respond(survey, reader, choice, **answers):
    given = {"q-choice": choice, "q-email": ADDRESS, **answers}
    return surveys.submit_response(survey_id=survey.pk, answers=given, reader=reader)


def test_an_answer_that_a_rule_names(survey, reader):
    make_rule(trigger=Trigger.ANSWER, answers=[f"{survey.translation_key}:q-choice:{BAD}"])
    respond(survey, reader, GOOD)
    assert count() == 0
    respond(survey, reader, BAD, **{"q-text": "It rained"})
    row = Conversation.objects.get()
    assert (row.kind, row.email) == ("answer", ADDRESS)
    assert row.messages.get().text == "How was it?\nBad\n\nWhy?\nIt rained"


def test_an_emotion_that_a_rule_names(reader):
    survey = surveys.publish_survey(
        survey=Survey(
            title="How was it?",
            questions=[raw("emotion", "q-feel"), raw("email", "q-email")],
            open_by_address=True,
        )
    )
    word = f"{survey.translation_key}:q-feel:sad"
    assert word in {offer.word for offer in get_offered_answers()}
    make_rule(trigger=Trigger.ANSWER, answers=[word])
    for emotion in ("happy", "sad"):
        answers = {"q-feel": emotion, "q-email": ADDRESS}
        surveys.submit_response(survey_id=survey.pk, answers=answers, reader=reader)
    assert Conversation.objects.get().messages.get().text


def test_spam_and_tests_are_not_described(survey, reader):
    response = respond(survey, reader, BAD)
    assert describe_response(response.pk).email == ADDRESS
    Response.objects.filter(pk=response.pk).update(state="spam")
    assert describe_response(response.pk) is None


def test_a_response_without_words_is_stored_all_the_same(score, monkeypatch):
    def describe(object_id):
        return ResponseDescription("Title", "\u200b \n", ADDRESS, "en")

    monkeypatch.setattr(rule_conversations, "describe_response", describe)
    make_rule()
    assert score(3).pk
    assert count() == 0


def test_a_response_over_the_limit_is_cut(score, monkeypatch):
    monkeypatch.setattr(rule_conversations, "TEXT_LENGTH", 40)
    make_rule()
    score(3, reason="x" * 500, email=ADDRESS)
    assert len(Conversation.objects.get().messages.get().text) <= 40


def test_an_act_without_a_rule_for_it_costs_no_statement(score, widget):
    writer = readers.create_reader()

    def count_statements(number):
        with CaptureQueriesContext(connection) as captured:
            score(number, by=writer, email=ADDRESS)
        return len([one for one in captured if "cx_feedback_conversations_" in one["sql"]])

    assert count_statements(0) == 1  # the active rules, for a minute
    assert count_statements(0) == 0
    make_rule()
    assert count_statements(10) == 1
    assert count_statements(10) == 0
    assert count_statements(0) > 0


def test_acts_that_are_no_responses_ask_for_no_rules(django_assert_num_queries):
    make_rule(trigger=Trigger.ANSWER, answers=["x"])
    with django_assert_num_queries(0):
        assert find_rules("comment", {"thread": 1}) == []
    assert find_rules("response", {"survey": 1})


def test_an_answer_asks_an_unproved_address_and_waits_for_it(client, score, answer):
    make_rule()
    score(3, email=ADDRESS)
    row = Conversation.objects.get()
    answer(row, "Which price would be right?")
    [question] = send()
    assert question.to == [ADDRESS]
    assert "Which price" not in question.body
    answer(row, "And one more thing")
    assert send() == []
    assert client.post(link_in(question), **OWN).status_code in (200, 303)
    assert sorted(mail.body.count("Which price") for mail in send()) == [0, 1]


def test_an_answer_to_an_own_address_is_mailed(score, reader, answer):
    make_rule()
    Reader.objects.filter(pk=reader.pk).update(email=ADDRESS)
    score(3, email=ADDRESS)
    answer(Conversation.objects.get(), "Which price would be right?")
    [mail] = send()
    assert "Which price would be right?" in mail.body
