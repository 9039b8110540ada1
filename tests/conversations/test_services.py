"""Decisions of editors and messages of readers: states, times, versions, conflicts."""

import datetime

import pytest
from django.utils import timezone

from cx_feedback.conversations import services
from cx_feedback.conversations.models import Calendar, Conversation, Promise
from cx_feedback.conversations.services.changes import TEXT_LENGTH
from cx_feedback.core.errors import InvalidInput, NotFound
from tests.conftest import consenting

pytestmark = pytest.mark.django_db
State = Conversation.State


def decide(service, conversation, user, **how):
    conversation.refresh_from_db()
    how = {"seen": conversation.version, "user": user, **how}
    service(conversation_id=conversation.pk, **how)
    conversation.refresh_from_db()
    return conversation


def test_a_letter_begins_a_conversation_and_the_next_joins_it(write):
    first = write("One", subject="The paywall")
    assert (first.state, first.version, first.subject) == (State.NEW, 1, "The paywall")
    assert first.waiting_since
    assert write("Two").pk == first.pk
    assert [m.text for m in first.messages.all()] == ["One", "Two"]
    assert list(first.events.values_list("action", flat=True)) == ["begin", "join"]


def test_another_page_another_addressee_and_another_reader_are_other_matters(write, article):
    about_page = write(page_id=article.pk)
    ids = {write().pk, about_page.pk, write(page_id=article.pk, to="author").pk}
    assert len({*ids, write(by=consenting()).pk}) == 4


def test_an_answer_waits_for_the_reader_and_is_assigned(write, answer, editor):
    conversation = write()
    answer(conversation)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.waiting_since) == (State.WAITING, None)
    assert conversation.first_answer_at
    assert conversation.assignee == editor


def test_the_reader_s_next_words_open_it_again_without_losing_the_first_answer(write, answer):
    conversation = write()
    answer(conversation)
    first = Conversation.objects.get().first_answer_at
    services.answer_by_reader(conversation_id=conversation.pk, text="It still asks")
    conversation.refresh_from_db()
    assert (conversation.state, conversation.first_answer_at) == (State.OPEN, first)
    assert conversation.waiting_since


def test_an_answer_can_close_it_and_the_reader_can_open_that(write, answer):
    conversation = write()
    answer(conversation, outcome="solved")
    conversation.refresh_from_db()
    assert (conversation.state, conversation.outcome) == (State.CLOSED, "solved")
    received = services.answer_by_reader(conversation_id=conversation.pk, text="No, it is not")
    assert received.conversation.pk == conversation.pk
    conversation.refresh_from_db()
    assert (conversation.state, conversation.outcome) == (State.OPEN, "")
    assert conversation.closed_at is None


def test_words_for_a_closed_one_go_to_the_one_that_is_open_by_now(write, editor):
    old = decide(services.close_conversation, write(), editor, outcome="solved")
    new = write("A new letter")
    received = services.answer_by_reader(conversation_id=old.pk, text="More")
    assert received.conversation.pk == new.pk != old.pk
    old.refresh_from_db()
    assert old.state == State.CLOSED


def test_who_saw_an_earlier_state_is_told_what_is_new_and_nothing_is_stored(
    write, answer, make_editor
):
    conversation = write()
    seen = conversation.version
    answer(conversation, "The first answer")
    with pytest.raises(services.ConversationConflict) as conflict:
        answer(conversation, "The second answer", seen=seen, user=make_editor("bea"))
    assert [e.action for e in conflict.value.current.events] == ["answer"]
    assert conflict.value.current.conversation.version == seen + 1
    assert conversation.messages.filter(direction="out").count() == 1


def test_a_note_changes_no_state_and_holds_back_an_answer(write, answer, editor, make_editor):
    conversation = write()
    seen = conversation.version
    decide(services.add_note, conversation, editor, text="I know her")
    assert conversation.state == State.NEW
    with pytest.raises(services.ConversationConflict):
        answer(conversation, seen=seen, user=make_editor("bea"))


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "x" * (TEXT_LENGTH + 1)], ids=len)
def test_an_answer_without_words_or_over_the_limit_is_refused(write, answer, text):
    conversation = write()
    with pytest.raises(InvalidInput) as refused:
        answer(conversation, text)
    assert list(refused.value.fields) == ["text"]
    assert conversation.messages.count() == 1


def test_a_closed_one_takes_no_answer_until_it_is_opened(write, answer, editor):
    conversation = decide(services.close_conversation, write(), editor, outcome="solved")
    with pytest.raises(InvalidInput):
        answer(conversation)
    decide(services.reopen_conversation, conversation, editor)
    assert conversation.state == State.OPEN
    answer(conversation)


def test_one_is_not_opened_beside_another_of_the_same_matter(write, editor):
    old = decide(services.close_conversation, write(), editor, outcome="solved")
    write("Anew")
    with pytest.raises(InvalidInput):
        decide(services.reopen_conversation, old, editor)


