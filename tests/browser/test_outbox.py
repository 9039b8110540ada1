"""Nothing that was typed is lost, and nothing is stored twice, whatever the network does."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from cx_feedback.comments.models import Comment
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Start, Survey
from tests.browser.interception import intercept
from tests.browser.lossy_proxy import (
    CUT,
    DELAYED,
    DOUBLED,
    HOUSE,
    LOST_AFTER,
    LOST_BEFORE,
    NO_ANSWER,
    NO_SERVER,
    open_proxy,
)
from tests.browser.test_signing_up import friday, guide  # noqa: F401
from tests.comments.conftest import talk, write  # noqa: F401
from tests.pages import make_widget
from tests.pages import publish as put_on_page
from tests.site.models import ArticlePage
from tests.surveys.conftest import draft, locales, survey  # noqa: F401
from tests.surveys.flow.conftest import block, choice, flowing  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATH = "/en/an-article/"
PRIVACY = Path(__file__).parents[2] / "docs/explanation/privacy.md"
DRAFTS = "Object.keys(localStorage).filter((name) => name.startsWith('cx-draft'))"
#: Lets the widget ask again; returns whether it rested.
NPS_RESTS = """() => Object.keys(localStorage)
  .filter((name) => name.startsWith('cx-ask')).map((name) => delete localStorage[name]).length"""
#: Makes the drafts older than a week.
AGE = f"""() => {DRAFTS}.forEach((name) => {{
  localStorage[name] = localStorage[name].replace(/"at":\\d+/, '"at":1');
}})"""
ONLINE = "() => { dispatchEvent(new Event('online')); }"
SEND = "#cx-comment-form button:not([type=button], [name=preview])"
UNSENT = "Not sent yet. We're trying again."


@pytest.fixture
def proxy(live_server):
    with open_proxy(live_server.thread.port) as proxy:
        yield proxy


@dataclass(frozen=True)
class Kind:
    """A kind of form: its selector, what a reader does in it, and what is stored then."""

    form: str
    fill: Callable[[Page, str], None]
    get_stored: Callable[[], list[str]]
    thanks: str


def answer_survey(page: Page, words: str) -> None:
    page.get_by_label("Good").check()
    page.get_by_label("Why?").fill(words)


def answer_pages(page: Page, words: str) -> None:
    page.get_by_label("Yes").check()
    page.get_by_label("4", exact=True).check(force=True)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Your name").fill(words)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Anything else").fill(words)


def answer_nps(page: Page, words: str) -> None:
    page.get_by_label("9", exact=True).check(force=True)
    page.locator(".cx-nps textarea").fill(words)


def comment(page: Page, words: str) -> None:
    page.fill("#cx-c-text", words)
    page.fill("#cx-c-name", "Ana")


def reply(page: Page, words: str) -> None:
    page.click(".cx-thread .cx-reply")
    comment(page, words)


def sign_up(page: Page, words: str) -> None:
    page.get_by_label("Your email address").fill(f"{words}@example.org")


def list_responses(key: str) -> Callable[[], list[str]]:
    return lambda: [response.answers.get(key) for response in Response.objects.order_by("pk")]


def list_comments() -> list[str]:
    return [f"{each.text}" for each in Comment.objects.exclude(text="First").order_by("pk")]


def list_replies() -> list[str]:
    found = Comment.objects.filter(parent__text="First").order_by("pk")
    assert found.count() == len(list_comments())
    return [each.text for each in found]


def list_guides() -> list[str]:
    return [each.address.partition("@")[0] for each in Delivery.objects.order_by("pk")]


def list_subscriptions() -> list[str]:
    assert len(mail.outbox) == Subscription.objects.count()
    return [each.email.partition("@")[0] for each in Subscription.objects.order_by("pk")]


KINDS = {
    "survey": Kind(
        ".cx-survey form", answer_survey, list_responses("q-text"), ".cx-survey .cx-thanks"
    ),
    "pages": Kind(".cx-survey form", answer_pages, list_responses("more"), ".cx-survey .cx-thanks"),
    "nps": Kind(".cx-nps form", answer_nps, list_responses("reason"), ".cx-nps .cx-thanks"),
    "comment": Kind("#cx-comment-form", comment, list_comments, "#cx-comment-thanks"),
    "reply": Kind("#cx-comment-form", reply, list_replies, "#cx-comment-thanks"),
    "guide": Kind(".cx-guide form", sign_up, list_guides, ".cx-guide .cx-thanks"),
    "sign-up": Kind(".cx-subscribe form", sign_up, list_subscriptions, "#cx-subscribe-thanks"),
}


@pytest.fixture
def kind(request, article, settings):
    """Return a kind of form, on the article."""
    name = request.param
    settings.CX_FEEDBACK = {
        **settings.CX_FEEDBACK,
        "COMMENTS_SCORES": {"challenge": 70, "hold": 80, "spam": 90},  # a test types quickly
    }
    if name in ("comment", "reply"):
        request.getfixturevalue("talk")
        request.getfixturevalue("write")("First", state="published")
    elif name == "nps":
        put_on_page(article, ("nps", {"widget": make_widget().pk}))
    elif name == "guide":
        request.getfixturevalue("guide")
    elif name == "sign-up":
        made = MailingList.objects.create(name="Friday letter")
        put_on_page(article, ("subscribe", {"mailing_list": made.pk}))
    else:
        found = request.getfixturevalue("survey" if name == "survey" else "flowing")
        Survey.objects.filter(pk=found.pk).update(thanks="Thanks.")
        put_on_page(article, ("survey", {"survey": found.pk}))
    return KINDS[name]


def press(page: Page, kind: Kind) -> None:
    page.locator(f"{kind.form} button:visible", has_text="S").last.click()


def wait_until_unsent(page: Page, kind: Kind) -> None:
    expect(page.locator(f"{kind.form} [data-cx-unsent]")).to_have_text(UNSENT)


every_kind = pytest.mark.parametrize("kind", KINDS, indirect=True)


@every_kind
def test_whatever_the_network_does_it_is_stored_once(open_reader, proxy, kind):
    page = open_reader()
    ways_back = cycle(["here", "reload", "other tab"])
    sent = []
    for fault in (LOST_BEFORE, LOST_AFTER, CUT, NO_ANSWER, NO_SERVER, DOUBLED, DELAYED):
        words = f"w{len(sent)}"
        sent.append(words)
        page.goto(proxy.url + PATH)
        if sent[1:] and page.evaluate(NPS_RESTS):
            page.reload()
        kind.fill(page, words)
        proxy.faults.append(fault)
        press(page, kind)
        if fault not in (DOUBLED, DELAYED):
            wait_until_unsent(page, kind)
            way = next(ways_back)
            if way == "here":
                page.evaluate(ONLINE)
            elif way == "reload":
                page.reload()
            else:
                other = page.context.new_page()
                page.close()
                page = other
                page.goto(proxy.url + PATH)
        expect(page.locator(f"{kind.thanks}:visible").first).to_be_visible()
        assert page.evaluate(DRAFTS) == []
        assert kind.get_stored() == sent, fault
    assert len(set(proxy.keys)) == len(sent)
    assert Start.objects.count() in (0, len(sent))


def read_draft(page: Page) -> dict:
    """Return the one draft in the browser's storage."""
    (name,) = page.evaluate(DRAFTS)
    return json.loads(page.evaluate("(name) => localStorage[name]", name))


