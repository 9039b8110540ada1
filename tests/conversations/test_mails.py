"""Mails of answers: each once, in threads, with the words or without, to proved addresses."""

import pytest

from cx_feedback.conversations import services
from cx_feedback.conversations.services import answer_delivery
from cx_feedback.mail.models import Delivery
from tests.conversations.conftest import send

pytestmark = pytest.mark.django_db


def test_an_answer_is_mailed_once_with_a_stable_message_id(write, proved, answer):
    message = answer(write(subject="The paywall"), "Mended:\n{all} <b>of</b> it.")
    (mailed,) = send()
    assert mailed.subject == "Re: The paywall"
    assert "Mended:\n{all} <b>of</b> it." in mailed.body
    assert "{all} &lt;b&gt;of&lt;/b&gt; it." in mailed.alternatives[0].content
    assert str(mailed.extra_headers["Message-ID"]) == message.message_id
    assert answer_delivery.send_answer(message) is False
    assert send() == []


def test_later_answers_name_the_earlier_ones(write, proved, answer):
    conversation = write()
    first = answer(conversation, "One")
    services.answer_by_reader(conversation_id=conversation.pk, text="And then?")
    second = answer(conversation, "Two")
    answer(conversation, "Three")
    headers = [mailed.extra_headers for mailed in send()]
    assert "References" not in headers[0]
    assert str(headers[1]["In-Reply-To"]) == first.message_id
    assert str(headers[2]["In-Reply-To"]) == second.message_id
    assert str(headers[2]["References"]) == f"{first.message_id} {second.message_id}"


def test_a_site_can_mail_the_link_alone(write, proved, answer, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "CONVERSATIONS_MAIL_WORDS": False}
    answer(write(), "SECRET words")
    (mailed,) = send()
    assert "SECRET" not in mailed.body + mailed.alternatives[0].content
    assert "/feedback/conversations/" in mailed.body


def test_notes_are_never_mailed(write, proved, editor):
    conversation = write()
    services.add_note(conversation_id=conversation.pk, text="Between us", user=editor)
    assert send() == []


def test_the_mail_is_in_the_language_of_the_letter(write, proved, answer):
    conversation = write()
    conversation.language = "es"
    conversation.save()
    answer(conversation)
    (mailed,) = send()
    assert "Leer y responder" in mailed.body


def test_an_answer_that_is_rolled_back_is_not_mailed(write, proved, answer):
    conversation = write()
    seen = conversation.version
    answer(conversation, "One")
    with pytest.raises(services.ConversationConflict):
        answer(conversation, "Two", seen=seen)
    assert Delivery.objects.count() == 1
