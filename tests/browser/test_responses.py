"""The editors' screens of single responses: list, one response, a mark, and the figures."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cx_feedback.readers.services import create_reader
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.browser.conftest import PHONE
from tests.pages import make_survey
from tests.surveys.conftest import BAD, GOOD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/cx-feedback/surveys/"
SHOTS = os.environ.get("CX_SHOTS")


def find_violations(page):
    """Return what axe finds in the screen's own part."""
    found = Axe().run(page, context=".cx-results").response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


def photograph(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_a_response_is_found_opened_and_set_aside(open_editor, article):
    survey = make_survey()
    words = ["Fine, thank you", "buy cheap pills", "More of this, and a text that is long. " * 6]
    for n in range(30):
        answers = {"q-choice": GOOD if n % 3 else BAD, "q-scale": 1 + n % 5}
        answers |= {"q-text": words[n % 3]} if n % 4 else {}
        services.submit_response(
            survey_id=survey.pk,
            answers=answers,
            page_id=article.pk if n % 2 else None,
            language="en",
            seconds=40 + n,
            reader=create_reader(),
        )
    fold_responses()
    page = open_editor(f"{LIST}results/{survey.pk}/")
    expect(page.locator(".cx-figures")).to_contain_text("30 responses")
    page.get_by_role("link", name="Responses", exact=True).click()
    expect(page.locator(".cx-responses tbody tr")).to_have_count(25)
    assert find_violations(page) == []
    photograph(page, "list")
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".cx-responses tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Newer").click()
    page.get_by_label("Written answers").fill("PILLS")
    page.locator("#listing-results").get_by_role("button", name="Search").click()
    rows = page.locator(".cx-responses tbody tr")
    found = 7
    expect(rows).to_have_count(found)
    rows.first.get_by_role("link").click()
    expect(page.locator(".cx-answers")).to_contain_text("buy cheap pills")
    page.get_by_role("button", name="Spam").click()
    expect(page.get_by_text("marked as spam and no longer counts")).to_be_visible()
    expect(page.get_by_role("button", name="Spam")).to_have_attribute("aria-pressed", "true")
    page.locator("#cx-tags + form, section:has(#cx-tags) form").last.get_by_label("Tag").fill("Ads")
    page.get_by_role("button", name="Add tag").click()
    page.get_by_label("New note").fill("The same words as yesterday.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".cx-annotation")).to_contain_text("Edith")
    assert find_violations(page) == []
    photograph(page, "detail")
    page.get_by_role("link", name="All responses").click()
    page.get_by_label("All on this page").check()
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_text(re.compile("marked as tests? and no longer"))).to_be_visible()
    assert Response.objects.filter(state="test").count() == found
    page.goto(f"{LIST}results/{survey.pk}/")
    expect(page.locator(".cx-figures")).to_contain_text(f"{30 - found} responses")
    page.set_viewport_size(PHONE)
    page.goto(f"{LIST}results/{survey.pk}/responses/")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    photograph(page, "list-phone")
    page.locator(".cx-responses tbody tr").nth(1).get_by_role("link").click()
    assert page.evaluate(wide) <= 0
    photograph(page, "detail-phone")
    page.get_by_role("button", name="Delete…").click()
    expect(page.get_by_text("Delete 1 response?")).to_be_visible()
    assert find_violations(page) == []
    photograph(page, "delete-phone")
    page.get_by_label("Reason, for the audit log").fill("Asked for by the reader")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("1 response was deleted.")).to_be_visible()
    assert Response.objects.count() == 29