def reopen(page: Page, url: str) -> Page:
    """Close the tab and open another one of the same browser."""
    other = page.context.new_page()
    page.close()
    other.goto(url)
    return other


@pytest.fixture
def consenting(draft):  # noqa: F811
    """A survey of three pages, whose first asks for consent."""
    draft.questions = draft.questions.stream_block.to_python(
        [
            block("consent", "agrees", "I agree"),
            choice("reads", "Do you read us?", required=True),
            block("page_break", "page2", "About you"),
            block("text", "name", "Your name"),
            block("page_break", "page3", ""),
            block("text", "more", "Anything else?"),
        ]
    )
    return services.publish_survey(survey=draft)


def test_a_survey_comes_back_where_it_was(open_reader, article, consenting):
    put_on_page(article, ("survey", {"survey": consenting.pk}))
    page = open_reader()
    loaded = []
    page.on("request", lambda request: loaded.append(request.url) if ".js" in request.url else 0)
    page.goto(PATH)
    said = page.get_by_text("stays in this browser until it's sent, for a week at most.")
    # What is needed at once: neither the outbox nor what sends.
    names = {url.rpartition("/")[2] for url in loaded}
    assert {"core.js", "surveys.js", "readers.js"} <= names
    assert not names & {"outbox.js", "draft_forms.js", "client.js", "problems.js"}
    page.get_by_label("Yes").focus()
    expect(said).to_be_hidden()
    assert page.evaluate(DRAFTS) == []
    page.get_by_label("Yes").check()
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Next").click()
    expect(said).to_be_visible()
    page.get_by_label("Your name").fill("Ana")
    kept = read_draft(page)
    assert {name for name, _value in kept["given"]} == {"answers.reads", "answers.name"}
    page = reopen(page, PATH)
    expect(page.get_by_role("status").first).to_have_text("Page 2 of 3")
    expect(page.get_by_label("Your name")).to_have_value("Ana")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Yes")).to_be_checked()
    expect(page.get_by_label("I agree")).not_to_be_checked()
    for name in ("Next", "Next", "Send"):
        page.get_by_role("button", name=name).click()
    expect(page.locator(".cx-survey .cx-thanks").first).to_be_visible()
    stored = Response.objects.get()
    assert stored.idempotency_key == kept["key"]
    assert (stored.answers["name"], Start.objects.count()) == ("Ana", 1)
    # What nobody sent is gone after a week.
    page.reload()
    page.get_by_label("Yes").check()
    assert read_draft(page)["key"] != kept["key"]
    page.evaluate(AGE)
    page.reload()
    page.wait_for_function(f"!{DRAFTS}.length")
    expect(page.get_by_label("Yes")).not_to_be_checked()


