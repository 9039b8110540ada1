"""The reader's page of a conversation keeps what was typed until the site has it."""

import pytest
from playwright.sync_api import expect

from cx_feedback.conversations.mails.conversation_links import create_link
from cx_feedback.conversations.services.letters import Letter, store_letter
from cx_feedback.readers import services as readers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRAFTS = "Object.keys(localStorage).filter((name) => name.startsWith('cx-draft'))"


@pytest.fixture
def conversation(article):
    letter = Letter(text="It asks twice", name="Ana", email="ana@example.org", language="en")
    return store_letter(letter=letter, reader=readers.create_reader()).conversation


@pytest.fixture
def path(conversation):
    token = create_link(conversation).rstrip("/").rpartition("/")[2]
    return f"/feedback/conversations/{token}/"


def test_a_draft_survives_and_waits_for_the_network(open_reader, conversation, path):
    page = open_reader()
    page.goto(path)
    page.get_by_label("Your answer").fill("Only on phones")
    page.reload()
    page.get_by_label("Your answer").focus()
    expect(page.get_by_label("Your answer")).to_have_value("Only on phones")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Not sent yet. We're trying again.")).to_be_visible()
    assert conversation.messages.count() == 1
    page.context.set_offline(False)
    page.evaluate("() => { dispatchEvent(new Event('online')); }")
    expect(page.locator("#cx-sent")).to_be_visible()
    assert page.evaluate(DRAFTS) == []
    assert [one.text for one in conversation.messages.all()] == ["It asks twice", "Only on phones"]


def test_without_scripts_the_answer_is_a_plain_post(open_reader, conversation, path):
    page = open_reader(javascript=False)
    page.goto(path)
    page.get_by_label("Your answer").fill("Only on phones")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#cx-sent")).to_be_visible()
    assert conversation.messages.count() == 2
