"""Nothing that was typed is lost while the scripts that send it and bring it back are under way."""

import pytest
from playwright.sync_api import Page, expect

from cx_feedback.comments.models import Comment
from tests.browser.interception import intercept
from tests.browser.test_outbox import DRAFTS, SEND, UNSENT, read_draft
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "#cx-c-text"


class HeldScript:
    """A script whose response a page gets when the test says so."""

    def __init__(self, page: Page, name: str):
        self.page, self.requests = page, []
        page.route(f"**/{name}*", lambda route: self.requests.append(route))

    def wait_for_request(self) -> None:
        while not self.requests:
            self.page.wait_for_timeout(20)

    def let_through(self) -> None:
        self.wait_for_request()
        for route in self.requests:
            route.continue_()


@pytest.fixture
def open_talk(open_reader, talk, settings):  # noqa: F811
    """Return a function that opens the article in one browser, where the outbox may come late."""
    settings.CX_FEEDBACK = {
        **settings.CX_FEEDBACK,
        "COMMENTS_SCORES": {"challenge": 70, "hold": 80, "spam": 90},  # a test types quickly
    }
    first = open_reader()

    def open_(*, late: bool) -> tuple[Page, HeldScript | None]:
        page = first.context.new_page()
        outbox = HeldScript(page, "outbox.js") if late else None
        page.goto(talk.url)
        return page, outbox

    return open_


def test_words_win_over_an_earlier_draft_that_comes_late(open_talk):
    page, _ = open_talk(late=False)
    page.fill(TEXT, "Of yesterday")
    page.fill("#cx-c-name", "Ana")
    page.close()
    page, outbox = open_talk(late=True)
    page.fill(TEXT, "Of today")
    # Even if this page is closed now.
    assert dict(read_draft(page)["given"]) == {"text": "Of today", "name": "Ana"}
    outbox.let_through()
    expect(page.locator("#cx-c-name")).to_have_value("Ana")
    expect(page.locator(TEXT)).to_have_value("Of today")
    page.fill(TEXT, "Of today, and more")
    assert dict(read_draft(page)["given"]) == {"text": "Of today, and more", "name": "Ana"}


@pytest.mark.parametrize("through", ["moved", "written again"])
def test_a_draft_goes_along_with_a_form_that_moves_first(open_talk, write, through):  # noqa: F811
    first, second = (write(name, state="published") for name in ("First", "Second"))
    page, outbox = open_talk(late=True)
    page.fill(TEXT, "To all")
    for comment in (first, second):
        page.click(f"#cx-comment-{comment.pk} .cx-reply")
        expect(page.locator(TEXT)).to_have_value("To all")
    if through == "moved":
        outbox.let_through()
        page.wait_for_function(f"{DRAFTS}[0].endsWith(' {second.pk}')")
    page.fill(TEXT, "To the second")
    if through == "written again":
        outbox.let_through()
        page.wait_for_function(f"{DRAFTS}.length === 1")
    assert dict(read_draft(page)["given"]) == {"text": "To the second"}
    page.close()
    page, _ = open_talk(late=False)
    expect(page.locator(f"#cx-comment-{second.pk} {TEXT}")).to_have_value("To the second")


def test_what_waits_is_sent_beside_what_is_typed_meanwhile(open_talk):
    page, _ = open_talk(late=False)
    intercept(page, "**/api/v1/comments/", lambda route: route.abort())
    page.fill(TEXT, "Waits")
    page.fill("#cx-c-name", "Ana")
    page.click(SEND)
    expect(page.locator("[data-cx-unsent]").first).to_have_text(UNSENT)
    page.close()
    page, outbox = open_talk(late=True)
    page.fill(TEXT, "Another")
    outbox.let_through()
    expect(page.locator(".cx-pending", has_text="Waits")).to_have_count(1)
    expect(page.locator(TEXT)).to_have_value("Another")
    assert dict(read_draft(page)["given"]) == {"text": "Another"}
    page.fill("#cx-c-name", "Ana")
    page.click(SEND)
    expect(page.locator(".cx-pending", has_text="Another")).to_have_count(1)
    assert page.evaluate(DRAFTS) == []
    assert sorted(Comment.objects.values_list("text", flat=True)) == ["Another", "Waits"]


def test_a_form_that_is_sent_first_is_sent_once(open_talk):
    page, outbox = open_talk(late=True)
    page.fill(TEXT, "Quick")
    page.fill("#cx-c-name", "Ana")
    page.click(SEND)
    outbox.wait_for_request()
    assert read_draft(page)["act"]
    outbox.let_through()
    expect(page.locator(".cx-pending", has_text="Quick")).to_have_count(1)
    assert page.evaluate(DRAFTS) == []
    assert Comment.objects.count() == 1
