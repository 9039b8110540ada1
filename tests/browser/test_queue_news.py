"""Two moderators at one queue: what each learns of the other without a reload."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from cx_feedback.comments.models import Comment
from tests.browser.conftest import DESKTOP, log_in
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/admin/cx-feedback/comments/"


@pytest.fixture
def open_moderator(open_reader, transactional_db, home):
    """Return a function that opens the queue as a new moderator, with a clock that stands."""

    def open_(name):
        moderator = get_user_model().objects.create_superuser(
            name.lower(), f"{name}@example.org", "secret", first_name=name
        )
        page = open_reader(viewport=DESKTOP)
        log_in(page, moderator)
        page.clock.install()
        page.asked = []
        page.on("response", lambda r: "/news/" in r.url and page.asked.append(r.status))
        with page.expect_response("**/news/**"):
            page.goto(QUEUE)
        page.navigations = []
        page.on("framenavigated", lambda frame: page.navigations.append(frame.url))
        return page

    return open_


def ten_seconds_later(page):
    with page.expect_response("**/news/**"):
        page.clock.fast_forward(10_000)


def row(page, comment):
    return page.locator(f'[data-cx-row="{comment.pk}"]')


def test_two_moderators_see_each_other_and_what_the_other_decided(
    open_moderator,
    write,  # noqa: F811
):
    first, second = write("The first", name="Eva"), write("The second", name="Bo")
    ana, cleo = open_moderator("Ana"), open_moderator("Cleo")
    expect(row(cleo, first).locator(".cx-looking")).to_have_text("Ana is looking at this.")
    ten_seconds_later(ana)
    expect(row(ana, first).locator(".cx-looking")).to_have_text("Cleo is looking at this.")
    expect(ana.locator("[data-cx-live]")).to_have_text("Cleo is looking at this.")
    ana.keyboard.press("s")
    expect(ana.locator("[data-cx-status]")).to_contain_text("marked as spam")
    row(cleo, first).locator("[data-cx-action=approve]").focus()
    ten_seconds_later(cleo)
    settled = row(cleo, first)
    expect(settled).to_contain_text("Ana changed this to “Spam”")
    expect(settled).to_contain_class("cx-row--settled")
    expect(settled).to_contain_class("cx-row--current")
    expect(cleo.locator(f"#cx-row-{first.pk}")).to_be_focused()
    expect(cleo.locator("[data-cx-live]")).to_contain_text("Ana changed this to “Spam”")
    found = Axe().run(cleo, "#cx-queue")
    assert found.violations_count == 0, found.generate_report()
    cleo.keyboard.press("a")
    expect(cleo.locator("[data-cx-status]")).to_contain_text("not available")
    assert Comment.objects.get(pk=first.pk).state == "spam"
    ana.keyboard.press("u")
    expect(row(ana, first)).to_be_visible()
    ten_seconds_later(cleo)
    expect(settled).not_to_contain_class("cx-row--settled")
    cleo.keyboard.press("a")
    expect(cleo.locator("[data-cx-status]")).to_contain_text("approved")
    assert Comment.objects.get(pk=first.pk).state == "published"
    assert (ana.navigations, cleo.navigations) == ([], [])
    assert row(cleo, second).count() == 1


def test_new_comments_come_in_without_moving_anything(open_moderator, write):  # noqa: F811
    first, second = write("The first"), write("The second")
    page = open_moderator("Ana")
    page.keyboard.press("j")
    row(page, first).locator(".cx-tick").check()
    row(page, second).locator("[data-cx-action=reply]").click()
    page.keyboard.type("Half a rep")
    third, fourth = write("The third"), write("The fourth")
    ten_seconds_later(page)
    arrived = page.locator("[data-cx-new-comments]")
    expect(arrived).to_have_text("2 new comments – show")
    expect(page.locator("[data-cx-live]")).to_have_text("2 new comments – show")
    page.keyboard.type("ly")
    expect(page.locator("#cx-dialog-reply textarea").first).to_have_value("Half a reply")
    page.keyboard.press("Escape")
    row(page, second).locator("[data-cx-action=approve]").focus()
    page.keyboard.press("n")
    expect(page.locator(".cx-row")).to_have_count(4)
    expect(arrived).to_be_hidden()
    expect(row(page, second).locator("[data-cx-action=approve]")).to_be_focused()
    expect(row(page, second)).to_contain_class("cx-row--current")
    expect(row(page, first).locator(".cx-tick")).to_be_checked()
    order = page.locator(".cx-row").evaluate_all("rows => rows.map((row) => row.dataset.cxRow)")
    assert order == [str(c.pk) for c in (first, second, third, fourth)]
    ten_seconds_later(page)
    expect(arrived).to_be_hidden()
    page.locator("[data-cx-all]").check()
    page.keyboard.press("a")
    expect(page.locator(".cx-nothing")).to_be_visible()
    assert set(Comment.objects.values_list("state", flat=True)) == {"published"}
    fifth = write("The fifth")
    ten_seconds_later(page)
    expect(row(page, fifth)).to_be_visible()


def test_an_edit_is_told_and_read_before_it_is_decided_on(open_moderator, write):  # noqa: F811
    comment = write("Good words")
    page = open_moderator("Ana")
    ana = get_user_model().objects.get()
    from cx_feedback.comments import services

    services.edit_as_moderator(
        comment_id=comment.pk, text="Bad words", moderator=ana, seen=services.get_seen(comment)
    )
    ten_seconds_later(page)
    expect(row(page, comment)).to_contain_text("The text has changed since you opened it.")
    expect(row(page, comment).locator(".cx-text")).to_have_text("Good words")
    page.click("[data-cx-fresh]")
    expect(row(page, comment).locator(".cx-text")).to_have_text("Bad words")
    expect(row(page, comment).locator(".addition")).to_have_text("Bad")
    page.keyboard.press("a")
    expect(page.locator(".cx-nothing")).to_be_visible()
    assert Comment.objects.get().state == "published"


def test_one_request_in_ten_seconds_none_when_the_tab_is_hidden(
    open_moderator,
    write,  # noqa: F811
):
    write()
    page = open_moderator("Ana")
    assert page.asked == [200]
    for _ in range(3):
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.clock.fast_forward(9_000)
    ten_seconds_later(page)
    assert page.asked == [200, 304]
    hide = """hidden => {
      Object.defineProperty(document, "visibilityState",
        { configurable: true, get: () => hidden ? "hidden" : "visible" });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    page.clock.fast_forward(60_000)
    page.wait_for_timeout(300)
    assert page.asked == [200, 304]
    with page.expect_response("**/news/**"):
        page.evaluate(hide, False)
        page.clock.fast_forward(1)
    assert page.asked == [200, 304, 304]
