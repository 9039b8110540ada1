"""A poll in the browser: the result after an answer, the own answer marked, any width and theme."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import expect

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Survey
from tests.browser.conftest import DESKTOP, PHONE
from tests.pages import publish
from tests.steps import combine
from tests.surveys.polls.conftest import ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "A rather long answer that needs more than one line on a phone, as answers do"


@pytest.fixture
def poll(article):
    questions = [ask("Yes", "No", label="Shall we write more about trains?")]
    more = {"type": "item", "id": "c-long", "value": LONG}
    questions[0]["value"]["choices"].append(more)
    found = services.publish_survey(
        survey=Survey(
            title="Your view",
            questions=questions,
            open_by_address=True,
            results_shown="after_answer",
        )
    )
    for value in ["c-yes"] * 11 + ["c-no"] * 4 + ["c-long"] * 8:
        services.submit_response(survey_id=found.pk, answers={"q-poll": value})
    publish(article, ("survey", {"survey": found.pk}))
    cache.clear()
    return found


def show(poll, when):
    poll.results_shown = when
    services.publish_survey(survey=poll)
    cache.clear()


def test_the_result_appears_after_the_answer_and_marks_it(open_reader, article, poll, client):
    html = client.get(article.url).content
    page = open_reader()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(article.url)
    expect(page.locator(".cx-poll-table")).to_have_count(0)
    expect(page.get_by_text("This browser remembers your choice")).to_be_visible()
    assert not [url for url in asked if "/poll/" in url]
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Send").click()
    own = page.get_by_role("row", name="your answer")
    expect(own).to_contain_text("Yes")
    expect(page.get_by_role("link", name="See the result")).to_have_count(0)
    expect(page.locator(".cx-own")).to_have_count(1)
    page.goto(article.url)
    expect(page.get_by_role("row", name="your answer")).to_contain_text("Yes")
    assert client.get(article.url).content == html


def test_without_scripts_the_thanks_lead_to_the_result(open_reader, article, poll):
    page = open_reader(javascript=False)
    page.goto(article.url)
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="See the result").click()
    expect(page.get_by_role("table")).to_contain_text("Yes")
    page.get_by_role("link", name="Back to the page").click()
    expect(page).to_have_url(f"{page.url.split('/en/')[0]}/en/an-article/")


def test_what_a_cached_page_shows_is_renewed_after_a_minute(open_reader, article, poll):
    show(poll, "always")
    page = open_reader()
    page.goto(article.url)
    expect(page.locator(".cx-poll-table")).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    def age(route):
        response = route.fetch()
        text = response.text().replace('data-cx-at="', 'data-cx-at="1700000000" data-was="')
        route.fulfill(response=response, body=text)

    page.route("**/en/an-article/", age)
    page.goto(article.url)
    expect(page.locator("[data-was]")).to_have_count(0)
    assert len([url for url in asked if "/poll/" in url]) == 1


@pytest.mark.parametrize(
    ("scheme", "size", "direction"),
    combine(["light", "dark"], [{"width": 320, "height": 800}, PHONE, DESKTOP], ["ltr", "rtl"]),
)
def test_it_fits_and_is_accessible(open_reader, article, poll, scheme, size, direction):
    show(poll, "always")
    page = open_reader(viewport=size, color_scheme=scheme)
    page.goto(article.url)
    page.evaluate(f"document.documentElement.dir = '{direction}'")
    page.evaluate(f"document.documentElement.style.colorScheme = '{scheme}'")
    page.evaluate(f"document.body.style.background = '{'#111' if scheme == 'dark' else '#fff'}'")
    table = page.locator(".cx-poll-table")
    expect(table).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bars = page.locator(".cx-bar rect:last-child").evaluate_all(
        "all => all.map(r => r.getBoundingClientRect().width)"
    )
    assert bars[0] > bars[2] > bars[1] > 0
    found = Axe().run(page, "#" + page.locator(".cx-survey").get_attribute("id"))
    assert found.violations_count == 0, found.generate_report()
    if folder := os.environ.get("CX_SCREENSHOTS"):
        page.locator(".cx-survey").screenshot(
            path=f"{folder}/poll-{size['width']}-{scheme}-{direction}.png"
        )
