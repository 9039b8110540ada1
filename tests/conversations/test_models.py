"""What the database itself holds conversations to."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cx_feedback.conversations.models import Conversation, ConversationMessage, ConversationTag
from tests.conftest import consenting

pytestmark = pytest.mark.django_db


def begin(reader, matter="letter:1", **fields):
    return Conversation.objects.create(reader=reader, kind="letter", matter=matter, **fields)


def refuse():
    return pytest.raises(IntegrityError)


def test_a_reader_has_one_open_conversation_about_a_matter(reader):
    begin(reader)
    begin(reader, "letter:2")
    begin(consenting())
    with refuse(), transaction.atomic():
        begin(reader)


def test_a_closed_one_makes_room_for_another(reader):
    begin(reader, state="closed", closed_at=timezone.now(), outcome="solved")
    begin(reader, state="closed", closed_at=timezone.now())
    assert begin(reader) in Conversation.objects.open()


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "closed"},
        {"closed_at": timezone.now()},
        {"outcome": "solved"},
        {"state": "snoozed"},
        {"snoozed_until": timezone.now()},
        {"rating": 0},
        {"rating": 8},
    ],
    ids="-".join,
)
def test_states_that_contradict_themselves_are_refused(reader, wrong):
    with refuse(), transaction.atomic():
        begin(reader, **wrong)


def test_a_message_of_the_reader_has_no_editor_as_author(reader, admin_user):
    conversation = begin(reader)
    conversation.messages.create(direction="out", text="Yes", author=admin_user)
    with refuse(), transaction.atomic():
        conversation.messages.create(direction="in", text="No", author=admin_user)


def test_a_request_stores_one_message(reader):
    conversation = begin(reader)
    conversation.messages.create(direction="in", text="Hello", idempotency_key="k1")
    with refuse(), transaction.atomic():
        conversation.messages.create(direction="in", text="Hello", idempotency_key="k1")


def test_a_tag_is_there_once_in_any_case(reader):
    conversation = begin(reader)
    conversation.tags.create(name="Paywall")
    with refuse(), transaction.atomic():
        conversation.tags.create(name="paywall")


def test_all_of_it_goes_with_the_reader(reader):
    conversation = begin(reader)
    conversation.messages.create(direction="in", text="Hello")
    conversation.tags.create(name="Paywall")
    reader.delete()
    assert not Conversation.objects.exists()
    assert not ConversationMessage.objects.exists()
    assert not ConversationTag.objects.exists()
