"""Every point of a scale is as easy to press as any other, at each width and in both directions."""

import os

import pytest
from playwright.sync_api import expect

from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Survey
from tests.pages import publish
from tests.steps import combine
from tests.surveys.questions.asking import raw

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("CX_SHOTS")
LONG = "Disagree completely and in every respect that you can think of"
ASKED = (
    raw("nps", low_label=LONG, high_label=LONG),
    raw("scale", low=0, high=10, low_label=LONG),
    raw("ces"),
    raw("csat"),
    raw("rating", "numbers", look="numbers", high=10),
    raw("rating", "stars", look="stars", high=10),
    raw("rating", "smileys", look="smileys", high=5),
    raw("emotion"),
)
BOXES = """() => [...document.querySelectorAll(".cx-scale")].map((scale) =>
  [...scale.querySelectorAll("label")].map((label) => {
    const { left, top, width, height } = label.getBoundingClientRect();
    const input = label.querySelector("input").getBoundingClientRect();
    return { left, top, width, height, input: input.width, rows: scale.matches(".cx-emotions") };
  }))"""


@pytest.fixture
def scales(article):
    """Publish every sort of scale, in a survey and as a widget."""
    survey = services.publish_survey(survey=Survey(title="All scales", questions=list(ASKED)))
    widget = services.publish_survey(survey=NPSWidget(title="Below"))
    publish(article, ("survey", {"survey": survey.pk}), ("nps", {"widget": widget.pk}))


@pytest.mark.parametrize(("width", "direction"), combine([320, 390, 768, 1280], ["ltr", "rtl"]))
def test_all_points_are_equally_wide(open_reader, article, scales, width, direction):
    page = open_reader(viewport={"width": width, "height": 900})
    page.goto(article.url)
    page.evaluate(f"document.documentElement.dir = '{direction}'")
    page.add_style_tag(content="body { margin: 0 16px }")
    expect(page.locator(".cx-nps .cx-scale")).to_be_visible()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/scales-{width}-{direction}.png", full_page=True)
    found = page.evaluate(BOXES)
    assert [len(points) for points in found] == [11, 11, 7, 5, 10, 10, 5, 4, 11]
    for points in found:
        widths = [point["width"] for point in points]
        assert max(widths) - min(widths) < 1, points
        assert min(widths) >= 24, points
        assert all(abs(p["input"] - p["width"]) < 1 for p in points), "all of a key is pressed"
        assert min(p["height"] for p in points) >= 44
        assert max(p["height"] for p in points) - min(p["height"] for p in points) < 1
        if not points[0]["rows"]:
            assert len({p["top"] for p in points}) == 1, "one row"
            lefts = [p["left"] for p in points]
            assert lefts == sorted(lefts, reverse=direction == "rtl")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
