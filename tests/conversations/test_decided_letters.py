"""What editors decide about letters teaches the spam filter of comments."""

import pytest

from cx_feedback.comments.models import SpamModel
from cx_feedback.comments.services import train_and_measure
from cx_feedback.comments.spam import generated_samples, learning_from_decisions
from cx_feedback.conversations import services
from cx_feedback.conversations.models import Conversation
from cx_feedback.conversations.services.decided_letters import get_decided_letters
from cx_feedback.core import signals
from cx_feedback.core.rooms.decided_texts import get_decided_texts
from tests.conftest import consenting

pytestmark = pytest.mark.django_db


def set_aside(row):
    Conversation.objects.filter(pk=row.pk).update(state="spam", waiting_since=None)
    row.refresh_from_db()
    return row


def close(row, editor, outcome="spam"):
    row.refresh_from_db()
    services.close_conversation(
        conversation_id=row.pk, outcome=outcome, user=editor, seen=row.version
    )


def texts():
    return {(one.text, one.is_spam) for one in get_decided_letters(100)}


def test_only_what_an_editor_has_decided_teaches(write, editor, answer):
    def letter(text):
        return write(text, by=consenting())

    letter("Nobody has read this")
    set_aside(letter("The filter alone calls this spam"))
    close(letter("Closed without an answer"), editor, "no_answer_needed")
    close(set_aside(letter("Buy followers")), editor)
    close(letter("Buy more followers"), editor)
    answer(letter("Where is my newspaper?"))
    taken_in = set_aside(letter("Sources of the article"))
    services.accept_conversation(conversation_id=taken_in.pk, user=editor, seen=taken_in.version)
    assert texts() == {
        ("Buy followers", True),
        ("Buy more followers", True),
        ("Where is my newspaper?", False),
        ("Sources of the article", False),
    }


def test_a_later_decision_replaces_the_first(write, editor):
    row = write("Read twice")
    close(row, editor)
    assert texts() == {("Read twice", True)}
    close(row, editor, "solved")
    assert texts() == set()


def test_the_newest_of_each_kind_and_no_more(write, editor):
    for number in range(3):
        close(write(f"Offer {number}", by=consenting()), editor)
    assert [one.text for one in get_decided_texts(2)] == ["Offer 2", "Offer 1"]


def test_letters_alone_teach_the_filter_of_comments(write, editor, answer):
    samples = generated_samples.get_training_samples()
    for sample in [*samples[:25], *samples[-25:]]:
        row = write(sample.text, by=consenting())
        if sample.is_spam:
            close(row, editor)
        else:
            answer(row)
    learnt = train_and_measure()
    assert (learnt.spam, learnt.good, SpamModel.objects.count()) == (25, 25, 1)
    assert learnt.held_out_points == {}
    learning_from_decisions.cache.clear()
    found = learning_from_decisions.get_classifier()
    assert found.is_own
    # The promise to put aside rests on comments, of which nobody has decided on one.
    assert (found.accuracy.honest, found.accuracy.spam) == (0, 0)


def test_without_conversations_nothing_is_asked_for(monkeypatch):
    monkeypatch.setattr(signals.decided_texts_asked, "receivers", [])
    signals.decided_texts_asked.sender_receivers_cache.clear()
    assert get_decided_texts(5) == []