def test_a_required_consent_is_asked_for_again(open_reader, article, consenting):
    consenting.questions.raw_data[0]["value"]["required"] = True
    services.publish_survey(survey=consenting)
    put_on_page(article, ("survey", {"survey": consenting.pk}))
    page = open_reader()
    page.goto(PATH)
    page.get_by_label("I agree").check()
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Your name").fill("Ana")
    page.reload()
    expect(page.get_by_role("status").first).to_have_text("Page 1 of 3")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_label("Your name")).to_have_value("Ana")


def test_each_reply_has_a_draft_that_comes_back_below_its_comment(open_reader, talk, write):  # noqa: F811
    first, second = write("First", state="published"), write("Second", state="published")
    page = open_reader()
    page.goto(talk.url)
    text, line = page.locator("#cx-c-text"), page.locator("[data-cx-answering] strong")
    page.fill("#cx-c-text", "To all")
    page.click(f"#cx-comment-{first.pk} .cx-reply")
    expect(text).to_have_value("To all")  # it goes along
    page.fill("#cx-c-text", "To the first")
    page.click(f"#cx-comment-{second.pk} .cx-reply")
    page.fill("#cx-c-text", "To the second")
    page.wait_for_function(f"({DRAFTS}).length === 1")
    page = reopen(page, talk.url)
    text, line = page.locator("#cx-c-text"), page.locator("[data-cx-answering] strong")
    inside = page.locator(f"#cx-comment-{second.pk} #cx-c-text")
    expect(inside).to_have_value("To the second")
    expect(line).to_have_text("Ana")
    # What waits stays with its comment, and the form is free for another.
    intercept(page, "**/api/v1/comments/", lambda route: route.abort())
    page.fill("#cx-c-name", "Eva")
    page.click(SEND)
    expect(page.locator("#cx-comment-form [data-cx-unsent]")).to_have_text(UNSENT)
    page.get_by_role("button", name="Cancel").click()
    expect(text).to_have_value("")
    expect(page.locator("#cx-comment-form [data-cx-unsent]")).to_have_text("")
    page.fill("#cx-c-text", "To all")
    page.unroute("**/api/v1/comments/")
    page.evaluate(ONLINE)
    expect(page.locator(f"#cx-comment-{second.pk} .cx-pending")).to_contain_text("To the second")
    assert Comment.objects.get(text="To the second").parent == second
    assert dict(read_draft(page)["given"]) == {"text": "To all"}
    expect(text).to_have_value("To all")


