"""A survey that is edited while a reader with JavaScript is in the middle of it."""

import pytest
from playwright.sync_api import expect

from cx_feedback.surveys.models import Response
from tests.pages import make_survey
from tests.pages import publish as put_on_page
from tests.surveys.conftest import change
from tests.surveys.flow.conftest import YES, block, flow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_was_seen_is_answered(open_reader, article):
    survey = change(make_survey(), flow())
    put_on_page(article, ("survey", {"survey": survey.pk}))
    reader = open_reader()
    reader.goto(article.url)
    reader.get_by_label("Yes").check()
    reader.get_by_label("4", exact=True).check()
    reader.get_by_role("button", name="Next").click()
    survey.refresh_from_db()
    survey.thanks = "Thanks of another version."
    change(survey, [block("text", "first", "First?", required=True), *flow()[:1]])
    reader.get_by_label("Your name").fill("Ana")
    reader.get_by_role("button", name="Next").click()
    reader.get_by_label("Anything else, Ana?").fill("No")
    reader.get_by_role("button", name="Send").click()
    thanks = reader.locator(".cx-survey .cx-thanks").first
    expect(thanks).to_be_visible()
    expect(thanks).to_have_text("Thanks, it helps.")
    stored = Response.objects.get()
    assert stored.answers == {"reads": YES, "stars": 4, "name": "Ana", "more": "No"}
    assert stored.version.number < survey.versions.get(current=True).number
