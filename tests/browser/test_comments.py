"""The thread under a strict content policy, and its moderation without a reload."""

import uuid

import pytest
from playwright.sync_api import expect

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, CommentSettings, Rule
from tests.browser.conftest import FORBID_STORAGE
from tests.browser.interception import intercept
from tests.comments.conftest import talk, write  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'"
SEND = "#cx-comment-form button:not([type=button], [name=preview])"


@pytest.fixture
def visit(open_reader, talk):  # noqa: F811
    """A function that opens the article in a fresh browser, with scripts or without."""
    problems, pages = [], []

    def strict(route):
        response = route.fetch(max_redirects=0)
        headers = {**response.headers, "content-security-policy": POLICY}
        route.fulfill(response=response, headers=headers)

    def visit(*, javascript=True):
        page = open_reader(javascript=javascript)
        pages.append(page)
        page.route(lambda url: "/static/" not in url, strict)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda m: problems.append(m.text) if "Content Security" in m.text else 0)
        page.goto(talk.url)
        return page

    yield visit
    for page in pages:
        page.unroute_all(behavior="ignoreErrors")
    assert problems == []


def fill(page, *, text, name="Ana"):
    page.fill("[name=text]", text)
    page.fill("[name=name]", name)
    page.click(SEND)


def test_a_post_with_scripts_is_shown_to_its_author_at_once(visit):
    page = visit()
    asked = []
    page.on("request", lambda r: asked.append(r.url) if "/api/" in r.url else None)
    page.fill("[name=email]", "ana@nowhere")
    fill(page, text="Good **words** <img src=x onerror=alert(1)>")
    expect(page.locator(".cx-error")).to_have_count(1)
    expect(page.locator("[name=text]")).to_have_value("Good **words** <img src=x onerror=alert(1)>")
    page.fill("[name=email]", "")
    page.click(SEND)
    waiting = page.locator(".cx-pending")
    expect(waiting).to_contain_text("Awaiting approval")
    expect(waiting.locator(".cx-comment-text strong")).to_have_text("words")
    expect(waiting.locator("img")).to_have_count(0)
    expect(page.locator("#cx-comment-thanks")).to_be_visible()
    asked.clear()
    page.reload()
    expect(waiting).to_have_count(1)
    assert {url.partition("?")[2][-9:] for url in asked} <= {"only=mine", "only=news"}
    stranger = visit()
    expect(stranger.locator("[data-cx-empty]")).to_be_visible()
    services.approve_comments(ids=[Comment.objects.get().pk])
    for reader in (page, stranger):
        reader.reload()
        expect(reader.locator(".cx-comment:not(.cx-pending)")).to_have_count(1)
        expect(reader.locator(".cx-pending")).to_have_count(0)


STATES = {
    "pending": (Rule.ALL, "awaiting approval", "Awaiting approval"),
    "published": (Rule.OPEN, "is published", ""),
    "awaiting": (Rule.FIRST, "check your inbox", "Confirm your email address"),
}


@pytest.mark.parametrize("state", STATES)
def test_what_the_server_answered_is_what_the_page_says(visit, talk, settings, state):  # noqa: F811
    # A test types quicker than people do.
    borders = {"challenge": 70, "hold": 80, "spam": 90}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_SCORES": borders}
    rule, thanks, badge = STATES[state]
    CommentSettings.objects.create(site=talk.get_site(), rule=rule)
    page = visit()
    page.fill("[name=email]", "ana@example.org")
    fill(page, text="The first")
    said = page.locator("#cx-comment-thanks [data-cx-state]:visible")
    expect(said).to_have_count(1)
    expect(said).to_contain_text(thanks)
    comment = page.locator(".cx-comment")
    assert Comment.objects.get().state == state
    expect(comment.locator(".cx-state")).to_have_count(1 if badge else 0)
    expect(page.locator(".cx-pending")).to_have_count(1 if badge else 0)
    if badge:
        expect(comment.locator(".cx-state")).to_have_text(badge)
        page.reload()  # now it is what the server keeps for this browser
        expect(comment.locator(".cx-state")).to_have_text(badge)
        return
    # A reply, and other words, which have to wait by now.
    page.reload()
    page.click(".cx-reply")
    fill(page, text="An answer")
    expect(page.locator(".cx-replies .cx-comment")).to_contain_text("An answer")
    expect(said).to_contain_text(thanks)
    expect(page.locator(".cx-pending")).to_have_count(0)
    # One's own is no news.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-cx-news-line] a")).to_have_count(0)
    own = CommentSettings.objects.get()
    own.rule = Rule.ALL
    own.save()  # is forgotten by the processes that remember it
    page.locator(".cx-replies .cx-comment").get_by_role("link", name="Edit").click()
    page.fill(".cx-inline [name=text]", "Another answer")
    page.click(".cx-inline button:not([name=preview])")
    waiting = page.locator(".cx-replies .cx-edit-waits")
    expect(waiting).to_contain_text("Another answer")
    expect(waiting.locator(".cx-badge")).to_have_text("Awaiting approval")
    # Readers see the text that was published, and so does its author.
    expect(page.locator(".cx-replies .cx-comment-text").first).to_have_text("An answer")
    expect(page.locator(".cx-state")).to_have_count(0)


