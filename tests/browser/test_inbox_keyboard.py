"""The inbox and a conversation by keyboard, and saved answers without a reload."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from cx_feedback.conversations.models import Conversation, ConversationMessage, SavedAnswer
from cx_feedback.conversations.services.letters import Letter, store_letter
from tests.browser.conftest import DESKTOP, log_in
from tests.conftest import consenting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INBOX = "/admin/cx-feedback/conversations/"


@pytest.fixture
def rows(home):
    """Three conversations, as the inbox lists them."""
    for number in range(3):
        letter = Letter(
            text=f"Letter {number}", name="Ana", email="ana@example.org", subject=f"S{number}"
        )
        store_letter(letter=letter, reader=consenting())
    return list(Conversation.objects.order_by("last_message_at", "pk"))


def test_keys_move_select_and_open(open_editor, rows):
    page = open_editor(INBOX)
    page.keyboard.press("?")
    expect(page.locator("#cx-keys-help")).to_be_visible()
    assert not Axe().run(page, {"include": [["#cx-keys-help"]]}).violations_count
    page.keyboard.press("Escape")
    expect(page.locator("#cx-keys-help")).to_be_hidden()
    for key in "jjjkx":
        page.keyboard.press(key)
    current = page.locator("tr.cx-current")
    expect(current).to_contain_text("S1")
    expect(current.locator("[type=checkbox]")).to_be_checked()
    page.focus(".cx-inbox-search [name=q]")
    page.keyboard.type("jac")
    expect(page.locator(".cx-inbox-search [name=q]")).to_have_value("jac")
    expect(current).to_contain_text("S1")
    current.locator("a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{INBOX}{rows[1].pk}/")


KEYS = [("a", "answer"), ("s", "until"), ("c", "outcome"), ("g", "assignee"), ("t", "tags")]


@pytest.mark.parametrize(("key", "field"), KEYS)
def test_a_key_leads_from_the_list_to_the_field_of_the_conversation(open_editor, rows, key, field):
    page = open_editor(INBOX)
    page.keyboard.press(key)  # Nothing is chosen yet.
    page.keyboard.press("j")
    page.keyboard.press(key)
    page.wait_for_url(f"**{INBOX}{rows[0].pk}/#cx-{field}")
    expect(page.locator(f"#cx-{field}")).to_be_focused()


def test_an_answer_is_written_with_a_saved_one_and_sent_by_keys(open_editor, rows):
    SavedAnswer.objects.create(title="Thanks", text="Thank you, {reader}. ")
    page = open_editor(f"{INBOX}{rows[0].pk}/")
    page.keyboard.press("j")
    expect(page.locator("li.cx-current")).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.type("asc. ")
    page.click("[data-cx-insert]")
    expect(page.locator("#cx-answer")).to_have_value("asc. Thank you, Ana. ")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator("#cx-outcome")).to_be_focused()
    page.focus("#cx-answer")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cx-conversation__message--out")).to_contain_text("asc. Thank you, Ana.")
    assert ConversationMessage.objects.filter(direction="out").count() == 1


def test_a_note_is_stored_by_keys_and_nothing_is_sent(open_editor, rows):
    page = open_editor(f"{INBOX}{rows[0].pk}/")
    page.keyboard.press("a")
    page.keyboard.type("Ask legal first.")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".cx-conversation__message--note")).to_contain_text("Ask legal first.")
    assert set(ConversationMessage.objects.values_list("direction", flat=True)) == {"in", "note"}


@pytest.fixture
def aside(rows):
    """The three conversations, set aside as spam; that tab shows the newest first."""
    Conversation.objects.update(state="spam", waiting_since=None)
    return rows[::-1]


def test_keys_take_out_of_the_spam_what_is_current_or_selected(open_editor, aside):
    page = open_editor(f"{INBOX}?tab=spam")
    page.keyboard.press("n")  # Nothing is chosen yet.
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator("tr[data-cx-item]")).to_have_count(2)
    for key in "jxjx":
        page.keyboard.press(key)
    page.keyboard.press("!")
    expect(page.locator("tr[data-cx-item]")).to_have_count(0)
    found = {row.pk: (row.state, row.outcome) for row in Conversation.objects.all()}
    states = [("new", ""), ("closed", "spam"), ("closed", "spam")]
    assert [found[row.pk] for row in aside] == states


@pytest.mark.parametrize(("key", "state"), [("n", "new"), ("!", "closed")])
def test_keys_decide_about_the_open_letter(open_editor, aside, key, state):
    page = open_editor(f"{INBOX}{aside[0].pk}/")
    page.keyboard.press(key)
    expect(page.locator(".cx-conversation__spam")).to_have_count(0)
    aside[0].refresh_from_db()
    assert aside[0].state == state


def test_no_key_decides_while_something_is_typed_or_where_there_is_no_such_button(
    open_editor, rows
):
    page = open_editor(f"{INBOX}{rows[0].pk}/")
    for key in "n!":
        page.keyboard.press(key)
    page.focus("#cx-answer")
    page.keyboard.type("n!gt")
    expect(page.locator("#cx-answer")).to_have_value("n!gt")
    assert set(Conversation.objects.values_list("state", flat=True)) == {"new"}


def test_without_script_a_saved_answer_comes_with_the_form(open_reader, rows):
    SavedAnswer.objects.create(title="Thanks", text="Thank you, {reader}.")
    page = open_reader(javascript=False, viewport=DESKTOP)
    log_in(page, get_user_model().objects.create_superuser("editor"))
    page.goto(f"{INBOX}{rows[0].pk}/")
    page.fill("#cx-answer", "Hello")
    page.click("[data-cx-insert]")
    expect(page.locator("#cx-answer")).to_have_value("Hello\n\nThank you, Ana.")
    expect(page.locator("[data-cx-help]")).to_be_hidden()


def test_who_turned_shortcuts_off_uses_them_only_within_the_list(open_editor, rows):
    page = open_editor()
    user = get_user_model().objects.get(username="editor")
    profile = UserProfile.get_for_user(user)
    profile.keyboard_shortcuts = False
    profile.save()
    page.goto(INBOX)
    page.keyboard.press("j")
    expect(page.locator("tr.cx-current")).to_have_count(0)
    page.locator("[data-cx-open]").first.focus()
    page.keyboard.press("j")
    expect(page.locator("tr.cx-current")).to_have_count(1)
