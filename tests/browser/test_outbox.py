"""Nothing that was typed is lost, and nothing is stored twice, whatever the network does."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from cx_feedback.comments.models import Comment
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.surveys.models import Response, Start, Survey
from tests.browser.lossy_proxy import (
    CUT,
    DELAYED,
    DOUBLED,
    LOST_AFTER,
    LOST_BEFORE,
    NO_ANSWER,
    NO_SERVER,
    open_proxy,
)
from tests.comments.conftest import talk, write  # noqa: F401
from tests.pages import make_widget
from tests.pages import publish as put_on_page
from tests.surveys.conftest import draft, locales, survey  # noqa: F401
from tests.surveys.flow.conftest import flowing  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATH = "/en/an-article/"
DRAFTS = "Object.keys(localStorage).filter((name) => name.startsWith('cx-draft'))"
#: Lets the widget ask again; returns whether it rested.
NPS_RESTS = """() => Object.keys(localStorage)
  .filter((name) => name.startsWith('cx-nps')).map((name) => delete localStorage[name]).length"""
UNSENT = "Not sent yet. We're trying again; what you entered is kept in this browser."


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
                page.evaluate("dispatchEvent(new Event('online'))")
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
