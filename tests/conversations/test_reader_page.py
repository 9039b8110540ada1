"""The page behind the link in a mail: read, answer, rate, close, erase; and what a link tells."""

import datetime
import json
import uuid

import pytest
from django.utils import timezone

from cx_feedback.conversations.models import Conversation, ConversationLink
from cx_feedback.mail.models import Delivery
from tests.conftest import FOREIGN, OWN
from tests.conversations.conftest import link_in, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(write, proved, answer):
    conversation = write("It asks twice", subject="The paywall")
    answer(conversation, "We have mended it.")
    return conversation


@pytest.fixture
def path(conversation):
    (mailed,) = send()
    return link_in(mailed)


def post(client, path, do, **fields):
    return client.post(path, {"do": do, **fields}, **OWN)


def expire():
    old = timezone.now() - datetime.timedelta(days=15)
    ConversationLink.objects.update(created_at=old)


def test_it_is_read_without_an_account_and_reading_changes_nothing(client, conversation, path):
    conversation.messages.create(direction="note", text="Between us")
    before = Conversation.objects.values().get()
    page = client.get(path)
    assert page.status_code == 200
    assert b"It asks twice" in page.content
    assert b"We have mended it." in page.content
    assert b"Between us" not in page.content
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    assert Conversation.objects.values().get() == before
    assert not client.cookies


def test_the_reader_answers_rates_and_closes(client, conversation, path):
    assert post(client, path, "answer", text="Thank you").status_code == 303
    assert post(client, path, "rate", rating="6").status_code == 303
    assert post(client, path, "close").status_code == 303
    conversation.refresh_from_db()
    assert conversation.messages.last().text == "Thank you"
    assert (conversation.rating, conversation.outcome) == (6, "by_reader")
    assert conversation.state == Conversation.State.CLOSED


def test_what_is_refused_keeps_the_words(client, conversation, path):
    long = "x" * 10_001
    refused = post(client, path, "answer", text=long)
    assert refused.status_code == 400
    assert long.encode() in refused.content
    assert post(client, path, "rate", rating="9").status_code == 400
    assert conversation.messages.count() == 2


def send_answer(client, path, headers=OWN, **body):
    """Send an answer as the script does."""
    token = path.rstrip("/").rpartition("/")[2]
    url = f"/feedback/api/v1/conversations/own/{token}/"
    return client.post(url, json.dumps(body), content_type="application/json", **headers)


def test_the_script_sends_the_answer_once_and_keeps_the_draft_until_then(
    client, conversation, path
):
    page = client.get(path).content.decode()
    assert f'data-cx-api="/feedback/api/v1/conversations/own/{path.split("/")[-2]}/"' in page
    assert "data-cx-kept" in page
    named = {**OWN, "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    for _time in range(2):
        assert send_answer(client, path, named, text="Thank you").status_code == 201
    assert [message.text for message in conversation.messages.all()][2:] == ["Thank you"]
    refused = send_answer(client, path, text=" ")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["text"])
    assert send_answer(client, path, FOREIGN, text="Thank you").status_code == 403
    assert send_answer(client, "/0000/", text="Thank you").status_code == 404
    expire()
    late = send_answer(client, path, text="Too late")
    assert (late.status_code, late.json()["type"]) == (403, "urn:cx-feedback:problem:refused")
    assert conversation.messages.count() == 3


def test_a_form_that_is_sent_twice_is_one_answer(client, conversation, path):
    for _time in range(2):
        assert post(client, path, "answer", text="Thank you").status_code == 303
    assert conversation.messages.count() == 3


def test_it_is_erased_after_a_question(client, conversation, path):
    assert b"for good" in post(client, path, "erase").content
    assert Conversation.objects.exists()
    assert post(client, path, "erase", sure="1").status_code == 200
    assert not Conversation.objects.exists()
    assert not Delivery.objects.exists()
    assert client.get(path).status_code == 404


def test_a_page_of_another_site_and_an_unknown_act_do_nothing(client, conversation, path):
    assert client.post(path, {"do": "close"}, **FOREIGN).status_code == 403
    assert post(client, path, "hide").status_code == 404
    conversation.refresh_from_db()
    assert conversation.state == Conversation.State.WAITING


def test_an_altered_link_tells_nothing(client, path):
    token = path.rstrip("/").rpartition("/")[2]
    altered = path.replace(token, token[::-1])
    assert client.get(altered).status_code == 404


def test_an_expired_link_tells_nothing_and_is_sent_anew_once_an_hour(client, conversation, path):
    expire()
    page = client.get(path)
    assert page.status_code == 200
    for words in (b"It asks twice", b"We have mended it.", b"The paywall", b"ana@example.org"):
        assert words not in page.content
    late = post(client, path, "answer", text="Too late")
    assert late.status_code == 200
    assert "Too late</textarea>" in late.content.decode()
    assert "answer</textarea>" not in late.content.decode()
    assert conversation.messages.count() == 2
    for _time in range(2):
        assert b"Check your inbox" in post(client, path, "link").content
    (mailed,) = send()
    assert mailed.to == ["ana@example.org"]
    assert b"We have mended it." in client.get(link_in(mailed)).content


def test_links_lead_to_the_conversation_that_it_was_merged_into(client, conversation, path, write):
    from cx_feedback.conversations.services.merging import move_messages

    other = write("Another matter", to="author")
    move_messages(Conversation.objects.get(pk=conversation.pk), other)
    assert b"Another matter" in client.get(path).content