@pytest.mark.parametrize("state", ["pending", "published"])
def test_a_form_on_a_page_of_its_own_leads_back(visit, talk, write, state):  # noqa: F811
    CommentSettings.objects.create(site=talk.get_site(), rule=STATES[state][0])
    first = write("What do you think?", state="published")
    page = visit()
    page.goto(f"/feedback/comments/{first.pk}/reply/")
    fill(page, text="A lot", name="Eva")
    made = Comment.objects.latest("pk")
    page.wait_for_url(f"**{talk.url}#*")
    where = "#cx-comment-thanks" if state == "pending" else f"#cx-comment-{made.pk}"
    assert page.url.endswith(where)
    expect(page.locator(where)).to_be_visible()


def test_a_form_is_sent_under_one_key_until_its_words_change(visit):
    page = visit()
    keys = []

    def refuse(route):
        keys.append(route.request.headers["idempotency-key"])
        route.fulfill(status=400, content_type="application/problem+json", body='{"title": "No"}')

    intercept(page, "**/api/v1/comments/", refuse)
    fill(page, text="The first")
    expect(page.locator(".cx-error")).to_have_count(1)
    page.unroute("**/api/v1/comments/", refuse)
    with page.expect_request("**/api/v1/comments/") as sent:
        page.click(SEND)
    keys.append(sent.value.headers["idempotency-key"])
    assert all(uuid.UUID(key) for key in keys)
    expect(page.locator(".cx-comment")).to_have_count(1)


def test_a_reply_without_scripts(visit, write):  # noqa: F811
    first = write("What do you think?", state="published")
    page = visit(javascript=False)
    page.click(".cx-reply")
    fill(page, text="A lot", name="Eva")
    expect(page.locator("#cx-comment-thanks")).to_be_visible()
    expect(page.locator(SEND)).to_be_hidden()
    page.click("text=Your comments")
    expect(page.locator(".cx-comment-text")).to_have_text("A lot")
    assert Comment.objects.get(text="A lot").parent == first


def test_replies_and_more_without_leaving_the_page(visit, talk, write, settings):  # noqa: F811
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_SHOWN": 2}
    made = [write(state="published").pk for _ in range(5)]
    page = visit()
    for shown in (4, 5):
        page.click("[data-cx-more]")
        expect(page.locator(".cx-comment")).to_have_count(shown)
    expect(page.locator("[data-cx-more]")).to_have_count(0)
    page.click(f"#cx-comment-{made[1]} .cx-reply")
    fill(page, text="An answer")
    expect(page.locator(f"#cx-comment-{made[1]} .cx-pending")).to_contain_text("An answer")
    assert Comment.objects.get(text="An answer").parent_id == made[1]
    assert page.url.split("#")[0].endswith(talk.url)


def test_acts_of_readers_with_scripts_and_a_word_about_news(visit, talk, write):  # noqa: F811
    first, other = write("First <b>", state="published"), write(state="published")
    page = visit()
    up = page.locator(f"#cx-comment-{first.pk} .cx-vote button")
    for n in ("1", "0", "1"):
        up.click()
        expect(up.locator("b")).to_have_text(n)
    expect(up).to_have_attribute("aria-pressed", "true")
    page.click(f"#cx-comment-{other.pk} .cx-flag")
    page.check(".cx-inline [value=spam]")
    page.click(".cx-inline button:not([name=preview])")
    expect(page.locator(".cx-status.cx-shown")).to_have_count(1)
    fill(page, text="Mine")
    page.click(".cx-pending a >> text=Edit")
    page.fill(".cx-inline textarea", "Mine, *better*")
    page.click(".cx-inline button:not([name=preview])")
    expect(page.locator(".cx-pending .cx-comment-text em")).to_have_text("better")
    write("News", state="published")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.click("[data-cx-news-line] a")
    expect(page.locator(".cx-thread > .cx-comment:not(.cx-pending)")).to_have_count(3)
    expect(up).to_have_attribute("aria-pressed", "true")
    page.click("[data-cx-order-by=best]")
    expect(page.locator(".cx-thread > .cx-comment:not(.cx-pending)").first).to_contain_text(
        "First <b>"
    )
    page.click(".cx-ways [data-cx-inline]")
    page.fill(".cx-follow-form [type=email]", "eva@example.org")
    page.click(".cx-follow-form button")
    expect(page.locator(".cx-ways .cx-status")).to_contain_text("Check your inbox")
    assert Comment.objects.get(pk=first.pk).up == Comment.objects.get(pk=other.pk).flags == 1