@pytest.mark.parametrize("locks", [True, False])
@pytest.mark.parametrize("kind", ["comment"], indirect=True)
def test_tabs_share_a_draft_and_send_it_once(open_reader, proxy, kind, locks):
    page = open_reader()
    if not locks:
        page.context.add_init_script("delete Navigator.prototype.locks")
    page.goto(proxy.url + PATH)
    other = page.context.new_page()
    other.goto(proxy.url + PATH)
    other.focus("#cx-c-text")
    kind.fill(page, "Shared")
    expect(other.locator("#cx-c-text")).to_have_value("Shared")
    proxy.faults.append(LOST_AFTER)
    press(page, kind)
    wait_until_unsent(other, kind)
    for tab in (page, other):
        tab.evaluate(ONLINE)
    for tab in (page, other):
        expect(tab.locator(".cx-comment", has_text="Shared")).to_have_count(1)
        expect(tab.locator("#cx-c-text")).to_have_value("")
        assert tab.evaluate(DRAFTS) == []
    assert kind.get_stored() == ["Shared"]


@pytest.mark.parametrize("kind", ["comment"], indirect=True)
def test_words_that_changed_after_a_lost_answer(open_reader, proxy, kind):
    page = open_reader()
    page.goto(proxy.url + PATH)
    kind.fill(page, "One")
    proxy.faults.append(LOST_AFTER)
    press(page, kind)
    wait_until_unsent(page, kind)
    page.fill("#cx-c-text", "One, better")
    expect(page.locator("#cx-comment-form [data-cx-unsent]")).to_have_text("")
    page.evaluate(ONLINE)  # the reader is at it again
    press(page, kind)
    expect(page.get_by_role("alert")).to_contain_text("An earlier version of this has already")
    assert kind.get_stored() == ["One"]
    press(page, kind)
    expect(page.locator(".cx-comment", has_text="One, better")).to_have_count(1)
    assert kind.get_stored() == ["One", "One, better"]


PROBLEM = json.dumps({"type": "urn:x", "title": "No", "detail": "Not like that."})


@pytest.mark.parametrize("kind", ["sign-up"], indirect=True)
def test_what_the_server_refuses_stays_and_what_it_puts_off_is_sent_then(open_reader, kind):
    page = open_reader()
    answers = []

    def answer(route):
        answers.append(route.request.headers["idempotency-key"])
        status = {1: 413, 2: 429}.get(len(answers), 0)
        headers = {"Content-Type": "application/problem+json", "Retry-After": "2"}
        if status:
            route.fulfill(status=status, headers=headers, body=PROBLEM)
        else:
            route.continue_()

    page.route("**/api/v1/subscriptions/", answer)
    page.goto(PATH)
    kind.fill(page, "ana")
    press(page, kind)
    expect(page.locator(".cx-error")).to_have_text("Not like that.")
    page.reload()
    expect(page.get_by_label("Your email address")).to_have_value("ana@example.org")
    press(page, kind)
    expect(page.locator("[data-cx-unsent]")).to_have_text(f"Not like that. {UNSENT}")
    page.evaluate(ONLINE)
    page.reload()
    assert len(answers) == 2
    expect(page.locator(kind.thanks)).to_be_visible()
    assert kind.get_stored() == ["ana"]
    assert answers[0] != answers[1] == answers[2]


