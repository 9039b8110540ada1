"""Two editors at one conversation: each sees the other within twenty seconds."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from cx_feedback.conversations import services
from cx_feedback.conversations.services.letters import Letter, store_letter
from tests.browser.conftest import DESKTOP, log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INBOX = "/admin/cx-feedback/conversations/"


@pytest.fixture
def conversation(transactional_db, home, reader):
    letter = Letter(text="Hello", name="Ana", email="ana@example.org", subject="A letter")
    return store_letter(letter=letter, reader=reader).conversation


@pytest.fixture
def open_as(open_reader):
    """Return a function that opens an address as a new editor, with a clock that stands."""

    def open_(name, path):
        user = get_user_model().objects.create_superuser(
            name.lower(), f"{name}@example.org", "secret", first_name=name
        )
        page = open_reader(viewport=DESKTOP)
        log_in(page, user)
        page.clock.install()
        page.asked = []
        page.on("response", lambda r: "/presence/" in r.url and page.asked.append(r.status))
        with page.expect_response("**/presence/**"):
            page.goto(path)
        return page

    return open_


def ten_seconds_later(page):
    with page.expect_response("**/presence/**"):
        page.clock.fast_forward(10_000)


def test_two_editors_see_each_other_look_write_and_answer(open_as, conversation):
    path = f"{INBOX}{conversation.pk}/"
    ana, cleo = open_as("Ana", path), open_as("Cleo", path)
    looking = cleo.locator(".cx-looking")
    expect(looking).to_have_text("Ana is looking at this.")
    ana.get_by_label("Answer or note").fill("I am at it")
    ten_seconds_later(ana)
    expect(ana.locator(".cx-looking")).to_have_text("Cleo is looking at this.")
    ten_seconds_later(cleo)
    expect(looking).to_have_text("Ana is writing here.")
    found = Axe().run(cleo, ".cx-conversation")
    assert found.violations_count == 0, found.generate_report()
    ten_seconds_later(cleo)
    assert cleo.asked[-1] == 304
    ana.get_by_role("button", name="Send the answer").click()
    ten_seconds_later(cleo)
    expect(cleo.locator(".cx-news")).to_contain_text("answered by Ana")


def test_a_hidden_tab_asks_nothing(open_as, conversation):
    page = open_as("Ana", f"{INBOX}{conversation.pk}/")
    page.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", { get: () => window.state });
          window.state = "hidden";
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    before = len(page.asked)
    page.clock.fast_forward(60_000)
    page.evaluate("() => fetch('/admin/').then(() => 1)")
    assert len(page.asked) == before
    with page.expect_response("**/presence/**"):
        page.evaluate(
            "() => { window.state = 'visible'; window.dispatchEvent(new Event('focus')); }"
        )
        page.clock.fast_forward(10)


def test_the_list_shows_it_too(open_as, conversation):
    user = get_user_model().objects.create_superuser("bo", "bo@example.org", "x", first_name="Bo")
    services.assign_conversation(
        conversation_id=conversation.pk, assignee=user, user=user, seen=conversation.version
    )
    open_as("Ana", f"{INBOX}{conversation.pk}/")
    cleo = open_as("Cleo", f"{INBOX}?tab=open")
    expect(cleo.locator(".cx-looking")).to_have_text("Ana is looking at this.")
