"""Answered pages and chosen scores that are kept before they are sent."""

import os
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.models import PartialResponse, Response
from tests.browser.interception import intercept
from tests.pages import publish as put_on_page
from tests.surveys.conftest import draft, locales  # noqa: F401
from tests.surveys.partials.conftest import _keeping_site, kept  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("CX_SHOTS")
TOLD = "If you don't finish, the pages that you have answered are kept for 30 days."


def wait_for(condition):
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def stored(**answers):
    """Return whether the one partial response holds ``answers`` and no others."""
    return list(PartialResponse.objects.values_list("answers", flat=True)) == [answers]


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def visit(open_reader, article, kept):  # noqa: F811
    put_on_page(article, ("survey", {"survey": kept.pk}))

    def visit_(**how):
        page = open_reader(**how)
        page.goto("/en/an-article/")
        expect(page.get_by_text(TOLD)).to_be_visible()
        return page

    return visit_


def answer_first_page(page):
    page.get_by_label("Yes").check()
    page.get_by_label("4", exact=True).check(force=True)
    page.get_by_role("button", name="Next").click()


def test_pages_are_kept_over_a_reload_until_they_are_sent(visit):
    page = visit()
    shot(page, "partials-form")
    assert Axe().run(page, ".cx-survey").violations_count == 0
    assert not PartialResponse.objects.exists()
    answer_first_page(page)
    wait_for(lambda: stored(reads="c-yes", stars=4))
    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Next").click()
    wait_for(lambda: stored(reads="c-yes", stars=4, name="Ana"))
    # Going back takes nothing back.
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Back").click()
    page.get_by_label("5", exact=True).check(force=True)
    page.get_by_role("button", name="Next").click()
    wait_for(lambda: stored(reads="c-yes", stars=5, name="Ana"))

    page.reload()
    expect(page.get_by_label("Your name")).to_have_value("Ana")
    page.get_by_role("button", name="Next").click()
    wait_for(lambda: PartialResponse.objects.get().sequence)
    page.get_by_label("Anything else").fill("No")
    intercept(page, "**/partials/", lambda route: route.abort())
    page.get_by_role("button", name="Send").click()
    # The test shares the server's connection, and may look into its transaction.
    wait_for(lambda: PartialResponse.objects.get().sent)
    assert Response.objects.exists()
    assert stored()


def test_without_scripts_each_step_is_kept(visit):
    page = visit(javascript=False)
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("4", exact=True).check(force=True)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_label("Your name")).to_be_visible()
    assert stored(reads="c-yes", stars=4)
    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send").click()
    wait_for(lambda: Response.objects.exists())
    assert PartialResponse.objects.get().sent


@pytest.fixture
def ask(open_reader, article):
    widget = services.publish_survey(survey=NPSWidget(title="Below", keeps_partials=True))
    put_on_page(article, ("nps", {"widget": widget.pk}))

    def ask_():
        page = open_reader()
        page.goto(article.url)
        expect(page.get_by_text("If you choose a score and don't send it")).to_be_visible()
        return page

    return ask_


def choose(page, score):
    page.locator(f".cx-nps input[value='{score}']").check(force=True)


def test_a_score_that_is_chosen_and_left_is_kept(ask):
    page = ask()
    choose(page, 3)
    choose(page, 8)
    page.get_by_role("textbox").first.fill("not sent")
    page.goto("/en/")  # at once, before the script's pause is over
    wait_for(lambda: stored(score=8))
    assert not Response.objects.exists()


def test_a_score_that_is_sent_leaves_only_a_key(ask):
    page = ask()
    shot(page, "partials-nps")
    choose(page, 9)
    wait_for(lambda: stored(score=9))
    page.get_by_role("button", name="Send").click()
    wait_for(lambda: Response.objects.exists())
    assert PartialResponse.objects.get().sent
    assert stored()