def test_it_is_assigned_to_who_may_answer_it_alone(write, editor, make_editor):
    conversation = write()
    decide(services.assign_conversation, conversation, editor, assignee=editor)
    assert (conversation.assignee, conversation.state) == (editor, State.OPEN)
    stranger = make_editor("stranger", codenames=["access_admin"])
    with pytest.raises(InvalidInput) as refused:
        decide(services.assign_conversation, conversation, editor, assignee=stranger)
    assert "assignee" in refused.value.fields
    decide(services.assign_conversation, conversation, editor, assignee=None)
    assert conversation.assignee is None


def test_a_snoozed_one_wakes_once_at_its_time(write, editor):
    now = timezone.now()
    until = now + datetime.timedelta(hours=2)
    conversation = decide(services.snooze_conversation, write(), editor, until=until)
    assert (conversation.state, conversation.snoozed_until) == (State.SNOOZED, until)
    assert services.wake_conversations(now=now + datetime.timedelta(hours=1)) == 0
    assert services.wake_conversations(now=until) == 1
    assert services.wake_conversations(now=until) == 0
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == (State.OPEN, None)


@pytest.mark.parametrize("days", [None, -1, 400])
def test_one_is_snoozed_for_a_year_at_most(write, editor, days):
    until = None if days is None else timezone.now() + datetime.timedelta(days=days)
    with pytest.raises(InvalidInput) as refused:
        decide(services.snooze_conversation, write(), editor, until=until)
    assert list(refused.value.fields) == ["until"]


@pytest.mark.parametrize("outcome", ["", "merged", "by_reader", "nonsense"])
def test_outcomes_are_chosen_from_the_list(write, editor, outcome):
    with pytest.raises(InvalidInput):
        decide(services.close_conversation, write(), editor, outcome=outcome)


def test_merging_moves_all_and_keeps_the_longest_wait(write, article, editor):
    first, second = write("One"), write("Two", page_id=article.pk)
    second.tags.create(name="Paywall")
    target = services.merge_conversations(
        source_id=second.pk, target_id=first.pk, user=editor, seen=second.version
    )
    second.refresh_from_db()
    assert (second.outcome, second.merged_into) == ("merged", first)
    assert [m.text for m in target.messages.all()] == ["One", "Two"]
    assert [tag.name for tag in target.tags.all()] == ["Paywall"]
    assert target.waiting_since == first.waiting_since
    assert "two" in target.search_text
    with pytest.raises(InvalidInput):
        decide(services.reopen_conversation, second, editor)


def test_conversations_of_different_readers_are_not_merged(write, editor):
    first, second = write("One"), write("Two", by=consenting())
    with pytest.raises(InvalidInput):
        services.merge_conversations(
            source_id=second.pk, target_id=first.pk, user=editor, seen=second.version
        )


def test_tags_are_exactly_those_that_were_given(write, editor):
    conversation = decide(services.tag_conversation, write(), editor, names=["Paywall", " a  b "])
    decide(services.tag_conversation, conversation, editor, names=["a b", "New", "new", ""])
    assert sorted(tag.name for tag in conversation.tags.all()) == ["a b", "new"]
    with pytest.raises(InvalidInput):
        decide(services.tag_conversation, conversation, editor, names=["x" * 41])


def test_only_what_was_answered_is_rated(write, answer):
    conversation = write()
    with pytest.raises(InvalidInput):
        services.rate_conversation(conversation_id=conversation.pk, rating=7)
    answer(conversation)
    for rating in (None, 0, 8):
        with pytest.raises(InvalidInput):
            services.rate_conversation(conversation_id=conversation.pk, rating=rating)
    assert services.rate_conversation(conversation_id=conversation.pk, rating=6).rating == 6


def test_what_is_outside_of_one_s_sections_is_not_found(write, answer):
    conversation = write()
    with pytest.raises(NotFound):
        answer(conversation, among=Conversation.objects.none())


def test_a_promised_time_begins_with_the_letter_and_ends_with_the_answer(write, answer):
    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    calendar = Calendar.objects.create(
        name="Desk", time_zone="UTC", **dict.fromkeys(days, "00:00-24:00")
    )
    Promise.objects.create(name="All", calendar=calendar, first_answer=60, next_answer=60)
    conversation = write()
    conversation.refresh_from_db()
    waited = conversation.due_at - conversation.waiting_since
    assert datetime.timedelta(minutes=60) <= waited < datetime.timedelta(minutes=61)
    answer(conversation)
    conversation.refresh_from_db()
    assert conversation.due_at is None
    assert conversation.clocks.get(goal="first").on_time
    services.answer_by_reader(conversation_id=conversation.pk, text="And then?")
    conversation.refresh_from_db()
    assert conversation.due_at


def test_names_that_the_database_takes_for_one_are_one_tag(write, editor):
    row = write()
    names = ["İstanbul", "istanbul", "Straße", "STRASSE"]
    services.tag_conversation(conversation_id=row.pk, names=names, user=editor, seen=1)
    assert set(row.tags.values_list("name", flat=True)) == {"istanbul", "STRASSE"}
