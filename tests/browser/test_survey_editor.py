"""The screen on which surveys are made: templates, conditions, quotas, restoring."""

import re

import pytest
from playwright.sync_api import expect

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.selectors import get_live_survey, get_published_definition
from tests.browser.test_editor import add_block, publish
from tests.pages import make_survey
from tests.pages import publish as put_on_page
from tests.surveys.conftest import BAD, GOOD, change, stream

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/cx-feedback/surveys/"


def add_condition(block):
    """Open what is folded up in a block and add an empty condition; return its row."""
    block.get_by_text("More settings").click()
    block.get_by_role("button", name="Add a condition").click()
    return block.locator(".cx-conditions__rule").last


def test_conditions_and_quotas_by_choosing(open_editor, open_reader, article):
    survey = make_survey()
    put_on_page(article, ("survey", {"survey": survey.pk}))
    page = open_editor(f"{LIST}edit/{survey.pk}/")
    questions = page.locator("#panel-questions-section")
    block = add_block(questions, "Short text")
    row = add_condition(block)
    asked, operator = row.get_by_label("Question"), row.get_by_label("Condition")
    expect(asked.locator("option")).to_have_text(
        ["Choose…", "1. How was it?", "2. How easy?", "3. Why?"]
    )
    asked.select_option(label="2. How easy?")
    expect(operator.locator("option", has_text="is at least")).to_have_count(1)
    asked.select_option(label="1. How was it?")
    expect(operator.locator("option", has_text="is at least")).to_have_count(0)
    row.get_by_label("Answer").select_option(label="Bad")
    expect(block.get_by_text("on a condition")).to_be_visible()
    expect(page.locator(".cx-conditional")).to_have_count(1)

    label = block.locator("[name$='-value-label']")
    label.fill("You said: ")
    block.get_by_label("Insert an earlier answer").first.select_option(label="1. How was it?")
    expect(label).to_have_value("You said: {{ how_was_it }}")

    page.get_by_role("heading", name="How many may answer").click()
    page.get_by_role("button", name="Add a quota").click()
    quota = page.locator("[data-controller=cx-quotas] .cx-conditions__rule")
    quota.get_by_label("Question").select_option(label="How was it?")
    quota.get_by_label("Answer").select_option(label="Good")
    quota.get_by_label("Maximum responses").fill("1")
    publish(page)
    definition = get_live_survey(survey_id=survey.pk).definition
    rule = definition.questions[-1].show_if["rules"]
    assert rule == [{"question": "q-choice", "operator": "is", "value": BAD}]
    assert [(q.value, q.limit) for q in definition.limits.quotas] == [(GOOD, 1)]

    reader = open_reader()
    reader.goto(article.url)
    reader.get_by_label("Good").check()
    expect(reader.get_by_label("You said")).to_be_hidden()
    reader.get_by_label("Bad").check()
    expect(reader.get_by_label("You said: Bad")).to_be_visible()
    reader.get_by_label("Good").check()
    reader.get_by_role("button", name="Send").click()
    expect(reader.locator(".cx-survey .cx-thanks").first).to_be_visible()
    assert Response.objects.get().answers == {"q-choice": GOOD}
    late = open_reader()
    late.goto(article.url)
    expect(late.get_by_label("Bad")).to_be_visible()
    expect(late.get_by_label("Good")).to_have_count(0)


def test_from_the_gallery_to_the_reader(open_editor):
    page = open_editor(LIST)
    page.get_by_role("link", name="Add survey").first.click()
    card = page.locator(
        ".cx-card", has=page.get_by_role("heading", name="Was this article useful?")
    )
    card.get_by_text(re.compile("Preview of")).click()
    expect(card.frame_locator("iframe").get_by_text("nothing that you answer")).to_be_visible()
    card.get_by_role("button", name="Use this one").click()
    expect(page.locator(".messages .success")).to_contain_text("Draft")
    page.locator("[name=title]").fill("Was it useful today?")
    publish(page)
    survey = Survey.objects.get()
    assert get_live_survey(survey_id=survey.pk).definition.title == "Was it useful today?"
    row = page.get_by_role("row", name=re.compile("Was it useful today"))
    expect(row).to_contain_text(re.compile("Live.*no page yet", re.I | re.S))


def test_a_question_taken_out_comes_back_with_its_answers(open_editor):
    survey = make_survey()
    for _n in range(5):
        services.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD, "q-scale": 4})
    change(survey, [q for q in stream() if q["id"] != "q-scale"])
    page = open_editor(f"{LIST}edit/{survey.pk}/")
    page.get_by_text("Restore 1 removed question or option").click()
    expect(page.locator(".cx-retired")).to_contain_text(
        "“How easy?” (Agreement scale, 1–5) 5 answers so far."
    )
    page.get_by_role("button", name="Bring back How easy?").click()
    expect(page.locator(".messages .success")).to_contain_text("Restored to the draft")
    expect(page.locator(".cx-changes")).to_contain_text("keeps its earlier answers")
    publish(page)
    asked = get_published_definition(Survey.objects.get()).questions
    assert [q.key for q in asked] == ["q-choice", "q-text", "q-scale"]


