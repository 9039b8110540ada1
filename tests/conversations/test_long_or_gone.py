"""Conversations that are long, erased meanwhile, merged, or of a reader without an address."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cx_feedback.conversations import services
from cx_feedback.conversations.models import Conversation, ConversationLink
from cx_feedback.conversations.services import Matter, Writer
from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers.models import Reader
from tests.conftest import OWN, consenting
from tests.conversations.conftest import link_in, send

pytestmark = pytest.mark.django_db
INBOX = "/admin/cx-feedback/conversations/"


@pytest.fixture
def inbox(client, editor):
    client.force_login(editor)
    return client


def receive(reader, writer=None, key="comment:1"):
    """Begin a conversation of a reader who has typed nothing but the text."""
    kind = key.partition(":")[0]
    asked = services.receive_message(
        reader=reader, matter=Matter(kind=kind, key=key), text="Why?", writer=writer or Writer()
    )
    return asked.conversation


def post(client, pk, do, **fields):
    return client.post(reverse("cx_conversations:conversation", args=[pk]), {"do": do, **fields})


def merge(source, target, editor):
    services.merge_conversations(
        source_id=source.pk, target_id=target.pk, user=editor, seen=source.version
    )
    source.refresh_from_db()
    target.refresh_from_db()


@pytest.mark.parametrize("answered_first", [False, True])
def test_a_proved_address_goes_on_with_what_it_is_merged_into(
    write, proved, answer, editor, answered_first
):
    letter, question = write(), receive(proved)
    if answered_first:
        answer(question)
        assert send() == []
    merge(letter, question, editor)
    if not answered_first:
        answer(question)
    assert (question.email, question.verified) == ("ana@example.org", True)
    assert [mail.to for mail in send()] == [["ana@example.org"]]


def test_a_proof_mails_what_waits_in_the_open_conversation_of_the_owner(write, answer, client):
    owner = consenting()
    Reader.objects.filter(pk=owner.pk).update(email="ana@example.org")
    other = receive(owner, Writer(email="bea@example.org"), key="letter:editors:0")
    row = write()
    (proof,) = send()
    answer(row)
    assert send() == []
    assert client.post(link_in(proof), **OWN).status_code == 200
    row.refresh_from_db()
    assert row.merged_into == other
    assert [mail.to for mail in send()] == [["ana@example.org"]]


def test_what_was_merged_is_neither_closed_anew_nor_opened(write, editor, article):
    first, second = write("One"), write("Two", page_id=article.pk)
    merge(first, second, editor)
    common = {"conversation_id": first.pk, "user": editor, "seen": first.version}
    for decide in (
        lambda: services.close_conversation(outcome="spam", **common),
        lambda: services.reopen_conversation(**common),
    ):
        with pytest.raises(InvalidInput) as refused:
            decide()
        assert "was merged with another" in refused.value.fields["state"][0]


def test_the_newest_messages_are_shown_to_both(inbox, write, proved, answer, monkeypatch):
    row = write("The first one")
    answer(row)
    path = link_in(send()[0])
    services.answer_by_reader(conversation_id=row.pk, text="The last one")
    monkeypatch.setattr("cx_feedback.conversations.models.messages.MOST_SHOWN", 2)
    monkeypatch.setattr("cx_feedback.conversations.inbox.conversation_view.MOST_SHOWN", 2)
    for url in (f"{INBOX}{row.pk}/", path):
        page = inbox.get(url).content.decode()
        assert "The last one" in page
        assert "The first one" not in page
    assert "Only the newest messages are shown." in inbox.get(f"{INBOX}{row.pk}/").content.decode()


def test_an_expired_link_does_not_tell_where_its_reader_gets_mail(client, write, proved, answer):
    answer(write())
    path = link_in(send()[0])
    ConversationLink.objects.update(created_at=timezone.now() - datetime.timedelta(days=400))
    for response in (client.get(path), client.post(path, {"do": "link"}, **OWN)):
        assert b"example.org" not in response.content


def test_who_has_left_no_address_is_not_said_to_get_a_mail(inbox, proved):
    row = receive(proved)
    assert "an answer isn't mailed" in inbox.get(f"{INBOX}{row.pk}/").content.decode()
    said = post(inbox, row.pk, "answer", text="So it is.", seen=row.version)
    page = inbox.get(said.url).content.decode()
    assert "the reader has left no address" in page
    assert "once the reader has proved the address" not in page


def test_the_same_rating_again_changes_nothing(write, proved, answer):
    row = write()
    answer(row)
    for rating in (5, 5, 6):
        services.rate_conversation(conversation_id=row.pk, rating=rating)
    assert row.events.filter(action="rate").count() == 2


@pytest.mark.parametrize("do", ["answer", "note"])
def test_what_was_written_about_an_erased_conversation_comes_back(inbox, write, do):
    row = write()
    Conversation.objects.all().delete()
    response = post(inbox, row.pk, do, text="A long answer", seen="1", outcome="solved")
    assert response.status_code == 410
    assert "A long answer" in response.content.decode()
    assert "solved" not in response.content.decode()


def test_a_row_without_any_words_can_be_opened(inbox, proved):
    receive(proved, key="answer:1")
    page = inbox.get(INBOX).content.decode()
    assert re.search(r"<a\s+data-cx-open[^>]*>([^<]*)</a>", page)[1].startswith("conversation ")


def test_line_breaks_in_names_and_titles_block_no_mail(write, proved, answer, editor, make_editor):
    make_editor("ada")
    editor.first_name = "Edith\r\nBcc: x@example.org"
    editor.save()
    row = services.receive_message(
        reader=proved,
        matter=Matter(kind="answer", key="response:1", subject="One\r\nBcc: x@example.org"),
        text="Why?",
        writer=Writer(email="ana@example.org", verified=True),
    ).conversation
    services.add_note(conversation_id=row.pk, text="@ada look", user=editor, seen=row.version)
    answer(row)
    subjects = {mail.to[0]: mail.subject for mail in send()}
    assert subjects == {
        "ada@example.org": f"Edith Bcc: x@example.org mentions you in conversation {row.pk}",
        "ana@example.org": "Re: One Bcc: x@example.org",
    }


def test_one_that_is_refused_keeps_no_other_from_being_closed(inbox, write, editor, article):
    first, second = write("One"), write("Two", page_id=article.pk)
    third = write("Three", by=consenting())
    merge(first, second, editor)
    ticked = [f"{row.pk}:{row.version}" for row in (first, third)]
    given = {"conversation": ticked, "do": "close", "outcome": "solved"}
    page = inbox.post(f"{INBOX}bulk/", given, follow=True).content.decode()
    third.refresh_from_db()
    assert third.state == "closed"
    assert page.count("was merged with another") == 1
    assert "1 conversation changed." in page
    given = {"conversation": ticked[:1], "do": "close", "outcome": ""}
    page = inbox.post(f"{INBOX}bulk/", given, follow=True).content.decode()
    assert "Choose an outcome." in page
    assert "Select some conversations first." not in page
