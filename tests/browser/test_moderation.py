"""The queue by keyboard: how many keys a hundred comments take, and no reload in between."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from cx_feedback.comments import services
from cx_feedback.comments.models import Ban, Comment, Flag, ModerationEvent
from cx_feedback.comments.submission.author import Actor
from tests.browser.interception import intercept
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: Milliseconds. Rows come anew once all decisions of a list are stored, one after the other.
ALL_STORED = 90_000
KEYS = "addEventListener('keydown', () => { window.pressed = (window.pressed || 0) + 1 }, true)"


def test_a_hundred_comments_take_at_most_a_hundred_and_ten_keys(open_editor, write):  # noqa: F811
    for _ in range(100):
        write()
    page = open_editor("/admin/cx-feedback/comments/")
    page.evaluate(KEYS)
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    keys = {0: "s", 10: "2", 20: "r"}
    for place in range(100):
        current = page.locator(".cx-row--current")
        expect(current).to_have_count(1, timeout=ALL_STORED)
        page.keyboard.press(keys.get(place % 30, "a"))
        if place % 30 == 20:
            page.keyboard.press("Enter")
        if place == 60:
            page.keyboard.press("u")
            status = page.locator("[data-cx-status]")
            expect(status).to_contain_text("Undone", timeout=ALL_STORED)
            page.keyboard.press("a")
    expect(page.locator(".cx-nothing")).to_be_visible(timeout=ALL_STORED)
    assert page.evaluate("window.pressed") <= 110
    assert loads == []
    states = list(Comment.objects.values_list("state", flat=True))
    assert (states.count("published"), states.count("spam"), states.count("rejected")) == (91, 3, 6)
    assert ModerationEvent.objects.filter(reason="Not about the article").count() == 3


def test_answer_help_ticks_and_words_are_not_keys(open_editor, write):  # noqa: F811
    first, second, third = write(), write(), write()
    page = open_editor("/admin/cx-feedback/comments/")
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
    page.click("#cx-dialog-reply button")
    expect(page.locator(f"#cx-row-{first.pk}")).to_have_count(0)
    answer = Comment.objects.get(by_staff=True)
    assert (answer.parent_id, answer.text) == (first.pk, "Thank you, as ever")
    for key in ("x", "j", "x", "h"):
        page.keyboard.press(key)
    expect(page.locator("[data-cx-status]")).to_have_text(
        "This action is not available for this comment."
    )
    page.keyboard.press("s")
    expect(page.locator(".cx-nothing")).to_be_visible()
    assert {c.state for c in Comment.objects.filter(pk__in=[second.pk, third.pk])} == {"spam"}


def test_a_ban_by_its_key_sweeps_what_waits_and_is_undone(open_editor, write, reader):  # noqa: F811
    first, _second, other = write(reader=reader), write(reader=reader), write()
    page = open_editor("/admin/cx-feedback/comments/")
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


def test_several_acts_are_undone_one_after_the_other(open_editor, write):  # noqa: F811
    first, second = write(), write()
    page = open_editor("/admin/cx-feedback/comments/")
    page.keyboard.press("a")
    page.keyboard.press("s")
    expect(page.locator(".cx-nothing")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(f"#cx-row-{second.pk}")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(f"#cx-row-{first.pk}")).to_be_focused()
    assert set(Comment.objects.values_list("state", flat=True)) == {"pending"}
    page.keyboard.press("u")
    expect(page.locator("[data-cx-status]")).to_have_text("There is nothing to undo.")


def test_a_reply_quotes_what_it_answers_and_acts_for_all_stand_with_ticks(
    open_editor,
    write,  # noqa: F811
):
    write("What I **want** to know")
    page = open_editor("/admin/cx-feedback/comments/")
    acts = page.locator(".cx-bulk-actions")
    expect(acts).to_be_hidden()
    page.keyboard.press("x")
    expect(acts).to_be_visible()
    expect(page.locator("[data-cx-ticked]")).to_have_text("Selected: 1")
    page.keyboard.press("Escape")
    expect(acts).to_be_hidden()
    page.keyboard.press("c")
    expect(page.locator("#cx-dialog-reply [data-cx-quote]")).to_have_text("What I want to know")
    page.keyboard.type("Now you know")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cx-nothing")).to_be_visible()
    assert Comment.objects.get(by_staff=True).text == "Now you know"


def test_on_a_phone_nothing_is_wider_than_the_screen(open_editor, write):  # noqa: F811
    write("Wide" * 60, name="A long name of somebody with several others", email="a@example.org")
    page = open_editor()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/admin/cx-feedback/comments/")
    page.check(".cx-tick")
    expect(page.locator(".cx-bulk-actions")).to_be_in_viewport()
    for path in ("", "?state=all", "log/", "performance/", "bans/"):
        page.goto(f"/admin/cx-feedback/comments/{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_rows_and_dialogs(open_editor, write, reader, scheme):  # noqa: F811
    comment = write("Some **words** and\n\n- a list", reader=reader, email="ana@example.org")
    Comment.objects.filter(pk=comment.pk).update(
        flags=1, spam_findings=[{"scorer": "trap", "points": 10.0, "detail": {}}]
    )
    Flag.objects.create(comment=comment, reader=reader, reason="abuse", text="Look")
    write("Below it", parent=write(state="published"))
    page = open_editor()
    page.emulate_media(color_scheme=scheme)
    page.goto("/admin/cx-feedback/comments/")
    expect(page.locator(".cx-row")).to_have_count(2)
    found = Axe().run(page, context="#listing-results")
    assert found.violations_count == 0, found.generate_report()
    for key, name in (("b", "ban"), ("c", "reply"), ("r", "reject"), ("?", "help")):
        page.keyboard.press(key)
        expect(page.locator(f"#cx-dialog-{name}")).to_be_visible()
        found = Axe().run(page, context=f"#cx-dialog-{name}")
        assert found.violations_count == 0, found.generate_report()
        page.keyboard.press("Escape")


def hold(page, key, times=4):
    """Hold a key down: Playwright's later presses without a release are the keyboard's repeats."""
    for _ in range(times):
        page.keyboard.down(key)
    page.keyboard.up(key)


@pytest.mark.parametrize("key", ["a", "s", "1"])
def test_a_key_that_is_held_down_decides_once(open_editor, write, key):  # noqa: F811
    for _ in range(5):
        write()
    page = open_editor("/admin/cx-feedback/comments/")
    hold(page, key)
    expect(page.locator("[data-cx-toast]")).to_be_visible()
    expect(page.locator("#cx-queue")).not_to_have_attribute("aria-busy", "true")
    assert Comment.objects.filter(state="pending").count() == 4
    hold(page, "u")
    expect(page.locator(".cx-row")).to_have_count(5)
    # Going on may be held, ticking and a button may not.
    hold(page, "j")
    expect(page.locator(".cx-row").nth(4)).to_have_class(re.compile("cx-row--current"))
    hold(page, "x", 2)
    expect(page.locator(".cx-tick:checked")).to_have_count(1)
    page.keyboard.press("x")
    page.locator(".cx-row").first.locator("[data-cx-action=approve]").focus()
    hold(page, "Enter")
    expect(page.locator(".cx-row")).to_have_count(4)
    assert Comment.objects.filter(state="pending").count() == 4


def test_a_held_key_in_the_dialog_rejects_one(open_editor, write):  # noqa: F811
    for _ in range(4):
        write()
    page = open_editor("/admin/cx-feedback/comments/")
    page.keyboard.press("r")
    hold(page, "2")
    expect(page.locator(".cx-row")).to_have_count(3)
    assert Comment.objects.filter(state="rejected").count() == 1


def test_decisions_wait_for_the_login_and_are_sent_then(open_editor, write):  # noqa: F811
    first, second, third = write(), write(), write()
    page = open_editor()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/admin/cx-feedback/comments/")
    Session.objects.all().delete()
    page.keyboard.press("a")
    held = page.locator("[data-cx-unsent-decisions]")
    expect(held).to_contain_text("Your session has ended.")
    page.keyboard.press("s")
    expect(page.locator(".cx-row:visible")).to_have_count(1)
    expect(held.locator("[data-cx-unsent]")).to_have_text("2")
    assert Comment.objects.filter(state="pending").count() == 3
    with page.context.expect_page() as opened:
        held.get_by_role("link", name="Log in again").click()
    login = opened.value
    login.fill("[name=username]", "editor")
    login.fill("[name=password]", "secret")
    login.click("button[type=submit]")
    expect(login.locator("#cx-queue")).to_be_visible()  # and says so to the first tab
    expect(page.locator("[data-cx-status]")).to_contain_text("spam")
    expect(held).to_be_hidden()
    states = dict(Comment.objects.values_list("pk", "state"))
    assert states == {first.pk: "published", second.pk: "spam", third.pk: "pending"}
    page.keyboard.press("u")
    expect(page.locator(".cx-row")).to_have_count(2)
    assert errors == []


def test_a_reply_is_kept_through_a_login(open_editor, write):  # noqa: F811
    write()
    page = open_editor("/admin/cx-feedback/comments/")
    page.keyboard.press("c")
    page.keyboard.type("Thank you")
    Session.objects.all().delete()
    page.click("#cx-dialog-reply button")
    wrong = page.locator("#cx-dialog-reply [data-cx-error]")
    expect(wrong).to_contain_text("Your session has ended.")
    with page.context.expect_page() as opened:
        wrong.get_by_role("link").click()
    login = opened.value
    login.fill("[name=username]", "editor")
    login.fill("[name=password]", "secret")
    login.click("button[type=submit]")
    expect(login.locator("#cx-queue")).to_be_visible()
    expect(page.locator("#cx-dialog-reply textarea")).to_have_value("Thank you")
    page.click("#cx-dialog-reply button")
    expect(page.locator("#cx-dialog-reply")).to_be_hidden()
    assert Comment.objects.get(by_staff=True).text == "Thank you"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "Your account doesn't have permission"),
        (404, "no longer exists"),
        (409, "Somebody else has changed this"),
        (500, "The server couldn't save this"),
        (200, "The server couldn't save this"),  # a page of something in between
        (0, "The server can't be reached"),
    ],
)
def test_what_cannot_be_sent_is_said_and_kept(open_editor, write, status, said):  # noqa: F811
    first, second = write(), write()
    page = open_editor()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/admin/cx-feedback/comments/")

    def fail(route):
        if status == 0:
            route.abort()
        elif status == 403:  # JSON, as a right that is gone
            route.fulfill(status=403, content_type="application/json", body="{}")
        else:
            route.fulfill(status=status, content_type="text/html", body="<p>No</p>")

    intercept(page, "**/decide/", fail)
    page.keyboard.press("a")
    held = page.locator("[data-cx-unsent-decisions]")
    expect(held).to_contain_text(said)
    expect(held.get_by_role("link")).to_be_hidden()
    page.unroute_all()
    page.keyboard.press("s")  # waits its turn
    held.get_by_role("button", name="Send again").click()
    expect(page.locator(".cx-nothing")).to_be_visible()
    assert [c.state for c in Comment.objects.order_by("pk")] == ["published", "spam"]
    assert (first.pk < second.pk, errors) == (True, [])


def test_what_is_given_up_comes_back(open_editor, write):  # noqa: F811
    first, _second = write(), write()
    page = open_editor("/admin/cx-feedback/comments/")
    intercept(page, "**/decide/", lambda route: route.abort())
    page.keyboard.press("a")
    held = page.locator("[data-cx-unsent-decisions]")
    expect(page.locator(f"#cx-row-{first.pk}")).to_be_hidden()
    held.get_by_role("button", name="Discard").click()
    expect(page.locator(f"#cx-row-{first.pk}")).to_be_focused()
    expect(page.locator("[data-cx-status]")).to_have_text("That one was not decided.")
    assert Comment.objects.filter(state="pending").count() == 2


def test_a_comment_edited_meanwhile_comes_back_with_the_difference(open_editor, write, reader):  # noqa: F811
    first, second = write("Good words", reader=reader), write("Other words")
    page = open_editor("/admin/cx-feedback/comments/")
    edit = {"comment_id": first.pk, "actor": Actor(reader=reader), "minutes": 60}
    services.edit_comment(text="Bad words", **edit)
    page.keyboard.press("a")
    row = page.locator(f"[data-cx-row='{first.pk}']")
    expect(row.locator(".deletion")).to_have_text("Good")
    expect(row.locator(".addition")).to_have_text("Bad")
    expect(page.locator("[data-cx-status]")).to_contain_text("decide about it again")
    expect(page.locator(".cx-row--current")).to_have_attribute("data-cx-row", str(first.pk))
    assert Comment.objects.get(pk=first.pk).state == "pending"
    assert Axe().run(page, "#cx-queue").response["violations"] == []
    page.keyboard.press("a")
    expect(row).to_have_count(0)
    assert Comment.objects.get(pk=first.pk).state == "published"
    assert ModerationEvent.objects.get(comment=first).revision == 2
    assert Comment.objects.get(pk=second.pk).state == "pending"