@pytest.mark.parametrize("kind", ["survey"], indirect=True)
def test_another_page_sends_what_waits(open_reader, kind, home):
    home.add_child(instance=ArticlePage(title="Another", slug="another"))
    page = open_reader()
    page.route("**/responses/", lambda route: route.abort())
    page.goto(PATH)
    kind.fill(page, "w0")
    press(page, kind)
    wait_until_unsent(page, kind)
    page.unroute("**/responses/")
    page.goto("/en/another/")
    page.wait_for_function(f"!{DRAFTS}.length")
    assert kind.get_stored() == ["w0"]
    # A browser that goes back may show the page as it was left.
    page.goto(PATH)
    intercept(page, "**/responses/", lambda route: route.abort())
    kind.fill(page, "gone")
    press(page, kind)
    wait_until_unsent(page, kind)
    page.evaluate(f"{DRAFTS}.forEach((name) => delete localStorage[name])")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator("[data-cx-unsent]")).to_have_text("")
    # What is refused there is said where it was written.
    page.route("**/responses/", lambda route: route.abort())
    page.goto(PATH)
    kind.fill(page, "w1")
    press(page, kind)
    wait_until_unsent(page, kind)
    Survey.objects.update(closes_at="2020-01-01T00:00Z")
    cache.clear()
    page.unroute("**/responses/")
    page.goto("/en/another/")
    page.wait_for_function(f"JSON.parse(localStorage[{DRAFTS}[0]]).problem")
    Survey.objects.update(closes_at=None)
    cache.clear()
    page.goto(PATH)
    expect(page.get_by_role("alert")).to_contain_text("no longer accepts answers")
    expect(page.get_by_label("Why?")).to_have_value("w1")
    press(page, kind)
    expect(page.locator(kind.thanks).first).to_be_visible()
    assert kind.get_stored() == ["w0", "w1"]


@pytest.mark.parametrize("kind", ["comment"], indirect=True)
def test_who_asks_to_be_forgotten_leaves_nothing(open_reader, kind):
    page = open_reader()
    page.goto(PATH)
    kind.fill(page, "Mine")
    assert read_draft(page)["given"]
    kept = re.findall(r"^\| `(cx-[^`]*)` \|", PRIVACY.read_text(encoding="utf-8"), re.M)
    assert len(kept) > 7
    names = [name.replace("…", "1") for name in kept]
    page.evaluate("names => names.forEach((name) => localStorage[name] = 1)", [*names, "cx-theme"])
    page.evaluate("fetch('/feedback/api/v1/me/', {method: 'DELETE'})")
    page = reopen(page, PATH)
    page.wait_for_function(f"!{DRAFTS}.length && !document.cookie.includes('cx_forget')")
    assert page.evaluate("Object.keys(localStorage)") == ["cx-theme"]
    expect(page.locator("#cx-c-text")).to_have_value("")
    kind.fill(page, "New")
    page.reload()
    expect(page.locator("#cx-c-text")).to_have_value("New")


@pytest.mark.parametrize("kind", ["survey"], indirect=True)
def test_without_a_connection_from_the_first_key_press_on(open_reader, kind):
    page = open_reader()
    page.goto(PATH)
    page.context.set_offline(True)
    kind.fill(page, "w0")
    press(page, kind)
    wait_until_unsent(page, kind)
    page.context.set_offline(False)
    expect(page.locator(kind.thanks).first).to_be_visible()
    assert kind.get_stored() == ["w0"]


@pytest.mark.parametrize("kind", ["survey"], indirect=True)
def test_a_stranger_s_page_instead_of_the_answer(open_reader, proxy, kind):
    """A page that a hotel's network answers: the form is posted plainly, and is stored once."""
    page = open_reader()
    page.goto(proxy.url + PATH)
    kind.fill(page, "w0")
    proxy.faults.append(HOUSE)
    press(page, kind)
    page.wait_for_url("**#cx-survey-*")
    page.wait_for_function(f"!{DRAFTS}.length")
    assert kind.get_stored() == ["w0"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["comment"], indirect=True)
def test_the_unsent_state_is_accessible(open_reader, kind, scheme):
    page = open_reader(color_scheme=scheme)
    page.route("**/api/v1/comments/", lambda route: route.abort())
    page.goto(PATH)
    kind.fill(page, "w0")
    press(page, kind)
    wait_until_unsent(page, kind)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
