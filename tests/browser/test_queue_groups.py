"""Comments that stand together are decided by one key."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cx_feedback.comments.models import Comment, ModerationEvent
from tests.browser.conftest import DESKTOP
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/admin/cx-feedback/comments/"
OFFER = "Earn four thousand euros a week from home without any work, ask Peter on {} today please"


def states():
    return list(Comment.objects.order_by("pk").values_list("state", flat=True))


def test_one_key_decides_on_all_that_are_alike_and_is_undone(open_editor, write):  # noqa: F811
    for place in ("telegram", "whatsapp", "signal"):
        write(OFFER.format(place))
        write()
    page = open_editor(QUEUE)
    head = page.locator(".cx-group")
    expect(head).to_contain_text("3 nearly the same")
    found = Axe().run(page, "#cx-queue")
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("Shift+S")
    expect(page.locator("[data-cx-status]")).to_have_text("3 comments marked as spam.")
    expect(page.locator(".cx-row")).to_have_count(3)
    expect(head).to_be_hidden()
    assert states() == ["spam", "pending"] * 3
    assert ModerationEvent.objects.values("batch").distinct().count() == 1
    page.keyboard.press("Shift+S")
    expect(page.locator("[data-cx-status]")).to_have_text("No other comment stands with this one.")
    page.keyboard.press("u")
    expect(page.locator(".cx-row")).to_have_count(6)
    assert set(states()) == {"pending"}
    expect(head).to_contain_text("3 nearly the same")
    page.keyboard.press("s")
    expect(head).to_contain_text("2 nearly the same")
    page.keyboard.press("Shift+R")
    expect(page.locator("#cx-dialog-reject")).to_be_visible()
    page.keyboard.press("3")
    expect(page.locator("[data-cx-status]")).to_have_text("2 comments rejected.")
    assert sorted(states()) == ["pending"] * 3 + ["rejected"] * 2 + ["spam"]


def test_a_group_is_decided_on_without_a_script(open_editor, open_reader, write):  # noqa: F811
    for place in ("telegram", "whatsapp"):
        write(OFFER.format(place))
    editor = open_editor()
    page = open_reader(javascript=False, viewport=DESKTOP)
    page.context.add_cookies(editor.context.cookies())
    page.goto(QUEUE)
    page.get_by_role("button", name="Spam: all of them").click()
    expect(page.get_by_text("2 comments marked as spam.")).to_be_visible()
    assert states() == ["spam", "spam"]
