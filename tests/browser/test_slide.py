"""A survey slides in as an NPS widget does: one at a time, out of the way, for everybody."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Survey
from tests.browser.test_nps import LONG, reload, scroll
from tests.pages import publish
from tests.site.models import ArticlePage
from tests.surveys.questions.asking import raw

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("CX_SHOTS")
TWO_PAGES = [
    raw("scale", label="Was this useful?", required=True),
    {"type": "page_break", "id": "next", "value": {"label": "More"}},
    raw("short_text", label="What was missing?"),
]


@pytest.fixture
def make(article, monkeypatch):
    """Publish surveys that appear at the end of the article without a block."""
    monkeypatch.setattr(ArticlePage, "template", "tests_site/article_with_nps.html")
    publish(article, *[("text", LONG)] * 3)

    def make_(title, model=Survey, **fields):
        asked = {"questions": TWO_PAGES, "thanks": "Thanks a lot."} if model is Survey else {}
        values = {"placement": "end", "shown_without_block": True, **asked, **fields}
        return services.publish_survey(survey=model(title=title, **values))

    return make_


def open_at_the_end(open_reader, article, **options):
    page = open_reader(reduced_motion="reduce", **options)
    page.goto(article.url)
    scroll(page, 1)
    return page


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/slide-{name}.png")


def test_a_survey_of_two_pages_is_answered_in_its_box(open_reader, article, make):
    survey = make("Two short questions")
    page = open_at_the_end(open_reader, article)
    slid = page.locator(".cx-slide")
    expect(slid).to_be_visible()
    assert page.evaluate("document.activeElement === document.body"), "the focus stays"
    assert slid.bounding_box()["height"] < 200, "a bar that leaves the rest to read"
    shot(page, "bar-390")
    page.locator(".cx-slide summary").click()
    expect(page.get_by_role("button", name="Back")).to_be_hidden()
    page.get_by_label("4", exact=True).click(force=True)
    assert page.get_by_label("4", exact=True).is_checked(), "the first press counts"
    shot(page, "open-390")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("What was missing?").fill("Pictures")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thanks a lot.").first).to_be_visible()
    expect(page.get_by_label("What was missing?")).to_be_hidden()
    stored = Response.objects.get()
    assert (stored.survey_id, stored.page_id) == (survey.pk, article.pk)
    assert stored.answers == {"q-scale": 4, "q-short_text": "Pictures"}
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".cx-survey")).to_be_hidden()
    reload(page)
    expect(page.locator(".cx-slide")).to_have_count(0)


def test_one_at_a_time_over_surveys_and_widgets(open_reader, article, make):
    first, second = make("First", NPSWidget), make("Second")
    page = open_at_the_end(open_reader, article)
    expect(page.locator(".cx-slide")).to_have_id(f"cx-nps-{first.pk}")
    page.keyboard.press("Escape")
    scroll(page, 0.5)
    scroll(page, 1)
    page.wait_for_timeout(300)
    expect(page.locator(".cx-slide")).to_have_count(0)
    expect(page.locator(".cx-survey")).to_be_hidden()
    reload(page)
    expect(page.locator(".cx-slide")).to_have_count(0)
    # A day later the first still rests, and the second has its turn.
    page.evaluate("localStorage['cx-ask'] = JSON.stringify({ until: 1 })")
    reload(page)
    expect(page.locator(".cx-slide")).to_have_id(f"cx-survey-{second.pk}")


def test_the_lot_of_one_is_not_the_lot_of_another(open_reader, article, make):
    make("Hardly ever", sample_percent="0.01")
    second = make("Always")
    page = open_reader(reduced_motion="reduce")
    page.add_init_script("Math.random = () => 0.5")
    page.goto(article.url)
    scroll(page, 1)
    expect(page.locator(".cx-slide")).to_have_id(f"cx-survey-{second.pk}")


def test_without_scripts_the_first_is_at_the_end_of_the_page(open_reader, article, make):
    first, second = make("First"), make("Second")
    plain = open_reader(javascript=False)
    plain.goto(article.url)
    expect(plain.locator(f"#cx-survey-{first.pk}")).to_be_visible()
    expect(plain.locator(f"#cx-survey-{second.pk}")).to_be_hidden()
    expect(plain.get_by_role("button", name="Later")).to_be_hidden()
    expect(plain.locator("summary:visible")).to_have_count(0)
    plain.get_by_label("2", exact=True).first.check(force=True)
    expect(plain.get_by_role("button", name="Back")).to_be_hidden()
    plain.get_by_role("button", name="Next").click()
    plain.get_by_label("What was missing?").fill("So")
    plain.get_by_role("button", name="Send").click()
    plain.wait_for_url(f"**{article.url}#cx-survey-*")
    expect(plain.get_by_text("Thanks a lot.").first).to_be_visible()
    expect(plain.get_by_role("button", name="Next")).to_be_hidden()
    assert Response.objects.get().answers == {"q-scale": 2, "q-short_text": "So"}


@pytest.mark.parametrize("model", [Survey, NPSWidget], ids=["survey", "nps"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_by_keyboard_on_the_smallest_screen(open_reader, article, make, model, direction):
    make("Small", model)
    for scheme in ("light", "dark"):
        page = open_reader(
            reduced_motion="reduce", viewport={"width": 320, "height": 640}, color_scheme=scheme
        )
        page.goto(article.url)
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        page.add_style_tag(content=":root { color-scheme: light dark }")
        scroll(page, 1)
        expect(page.locator(".cx-slide")).to_be_visible()
        page.locator(".cx-slide summary").focus()
        shot(page, f"{model.__name__}-{direction}-{scheme}-bar-320")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.locator(".cx-slide :checked")).to_have_count(1)
        shot(page, f"{model.__name__}-{direction}-{scheme}-open-320")
        found = Axe().run(page, context=".cx-slide")
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        box = page.locator(".cx-slide").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        assert page.locator(".cx-slide").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
        page.keyboard.press("Escape")
        expect(page.locator(".cx-slide")).to_have_count(0)


def test_beside_the_text_in_both_directions(open_reader, article, make):
    make("Beside")
    for direction in ("ltr", "rtl"):
        page = open_reader(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
        page.goto(article.url)
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        page.add_style_tag(content="main { max-width: 28rem; margin: auto }")
        scroll(page, 1)
        slid = page.locator(".cx-slide.cx-side")
        expect(slid).to_be_visible()
        shot(page, f"side-{direction}")
        box, text = slid.bounding_box(), page.locator("main").bounding_box()
        if direction == "ltr":
            assert box["x"] >= text["x"] + text["width"]
        else:
            assert box["x"] + box["width"] <= text["x"]


def test_what_was_begun_comes_back_until_it_is_closed(open_reader, article, make):
    survey = make("Begun")
    make("Newer", NPSWidget)
    page = open_at_the_end(open_reader, article)
    slid = page.locator(".cx-slide")
    page.locator(".cx-slide summary").click()
    slid.get_by_label("4", exact=True).click(force=True)
    slid.get_by_role("button", name="Next").click()
    page.get_by_label("What was missing?").fill("Pict")
    page.goto(article.url)  # at the top of the page
    expect(slid).to_have_id(f"cx-survey-{survey.pk}")
    page.locator(".cx-slide summary").click()
    expect(page.get_by_label("What was missing?")).to_have_value("Pict")
    slid.get_by_role("button", name="Close").click()
    page.goto(article.url)
    scroll(page, 1)
    page.wait_for_timeout(300)
    expect(slid).to_have_count(0)
