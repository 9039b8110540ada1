"""The queue by keyboard: how many keys a hundred comments take, and no reload in between."""

import pytest
from playwright.sync_api import expect

from cx_feedback.comments.models import Ban, Comment, ModerationEvent
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEYS = "addEventListener('keydown', () => { window.pressed = (window.pressed || 0) + 1 }, true)"


def test_a_hundred_comments_take_at_most_a_hundred_and_ten_keys(open_editor, write):  # noqa: F811
    for _ in range(100):
        write()
    page = open_editor()
    page.goto("/admin/cx-comments/")
    page.evaluate(KEYS)
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    keys = {0: "s", 10: "2", 20: "r"}
    for place in range(100):
        current = page.locator(".cx-row--current")
        expect(current).to_have_count(1)
        page.keyboard.press(keys.get(place % 30, "a"))
        if place % 30 == 20:
            page.keyboard.press("Enter")
        if place == 60:
            page.keyboard.press("u")
            expect(page.locator("[data-cx-said]")).to_contain_text("Undone")
            page.keyboard.press("a")
    expect(page.locator(".cx-nothing")).to_be_visible()
    assert page.evaluate("window.pressed") <= 110
    assert loads == []
    states = list(Comment.objects.values_list("state", flat=True))
    assert (states.count("published"), states.count("spam"), states.count("rejected")) == (91, 3, 6)
    assert ModerationEvent.objects.filter(reason="Not about the article").count() == 3


def test_answer_help_ticks_and_words_are_not_keys(open_editor, write):  # noqa: F811
    first, second, third = write(), write(), write()
    page = open_editor()
    page.goto("/admin/cx-comments/")
    page.keyboard.press("?")
    expect(page.locator("#cx-dialog-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.fill("[data-search-form] [name=q]", "as")
    page.fill("[data-search-form] [name=q]", "")
    page.wait_for_timeout(500)
    assert not ModerationEvent.objects.exists()
    page.locator(f"#cx-row-{first.pk}").focus()
    page.keyboard.press("c")
    page.keyboard.type("Thank you, as ever")
    page.click("#cx-dialog-answer button")
    expect(page.locator(f"#cx-row-{first.pk}")).to_have_count(0)
    answer = Comment.objects.get(by_staff=True)
    assert (answer.parent_id, answer.text) == (first.pk, "Thank you, as ever")
    for key in ("x", "j", "x", "h"):
        page.keyboard.press(key)
    expect(page.locator("[data-cx-said]")).to_have_text("This does not apply here.")
    page.keyboard.press("s")
    expect(page.locator(".cx-nothing")).to_be_visible()
    assert {c.state for c in Comment.objects.filter(pk__in=[second.pk, third.pk])} == {"spam"}


def test_a_ban_by_its_key_sweeps_what_waits_and_is_undone(open_editor, write, reader):  # noqa: F811
    first, _second, other = write(reader=reader), write(reader=reader), write()
    page = open_editor()
    page.goto("/admin/cx-comments/")
    page.locator(f"#cx-row-{first.pk}").focus()
    page.keyboard.press("b")
    dialog = page.locator("#cx-dialog-ban")
    expect(dialog.locator("[name=kinds]")).to_have_count(3)
    expect(dialog.locator("[name=kinds]:checked")).to_have_count(1)
    expect(dialog.locator("[name=days]")).to_have_value("7")
    dialog.get_by_role("button", name="Ban").click()
    expect(page.locator(".cx-row")).to_have_count(1)
    ban = Ban.objects.get()
    assert (ban.kind, ban.shadow, ban.key) == ("reader", False, str(reader.pk))
    assert list(Comment.objects.exclude(state="spam")) == [other]
    page.keyboard.press("u")
    expect(page.locator(".cx-row")).to_have_count(3)
    assert not Ban.objects.active().exists()