def test_things_to_rank_are_dragged(open_reader, article):
    items = [{"type": "item", "id": i, "value": i.title()} for i in ("ants", "bees", "cats")]
    ranking = {"type": "ranking", "id": "q", "value": {"label": "Rank", "choices": items}}
    survey = services.publish_survey(survey=Survey(title="In order", questions=[ranking]))
    put_on_page(article, ("survey", {"survey": survey.pk}))
    page = open_reader()
    page.goto(article.url)
    rows = page.locator(".cx-ranking > label")
    grip, first = rows.nth(2).locator(".cx-grip"), rows.first
    grip.scroll_into_view_if_needed()
    held, top = grip.bounding_box(), first.bounding_box()
    page.mouse.move(held["x"] + 9, held["y"] + 9)
    page.mouse.down()
    page.mouse.move(held["x"] + 9, top["y"] + 3, steps=8)
    page.mouse.up()
    expect(rows).to_contain_text(["Cats", "Ants", "Bees"])
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".cx-survey .cx-thanks")).to_be_visible()
    assert Response.objects.get().answers == {"q": ["cats", "ants", "bees"]}


def test_choices_are_written_like_a_list(open_editor):
    page = open_editor(f"{LIST}add/")
    page.locator("[name=title]").fill("Which?")
    block = add_block(page.locator("#panel-questions-section"), "Single choice")
    block.locator("[name$='-value-label']").fill("Which one?")
    choices = block.locator("[data-controller~=cx-items]:visible")
    expect(choices).to_have_count(2)
    assert choices.first.get_attribute("aria-label") == "Choice"
    choices.first.focus()
    for key in ("One", "Enter", "Three", "Enter", "Four"):
        page.keyboard.press(key) if key == "Enter" else page.keyboard.type(key)
    expect(choices).to_have_count(3)
    page.keyboard.press("Enter")
    expect(choices).to_have_count(4)
    page.keyboard.press("Backspace")
    expect(choices).to_have_count(3)
    choices.first.focus()
    page.keyboard.press("End")
    choices.first.evaluate(
        """field => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", "!\\n- Two\\n\\n2. Two and a half\\n");
            const how = { clipboardData, bubbles: true, cancelable: true };
            field.dispatchEvent(new ClipboardEvent("paste", how));
        }"""
    )
    expect(choices).to_have_count(5)
    publish(page)
    (asked,) = get_published_definition(Survey.objects.get()).questions
    labels = [choice["label"] for choice in asked.options["choices"]]
    assert labels == ["One!", "Two", "Two and a half", "Three", "Four"]


def test_a_long_survey_opens_as_an_outline_and_is_dragged(open_editor):
    block = {"help": "", "required": False}
    raw = [
        {"type": "short_text", "id": f"q{n}", "value": {"label": f"Question {n}", **block}}
        for n in range(1, 6)
    ]
    survey = services.publish_survey(survey=Survey(title="Long", questions=raw))
    page = open_editor(f"{LIST}edit/{survey.pk}/")
    blocks = page.locator("[data-streamfield-stream-container] > [data-streamfield-child]")
    titles = blocks.locator("> section > .w-panel__header [data-panel-heading-text]")
    expect(titles).to_have_text([f"Question {n}" for n in range(1, 6)])
    labels = page.locator("[name$='-value-label']")
    expect(labels.first).to_be_hidden()
    grips = blocks.locator("> section > .w-panel__header [data-streamfield-action=DRAG]")
    grips.first.scroll_into_view_if_needed()
    held, aim = grips.nth(0).bounding_box(), grips.nth(3).bounding_box()
    page.mouse.move(held["x"] + 9, held["y"] + 9)
    page.mouse.down()
    page.mouse.move(held["x"] + 9, held["y"] + 40, steps=4)
    moved = [f"Question {n}" for n in (2, 3, 4, 1, 5)]
    # The list takes no notice of the mouse while its rows slide: as a hand would, wait for them.
    for wobble in range(40):
        page.mouse.move(aim["x"] + 9 + wobble % 2, aim["y"] + 20, steps=6)
        if titles.all_inner_texts() == moved:
            break
        page.wait_for_timeout(100)
    page.mouse.up()
    expect(titles).to_have_text(moved)
    blocks.nth(3).locator("[data-panel-toggle]").first.click()
    page.locator("[name='questions-0-value-label']").fill("")
    page.get_by_role("button", name="More actions").last.click()
    page.locator("button[name=action-publish]").click()
    expect(page.locator(".messages .error, .messages [class*=critical]").first).to_be_visible()
    # What is wrong is in sight, the others stay folded up.
    wrong = page.locator("[name='questions-3-value-label']")
    expect(wrong).to_be_visible()
    expect(page.locator("[name='questions-0-value-label']")).to_be_hidden()
    wrong.fill("Question 1")
    publish(page)
    asked = get_published_definition(Survey.objects.get()).questions
    assert [q.key for q in asked] == ["q2", "q3", "q4", "q1", "q5"]
