"""The NPS widget slides in, asks once, and gets out of the way."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response, Start
from tests.pages import publish
from tests.site.models import ArticlePage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("CX_SHOTS")
LONG = "\n\n".join(["Something worth reading, again and again. " * 12] * 12)
QUESTION = "How likely are you to recommend us to a friend or colleague?"


@pytest.fixture
def place(article):
    """Publish a long article with a widget in its middle; return the widget."""

    def place_(**fields):
        widget = surveys.publish_survey(survey=NPSWidget(title="Below", **fields))
        blocks = [("text", LONG), ("nps", {"widget": widget.pk}), ("text", LONG)]
        publish(article, *blocks)
        return widget

    return place_


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


def scroll(page, share):
    page.evaluate(f"scrollTo(0, {share} * (document.documentElement.scrollHeight - innerHeight))")


def reload(page):
    page.reload()
    scroll(page, 1)
    page.wait_for_timeout(400)


def test_it_slides_in_by_scroll_and_is_closed_by_escape(open_reader, place, article):
    place(placement="scrolled", scroll_percent=50)
    page = open_reader(reduced_motion="reduce")
    page.goto(article.url)
    widget, slid = page.locator(".cx-nps"), page.locator(".cx-slide")
    expect(page.locator("h1")).to_be_visible()
    expect(widget).to_be_hidden()
    scroll(page, 0.2)
    page.wait_for_timeout(200)
    expect(slid).to_have_count(0)
    scroll(page, 0.7)
    expect(slid).to_be_visible()
    shot(page, "bar-390")
    assert page.evaluate("document.activeElement === document.body"), "the focus stays"
    box = slid.bounding_box()
    assert box["height"] < 200, "a bar that leaves the rest to read"
    assert box["y"] + box["height"] <= 801
    page.locator(".cx-nps summary").click()
    expect(page.get_by_label("9", exact=True)).to_be_visible()
    shot(page, "open-390")
    page.keyboard.press("Escape")
    expect(slid).to_have_count(0)
    expect(widget).to_be_hidden()
    reload(page)
    expect(slid).to_have_count(0)
    assert not page.context.cookies()


def test_later_and_answers_rest_for_their_days(open_reader, place, article):
    place(placement="end", rest_later=2, rest_closed=5, rest_answered=9)
    page = open_reader()
    page.goto(article.url)
    scroll(page, 1)
    page.get_by_role("button", name="Later").click()
    until = (
        "(JSON.parse(Object.entries(localStorage).find(([key]) => key.startsWith('cx-ask-'))[1])"
        ".until - Date.now()) / 864e5"
    )
    assert page.evaluate(until) == pytest.approx(2, abs=0.01)
    reload(page)
    expect(page.locator(".cx-slide")).to_have_count(0)

    page.evaluate(
        "for (const key of Object.keys(localStorage)) {"
        'localStorage[key] = localStorage[key].replace(/"until":\\d+/, \'"until":1\'); }'
    )
    reload(page)
    expect(page.locator(".cx-slide")).to_be_visible()
    assert page.evaluate(until) == pytest.approx(5, abs=0.01), "who ignores it is left alone too"
    page.locator(".cx-nps summary").click()
    page.get_by_label("3", exact=True).check(force=True)
    expect(page.get_by_text("What should we do better?")).to_be_visible()
    expect(page.get_by_text("What do you like most?")).to_be_hidden()
    page.get_by_role("textbox").first.fill("Answer the phone.")
    shot(page, "detractor-390")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert page.evaluate(until) == pytest.approx(9, abs=0.01)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".cx-nps")).to_be_hidden()
    assert page.evaluate(until) == pytest.approx(9, abs=0.01), "closing the thanks changes nothing"
    stored = Response.objects.get()
    assert stored.answers == {"score": 3, "reason": "Answer the phone."}
    assert stored.seconds is not None
    assert Start.objects.get().page_id == article.pk, "one beginning, however often they type"


def test_two_tabs_ask_once(open_reader, place, article):
    place(placement="scrolled", scroll_percent=50)
    page = open_reader(reduced_motion="reduce")
    other = page.context.new_page()
    for tab in (page, other):  # both are open before either asks
        tab.goto(article.url)
        expect(tab.locator(".cx-nps")).to_be_hidden()
    scroll(page, 1)
    expect(page.locator(".cx-slide")).to_be_visible()
    scroll(other, 1)
    other.wait_for_timeout(300)
    expect(other.locator(".cx-slide")).to_have_count(0)
    expect(other.locator(".cx-nps")).to_be_hidden()


@pytest.mark.parametrize(("share", "asked"), [("0.01", 0), ("100", 1)])
def test_the_sampling_share(open_reader, place, article, share, asked):
    place(placement="seconds", seconds=1, sample_percent=share)
    page = open_reader()
    # The lot is drawn in the page: one that only a share of more than 0.01 % takes in.
    page.add_init_script("Math.random = () => 0.0002; window.late = setTimeout;")
    page.add_init_script("window.setTimeout = (job, after) => late(job, Math.min(after, 50));")
    page.goto(article.url)
    page.wait_for_timeout(500)
    expect(page.locator(".cx-slide")).to_have_count(asked)
    page.reload()
    page.wait_for_timeout(500)
    expect(page.locator(".cx-nps")).to_be_hidden()


def test_beside_the_text_where_there_is_room_and_below_it_where_not(open_reader, place, article):
    place(placement="scrolled", scroll_percent=90)
    for width, beside in ((1600, True), (1100, False)):
        page = open_reader(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        page.goto(article.url)
        page.add_style_tag(content="main { max-width: 40rem; margin: auto; font-size: 18px }")
        scroll(page, 1)
        slid = page.locator(".cx-slide")
        expect(slid).to_be_visible()
        assert slid.evaluate("el => getComputedStyle(el).animationName") == "none"
        shot(page, f"desktop-{width}")
        box, text = slid.bounding_box(), page.locator("main").bounding_box()
        assert (box["x"] >= text["x"] + text["width"]) is beside
        assert beside or box["height"] < 100
        # What the keyboard reaches is never behind it.
        page.evaluate(
            "for (let i = 0; i < 40; i++) { const a = document.createElement('a'); a.href = '#';"
            "a.textContent = i; a.style.display = 'block'; document.querySelector('h1').after(a) }"
        )
        page.locator("h1 + a").focus()
        for _ in range(39):
            page.keyboard.press("Tab")
            at = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
            assert beside or at <= slid.bounding_box()["y"] + 1


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "plain"])
def test_each_class_has_its_words(open_reader, place, article, javascript):
    place(
        promoter_thanks="Tell your friends.",
        passive_thanks="We go on.",
        detractor_thanks="We are sorry.",
    )
    for score, question, thanks in (
        (10, "What do you like most?", "Tell your friends."),
        (8, "What is missing for a 10?", "We go on."),
        (0, "What should we do better?", "We are sorry."),
    ):
        page = open_reader(javascript)
        page.goto(article.url)
        page.get_by_label(re.compile(rf"^{score}\b")).check(force=True)
        expect(page.get_by_text(question)).to_be_visible()
        expect(page.locator(".cx-follow .cx-label span:visible")).to_have_count(1)
        page.get_by_label(question).fill("So.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text(thanks)).to_be_visible()
        expect(page.get_by_role("button", name="Send")).to_be_hidden()
        expect(page.locator(".cx-thanks > :visible")).to_have_count(1)
        expect(page.get_by_role("link", name="Share")).to_have_count(int(score == 10))
        shot(page, f"thanks-{score}-{'js' if javascript else 'plain'}")
        if score == 10 and javascript:
            page.evaluate("navigator.share = undefined")
            page.evaluate(
                "Object.defineProperty(navigator, 'clipboard',"
                " { value: { writeText: async (text) => { window.copied = text } } })"
            )
            page.get_by_role("link", name="Share").click()
            expect(page.get_by_text("Link copied")).to_be_visible()
            assert page.evaluate("copied").endswith(article.url)
        if javascript:
            page.reload()
            expect(page.locator("h1")).to_be_visible()
            page.wait_for_timeout(300)
            expect(page.locator(".cx-nps")).to_be_hidden()
    assert sorted(r.answers["score"] for r in Response.objects.all()) == [0, 8, 10]


def test_accessible_on_a_phone_in_light_and_dark(open_reader, place, article):
    place(placement="scrolled", scroll_percent=10)
    for scheme in ("light", "dark"):
        page = open_reader(color_scheme=scheme, reduced_motion="reduce")
        page.goto(article.url)
        scroll(page, 0.5)
        expect(page.locator(".cx-slide")).to_be_visible()
        for state in ("bar", "open", "chosen"):
            if state == "open":
                page.locator(".cx-nps summary").click()
            elif state == "chosen":
                page.get_by_label("3", exact=True).check(force=True)
            found = Axe().run(page, context=".cx-nps")
            assert found.violations_count == 0, found.generate_report()
            shot(page, f"{scheme}-{state}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_from_the_base_template_at_the_end_of_the_article(open_reader, article, monkeypatch):
    monkeypatch.setattr(ArticlePage, "template", "tests_site/article_with_nps.html")
    publish(article, ("text", LONG))
    widget = surveys.publish_survey(
        survey=NPSWidget(title="Due", placement="end", shown_without_block=True)
    )
    page = open_reader(reduced_motion="reduce")
    page.goto(article.url)
    slid = page.locator(".cx-slide")
    past = "document.querySelector('article').getBoundingClientRect().bottom - innerHeight"
    page.evaluate(f"scrollBy(0, {past} - 200)")
    page.wait_for_timeout(300)
    expect(slid).to_have_count(0)
    page.evaluate(f"scrollBy(0, {past} + 5)")
    expect(slid).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight - scrollY") > 3000
    page.locator(".cx-nps summary").click()
    page.get_by_label("9", exact=True).check(force=True)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_be_visible()
    stored = Response.objects.get()
    assert (stored.survey_id, stored.page_id, stored.answers) == (
        widget.pk,
        article.pk,
        {"score": 9},
    )
