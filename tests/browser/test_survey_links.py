"""Links to surveys in the browser: hidden fields, what anonymous ones say, the editor's screen."""

import pytest
from playwright.sync_api import expect

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response
from tests.pages import make_survey, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def survey(home):
    survey = make_survey()
    survey.hidden_fields, survey.anonymous = "source, campaign", True
    return services.publish_survey(survey=survey)


@pytest.fixture
def page(article, survey):
    return publish(article, ("survey", {"survey": survey.pk}))


def answer(reader):
    reader.check("[value=c-good]", force=True)
    reader.click("button:has-text('Send')")


def test_a_page_behind_a_cache_keeps_what_its_address_says(open_reader, page):
    reader = open_reader()
    reader.goto("/en/an-article/?source=poster%20%26%20bus&other=x")
    answer(reader)
    expect(reader.locator(".cx-thanks.cx-shown")).to_be_visible()
    assert Response.objects.get().hidden_fields == {"source": "poster & bus"}


def test_without_scripts_the_link_s_own_page_keeps_it(open_reader, survey, page):
    reader = open_reader(javascript=False)
    reader.goto(f"/feedback/surveys/{survey.pk}/ask/?source=poster")
    reader.click("text=What does that mean?")
    expect(reader.locator("text=without your name, account, cookie")).to_be_visible()
    answer(reader)
    assert Response.objects.get().hidden_fields == {"source": "poster"}
    assert Response.objects.get().reader is None
    assert not reader.context.cookies()


def test_an_editor_makes_a_link_and_sees_its_code(open_editor, survey):
    editor = open_editor(f"/admin/cx-feedback/surveys/link/{survey.pk}/")
    editor.fill("[name=source]", "poster")
    editor.click("text=Make the link")
    expect(editor.locator("#cx-link")).to_have_value(r := editor.input_value("#cx-link"))
    assert "source=poster" in r
    expect(editor.locator(".cx-link__qr svg")).to_be_visible()
    editor.set_viewport_size({"width": 390, "height": 800})
    wide = editor.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
