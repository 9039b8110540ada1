"""The chooser of a page's block: what it says of each survey, and of the chosen one."""

import os

import pytest
from playwright.sync_api import expect

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Survey
from tests.pages import publish
from tests.surveys.questions.asking import raw

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("CX_SHOTS")
NOTHING = "draft: readers see nothing"


def test_an_editor_finds_a_survey_and_reads_its_state(open_editor, article):
    live = services.publish_survey(survey=Survey(title="Is it live?", questions=[raw("scale")]))
    draft = services.publish_survey(survey=Survey(title="¿Qué opinión?", questions=[raw("scale")]))
    draft.unpublish()
    publish(article, ("survey", {"survey": live.pk}))
    page = open_editor(f"/admin/pages/{article.pk}/edit/")
    chosen = page.locator(".chosen").filter(has_text="Is it live? (live)")
    expect(chosen).to_be_visible()
    page.evaluate("document.querySelector('[data-chooser-action-choose]').click()")
    modal = page.locator(".modal-content")
    rows = modal.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Is it live?")
    expect(rows.nth(1)).to_contain_text(NOTHING)
    if SHOTS:
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=f"{SHOTS}/chooser-{width}-{scheme}.png")
        page.set_viewport_size({"width": 1280, "height": 900})
    modal.locator("[name=q]").fill("opinion")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("link").first.click()
    expect(page.locator(".chosen").filter(has_text=f"¿Qué opinión? ({NOTHING})")).to_be_visible()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/chosen-1280.png")
        page.goto(f"/admin/cx-feedback/surveys/edit/{live.pk}/")
        closed = "document.querySelectorAll('.w-panel [aria-expanded=false]')"
        page.evaluate(f"{closed}.forEach((button) => button.click())")
        page.wait_for_timeout(500)
        for width, scheme in ((1280, "light"), (390, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{SHOTS}/survey-form-{width}.png", full_page=True)
