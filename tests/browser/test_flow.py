"""A survey of pages and conditions: for readers with and without JavaScript, and its editor."""

import json
import unicodedata

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from cx_feedback.surveys import services
from cx_feedback.surveys.flow import condition_operators
from cx_feedback.surveys.flow.browser_flow import build_browser_flow
from cx_feedback.surveys.models import Response, Start, Survey
from cx_feedback.surveys.questions.definitions import Question
from tests.browser.conftest import FORBID_STORAGE
from tests.browser.interception import intercept
from tests.pages import publish as put_on_page
from tests.surveys.conftest import GOOD, draft, locales, survey  # noqa: F401
from tests.surveys.flow.cases import MATCHES, PAGES
from tests.surveys.flow.conftest import YES, block, flowing  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RUN = """async ([matches, pages]) => {
  const { matches: holds } = await import("/static/cx_feedback/surveys/condition_rules.js");
  const { splitIntoPages } = await import("/static/cx_feedback/surveys/routing.js");
  return [
    matches.map(([item, answers]) => Boolean(holds(item, answers))),
    pages.map(([items, given]) => splitIntoPages(items, given).map((p) => p.map((i) => i.key))),
  ];
}"""


@pytest.fixture
def page(open_reader, home, article, flowing):  # noqa: F811
    put_on_page(article, ("survey", {"survey": flowing.pk}))
    opened = open_reader()
    opened.goto("/en/an-article/")
    return opened


def test_the_page_answers_the_cases_as_the_server_does(page):
    asked = [
        [build_browser_flow([Question("x", "text", "X", show_if=condition)])[0], answers]
        for _w, condition, answers, _held in MATCHES
    ]
    walked = [[build_browser_flow(items), answers] for _w, items, answers, _keys in PAGES]
    held, keys = page.evaluate(RUN, json.loads(json.dumps([asked, walked])))
    assert held == [case[3] for case in MATCHES]
    assert keys == [case[3] for case in PAGES]


def test_in_place_with_javascript(page):
    expect(page.get_by_text("Do you read us?")).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text("Page 1 of 3")
    page.get_by_label("No", exact=True).check()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.get_by_label("Yes").check()
    page.get_by_label("2", exact=True).check(force=True)
    expect(page.get_by_label("Why only 2?")).to_be_visible()
    page.get_by_role("button", name="Next").click()  # required and empty: the browser says so
    expect(page.get_by_role("status").first).to_have_text("Page 1 of 3")
    page.get_by_label("Why only 2?").fill("Too long")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("status").first).to_have_text("Page 2 of 3")
    expect(page.locator("[data-cx-q=page2]")).to_be_focused()
    page.get_by_label("Your name").fill("<i>Ana</i>")

    page.reload()
    expect(page.get_by_role("status").first).to_have_text("Page 2 of 3")
    expect(page.get_by_label("Your name")).to_have_value("<i>Ana</i>")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Why only 2?")).to_have_value("Too long")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_label("Anything else, <i>Ana</i>?")).to_be_visible()

    Survey.objects.update(closes_at="2020-01-01T00:00Z")
    cache.clear()
    page.get_by_label("Anything else").fill("All of it")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("no longer accepts answers")).to_be_visible()
    expect(page.get_by_label("Anything else")).to_have_value("All of it")

    Survey.objects.update(closes_at=None)
    cache.clear()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".cx-survey .cx-thanks").first).to_be_visible()
    stored = Response.objects.get()
    assert (stored.answers["name"], stored.answers["why"]) == ("<i>Ana</i>", "Too long")
    assert stored.seconds is not None
    assert Start.objects.count() == 1
    page.reload()
    expect(page.get_by_role("status").first).to_have_text("Page 1 of 3")
    expect(page.get_by_label("Yes")).not_to_be_checked()


def test_an_ending_with_thanks_and_one_that_leads_away(page):
    page.route("https://example.org/**", lambda route: route.fulfill(body="Fans!"))
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Then come and see.").first).to_be_visible()
    page.reload()
    page.get_by_label("Yes").check()
    page.get_by_label("5", exact=True).check(force=True)
    for _ in range(2):
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("https://example.org/fans")
    assert Response.objects.count() == 2