def test_acts_of_readers_without_scripts(visit, write):  # noqa: F811
    first = write(state="published")
    page = visit(javascript=False)
    page.click(".cx-vote button")
    expect(page.locator(".cx-vote b")).to_have_text("1")
    page.click(".cx-flag")
    page.check("[value=abuse]")
    page.click(".cx-flag-form button")
    expect(page.locator("#cx-flag-thanks")).to_be_visible()
    page.click("text=Best")
    expect(page.locator(f"#cx-comment-{first.pk}")).to_be_visible()
    assert Comment.objects.get().flags == 1


def test_moderating_without_a_reload(open_editor, write):  # noqa: F811
    ids = [write().pk for _ in range(4)]
    page = open_editor("/admin/cx-feedback/comments/")
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    page.click(f"#cx-row-{ids[0]} [data-cx-action=approve]")
    expect(page.locator(f"#cx-row-{ids[0]}")).to_have_count(0)
    expect(page.locator(f"#cx-row-{ids[1]}")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(f"#cx-row-{ids[1]}")).to_have_count(0)
    page.check("[data-cx-all]")
    page.select_option("#cx-queue [name=reason]", "Advertising")
    page.click("#cx-queue [name=act][value=reject]")
    expect(page.locator(".cx-nothing")).to_be_visible()
    assert loads == []
    expect(page.locator("[data-cx-count=rejected]")).to_have_text("2")
    assert [Comment.objects.get(pk=pk).state for pk in ids] == ["published"] * 2 + ["rejected"] * 2
    page.fill("[data-search-form] [name=q]", "Words")
    page.wait_for_url("**q=Words*")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reply_is_one_after_back(visit, write, scripts):  # noqa: F811
    """Sent without a connection from a browser that keeps nothing, then its "back"."""
    first = write("What do you think?", state="published")
    write("Another", state="published")
    page = visit(javascript=scripts)
    page.add_init_script(FORBID_STORAGE)
    page.reload()
    page.click(f"#cx-comment-{first.pk} .cx-reply")
    page.fill("[name=text]", "My reply")
    page.fill("[name=name]", "Eva")
    page.route("**/feedback/**", lambda route: route.abort())
    page.click(SEND)
    expect(page.locator(SEND)).to_have_count(0)  # the browser's own page
    page.unroute("**/feedback/**")
    page.go_back()
    expect(page.locator("[name=text]")).to_have_value("My reply")
    if scripts:
        expect(page.locator("[data-cx-answering]")).to_be_visible()
        expect(page.locator("[data-cx-answering] strong")).to_have_text("Ana")
    page.click(SEND)
    expect(page.locator(".cx-thanks:visible")).to_have_count(1)
    assert Comment.objects.get(text="My reply").parent == first
    if scripts:  # what comes next is no reply
        page.reload()
        expect(page.locator("[data-cx-answering]")).to_be_hidden()


def test_a_reply_is_kept_while_the_list_is_loaded_again(visit, write):  # noqa: F811
    first = write("What do you think?", state="published")
    page = visit()
    page.click(".cx-reply")
    page.fill("[name=text]", "My reply")
    write("News", state="published")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.click("[data-cx-news-line] a")
    expect(page.locator(".cx-thread > .cx-comment")).to_have_count(2)
    form = page.locator(f"#cx-comment-{first.pk} #cx-comment-form")
    expect(form.locator("[name=text]")).to_have_value("My reply")
    form.locator("[data-cx-cancel]").click()
    expect(form).to_have_count(0)
    expect(page.locator("[data-cx-answering]")).to_be_hidden()
