"""The form "write to us": by block, by tag, by plain form and over REST."""

import pytest
from django.core.cache import cache
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from cx_feedback.conversations.models import Conversation, ConversationMessage
from cx_feedback.mail.models import Delivery
from tests.conftest import FOREIGN, OWN
from tests.conversations.conftest import link_in, send
from tests.pages import publish

pytestmark = pytest.mark.django_db
FORM, REST = "/feedback/conversations/letter/", "/feedback/api/v1/conversations/"


def post(client, **fields):
    data = {"text": "The paywall asks twice", "email": "Ana@Example.org", "name": "Ana", **fields}
    return client.post(FORM, data, **OWN)


def post_json(client, headers=OWN, **fields):
    data = {"text": "The paywall asks twice", "email": "ana@example.org", **fields}
    return client.post(REST, data, content_type="application/json", **headers)


def test_the_block_shows_the_same_form_to_everybody(client, article):
    publish(article, ("letter", {"heading": "Talk to us", "text": "We answer.", "to": "author"}))
    html = client.get(article.url).content.decode()
    assert "Talk to us" in html
    assert 'name="to" value="author"' in html
    assert f'name="page" value="{article.pk}"' in html
    assert "csrfmiddlewaretoken" not in html
    assert not client.cookies


def test_the_tag_renders_the_form(rf):
    html = Template(
        '{% load cx_feedback_conversations %}{% cx_write_to_us heading="Hello" %}'
    ).render(Context({"request": rf.get("/")}))
    assert "Hello" in html
    assert f'action="{FORM}"' in html


def test_a_letter_by_form_returns_to_its_page(client, article):
    response = post(client, page=article.pk, subject="Twice", to="author")
    assert response.status_code == 303
    assert response["Location"] == f"{article.url}#cx-letter-thanks"
    conversation = Conversation.objects.get()
    assert conversation.matter == f"letter:author:{article.pk}"
    assert (conversation.email, conversation.verified) == ("ana@example.org", False)
    assert client.cookies["cx_reader"].value == conversation.reader.key.hex


def test_a_letter_without_a_page_has_a_page_of_thanks(client):
    response = post(client)
    assert response.status_code == 200
    assert b"we have your letter" in response.content


def test_a_double_click_is_one_letter(client, article):
    post(client, page=article.pk)
    post(client, page=article.pk)
    assert ConversationMessage.objects.count() == 1


def test_a_letter_over_rest_is_stored_once_for_a_key(client, article):
    key = {**OWN, "HTTP_IDEMPOTENCY_KEY": "7c1ab6a4-90a6-4f83-8a9c-3c7d0f7de2d0"}
    for _time in range(2):
        response = post_json(client, key, page=article.pk)
        assert (response.status_code, response.json()) == (202, {"state": "received"})
    assert ConversationMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "x" * 10_001),
        ("email", ""),
        ("email", "ana@"),
        ("name", "x" * 81),
        ("subject", "x" * 151),
    ],
)
def test_bad_input_names_the_field_and_gives_the_words_back(client, field, value):
    response = post(client, **{"text": "My long letter", field: value})
    assert response.status_code == 400
    if field != "text":
        assert b"My long letter" in response.content
    assert f"cx-l-{field}-error".encode() in response.content or field == "subject"
    problem = post_json(client, **{field: value})
    assert list(problem.json()["errors"]) == [field]
    assert not Conversation.objects.exists()


def test_a_page_of_another_site_writes_nothing(client):
    assert post_json(client, FOREIGN).status_code == 403
    assert not Conversation.objects.exists()


def test_many_letters_of_one_network_need_a_proof_of_work(client, settings):
    for number in range(3):
        assert post_json(client, text=f"Letter {number}").status_code == 202
    asked = post_json(client, text="One more")
    assert asked.status_code == 428
    assert "challenge" in asked.json()
    page = post(client, text="By form")
    assert page.status_code == 428
    assert b"By form" in page.content


def test_the_address_is_asked_once_a_day_and_told_nothing_that_was_typed(client):
    post_json(client, text="SECRET words", subject="SECRET subject", name="SECRET name")
    post_json(client, text="SECRET again", headers={"REMOTE_ADDR": "10.1.1.1", **OWN})
    post_json(Client(), text="Of another browser", headers={"REMOTE_ADDR": "10.1.1.2", **OWN})
    (proof,) = send()
    assert proof.to == ["ana@example.org"]
    assert "SECRET" not in proof.subject + proof.body + str(proof.alternatives)
    assert Delivery.objects.get().reader is None


def test_a_get_of_the_link_proves_nothing_and_the_button_does(client):
    post_json(client)
    (proof,) = send()
    path = link_in(proof)
    page = client.get(path)
    assert b"a\xe2\x80\xa6@example.org" in page.content
    assert not Conversation.objects.get().verified
    assert client.post(path, **OWN).status_code == 200
    conversation = Conversation.objects.get()
    assert conversation.verified
    assert conversation.reader.email == "ana@example.org"


def test_answers_before_the_proof_are_mailed_after_it(client, answer):
    post_json(client)
    (proof,) = send()
    message = answer(Conversation.objects.get(), "We have mended it.")
    assert send() == []
    assert message.message_id == ""
    client.post(link_in(proof), **OWN)
    (mailed,) = send()
    assert "We have mended it." in mailed.body


def test_the_owner_s_open_conversation_takes_the_letter_in(client, write, proved):
    known = write("Known words")
    post_json(client, text="From another browser")
    (proof,) = send()
    client.post(link_in(proof), **OWN)
    assert [m.text for m in known.messages.all()] == ["Known words", "From another browser"]
    assert Conversation.objects.open().get() == known


def test_an_altered_or_expired_link_proves_nothing(client, settings, monkeypatch):
    post_json(client)
    (proof,) = send()
    path = link_in(proof)
    altered = path.rstrip("/") + "x/"
    assert client.post(altered, **OWN).status_code == 400
    later = timezone.now().timestamp() + 15 * 86_400
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.post(path, **OWN).status_code == 400
    assert not Conversation.objects.get().verified
    cache.clear()