def test_the_thanks_say_an_answer_again(open_reader, home, article):
    raw = [block("short_text", "name", "Your name", token="who")]
    survey = services.publish_survey(  # noqa: F811
        survey=Survey(title="Hello", thanks="Thanks, {{ who|reader }}.\n\nBye.", questions=raw)
    )
    put_on_page(article, ("survey", {"survey": survey.pk}))
    page = open_reader()
    page.goto("/en/an-article/")
    page.get_by_label("Your name").fill("<b>Ana</b>")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".cx-survey .cx-thanks").first).to_have_text("Thanks, <b>Ana</b>.Bye.")
    plain = open_reader(javascript=False)
    plain.goto("/en/an-article/")
    plain.get_by_label("Your name").fill("Ana")
    plain.get_by_role("button", name="Send").click()
    expect(plain.get_by_text("Thanks, reader.")).to_be_visible()


def test_an_answer_that_came_through_after_all_is_stored_once(open_reader, article, survey):  # noqa: F811
    """The answer is lost on its way back to a browser that keeps nothing."""
    put_on_page(article, ("survey", {"survey": survey.pk}))
    page = open_reader()
    page.add_init_script(FORBID_STORAGE)
    page.goto("/en/an-article/")

    def lose(route):
        route.fetch()
        route.abort()

    intercept(page, "**/responses/", lose)
    page.get_by_label("Good").check()
    page.get_by_label("Why?").fill("Said once")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/en/an-article/#cx-survey-*")
    assert Response.objects.get().answers == {"q-choice": GOOD, "q-text": "Said once"}


def test_thanks_without_javascript_are_at_the_form_that_was_sent(open_reader, article, survey):  # noqa: F811
    put_on_page(article, *[("survey", {"survey": survey.pk})] * 2)
    plain = open_reader(javascript=False)
    plain.goto("/en/an-article/")
    second = plain.locator(".cx-survey").nth(1)
    second.get_by_label("Good").check()
    second.get_by_role("button", name="Send").click()
    plain.wait_for_url(f"**/en/an-article/#cx-survey-n2-{survey.pk}-thanks")
    expect(plain.locator(".cx-survey").nth(1).locator(".cx-thanks")).to_be_visible()
    expect(plain.locator(".cx-survey").nth(0).locator(".cx-thanks")).to_be_hidden()


def test_without_javascript(open_reader, page):
    plain = open_reader(javascript=False)
    plain.goto("/en/an-article/")
    expect(plain.locator("[data-cx-q]")).to_have_count(1)
    plain.get_by_label("Yes").check()
    plain.get_by_role("button", name="Next").click()
    plain.get_by_label("1", exact=True).check(force=True)
    plain.get_by_role("button", name="Next").click()
    plain.get_by_label("Why only 1?").fill("So")
    plain.get_by_role("button", name="Next").click()
    plain.get_by_label("Your name").fill("Eva")
    plain.get_by_role("button", name="Next").click()
    expect(plain.get_by_label("Anything else, Eva?")).to_be_visible()
    expect(plain.get_by_role("button", name="Next")).to_have_count(0)
    plain.get_by_role("button", name="Back").click()
    expect(plain.get_by_label("Your name")).to_have_value("Eva")
    plain.get_by_role("button", name="Next").click()
    plain.get_by_role("button", name="Send").click()
    plain.wait_for_url("**/en/an-article/#cx-survey-*")
    expect(plain.locator(".cx-survey .cx-thanks").first).to_be_visible()
    assert Response.objects.get().answers == {"reads": YES, "stars": 1, "why": "So", "name": "Eva"}


def test_the_page_folds_texts_as_the_server_does(page):
    """Letters that are the same to one are the same to the other: of each, its folded form."""
    letters = [chr(n) for n in range(0x20, 0x2FFFF) if unicodedata.category(chr(n))[0] in "LNPSZ"]
    groups = {}
    for letter in letters:
        groups.setdefault(condition_operators.fold_text(letter), []).append(letter)
    cases = [
        [{"if": [["q", "is", folded]]}, {"q": letter}]
        for folded, group in groups.items()
        for letter in group
        if folded.strip() and letter != folded
    ]
    held = page.evaluate(RUN, [cases, []])[0]
    missed = [case[1]["q"] for case, holds in zip(cases, held, strict=True) if not holds]
    assert len(cases) > 6000
    assert missed == [], [(hex(ord(m)), condition_operators.fold_text(m)) for m in missed]
