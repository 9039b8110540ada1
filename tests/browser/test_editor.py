"""A day of an editor: ask, put it into an article, read the results, moderate, look around."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from cx_feedback.comments.models import Comment
from cx_feedback.loyalty import services as loyalty
from cx_feedback.mail import services as post_office
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import FollowUpRule, Subscription
from cx_feedback.nps import services as nps
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.selectors import get_live_survey
from tests.comments.conftest import talk, write  # noqa: F401
from tests.loyalty.conftest import END, at_risk, magazine  # noqa: F401
from tests.newsletter.conftest import mailing_list  # noqa: F401
from tests.pages import make_survey, make_widget

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: The entries of the menu, in their order, and the heading that each leads to.
MENU = {
    "Surveys": "Surveys",
    "NPS": "NPS widgets",
    "Comments": "Comments",
    "Conversations": "Conversations",
    "Rules for conversations": "Rules for conversations",
    "Assignment rules": "Assignment rules",
    "Promises": "Promises to readers",
    "Working hours": "Calendars of working hours",
    "Loyalty": "Loyalty",
    "Issues": "Issues",
    "Digests": "Digests",
    "Follow-up rules": "Follow-up rules",
    "Mailing lists": "Mailing lists",
    "Subscriptions": "Subscriptions",
    "Deliveries": "Deliveries",
    "Suppressed addresses": "Suppressed addresses",
    "Rate limits": "Rate limits",
    "Personal data": "Personal data",
    "Tokens": "Tokens",
    "Webhooks": "Webhooks",
    "Health": "Health",
}


def choose_in_menu(page: Page, name: str) -> None:
    """Open the Feedback menu and follow one of its entries."""
    page.get_by_role("button", name="Feedback", exact=True).click()
    entries = page.locator(".sidebar-sub-menu-panel:visible")
    entries.get_by_role("link", name=name, exact=True).click()


def add_block(field: Locator, name: str) -> Locator:
    """Add a block at the end of a StreamField; return it."""
    field.locator("button[title='Insert a block']").last.click()
    field.page.get_by_role("option", name=name, exact=True).click()
    return field.locator("[data-streamfield-child]:has(> section)").filter(has_text=name).last


def publish(page: Page) -> None:
    """Choose Publish in the menu below the form; end on the page that confirms it."""
    page.get_by_role("button", name="More actions").last.click()
    page.locator("button[name=action-publish]").click()
    expect(page.locator(".messages .success")).to_be_visible()


def answer_four(survey: Survey) -> None:
    """Bring the answers to the number from which figures are shown, with the reader's own."""
    for points in (3, 4, 4, 5):
        answers = {"q-choice": "c-good", "q-scale": points}
        surveys.submit_response(survey_id=survey.pk, answers=answers)


def test_one_menu_leads_to_every_screen(open_editor):
    page = open_editor("/admin/")
    page.get_by_role("button", name="Feedback", exact=True).click()
    entries = page.locator(".sidebar-sub-menu-panel:visible a")
    expect(entries).to_have_text(list(MENU))
    for entry in entries.all():
        icon = entry.locator("use").get_attribute("href")
        expect(page.locator(f"symbol{icon}")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(entries).to_have_count(0)
    for name, heading in MENU.items():
        choose_in_menu(page, name)
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        expect(page).to_have_title(re.compile(heading))


def test_make_and_publish_a_survey(open_editor):
    page = open_editor("/admin/")
    choose_in_menu(page, "Surveys")
    page.get_by_role("link", name="Add survey").first.click()
    page.get_by_role("link", name="Begin empty").click()
    page.fill("[name=title]", "After reading")
    questions = page.locator("#panel-questions-section")
    block = add_block(questions, "Single choice")
    block.locator("[name$='-value-label']").fill("Was it clear?")
    for place, words in enumerate(("Yes", "No")):
        block.locator(f"[name$='-choices-{place}-value']").fill(words)
    block = add_block(questions, "Agreement scale")
    block.locator("[name$='-value-label']").fill("How useful?")
    block.locator("[name$='-value-high_label']").fill("Very")
    add_block(questions, "Long text").locator("[name$='-value-label']").fill("What else?")
    publish(page)
    survey = Survey.objects.get()
    choice, scale, text = get_live_survey(survey_id=survey.pk, kind="survey").definition.questions
    assert [c["label"] for c in choice.options["choices"]] == ["Yes", "No"]
    assert (scale.label, scale.options["low"], scale.options["high"]) == ("How useful?", 1, 5)
    assert (text.type, text.label) == ("text", "What else?")


def test_from_the_block_to_the_results(open_editor, open_reader, article):
    survey = make_survey()
    page = open_editor(f"/admin/pages/{article.pk}/edit/")
    body = page.locator("#panel-child-content-body-section")
    body.locator("button[title='Insert a block']").click()
    page.locator(".w-combobox__option-row", has_text="Survey").get_by_label("Preview").click()
    sample = page.frame_locator(".w-combobox-preview__iframe")
    expect(sample.get_by_text("Was this article useful?")).to_be_visible()
    page.get_by_role("option", name="Survey", exact=True).click()
    body.get_by_role("button", name="Choose survey").click()
    page.locator(".modal").get_by_role("link", name="Your visit").click()
    expect(body.get_by_text("Your visit")).to_be_visible()
    page.get_by_role("button", name="Toggle preview").click()
    preview = page.frame_locator("#w-preview-iframe")
    expect(preview.get_by_label("Why?")).to_be_visible()
    publish(page)

    reader = open_reader()
    reader.goto(article.url)
    reader.get_by_label("Good").check()
    reader.get_by_label("4", exact=True).check(force=True)
    reader.get_by_label("Why?").fill("More of <i>this</i>.")
    reader.get_by_role("button", name="Send").click()
    expect(reader.locator(".cx-survey .cx-thanks")).to_be_visible()
    answer_four(survey)

    choose_in_menu(page, "Surveys")
    page.get_by_role("link", name="5 answers: results").click()
    expect(page.locator(".cx-figures")).to_contain_text("5 responses")
    choice, scale, _text = page.locator("section[aria-labelledby^=cx-q-]").all()
    expect(choice.locator("svg[role=img] .cx-chart__bar")).to_have_count(2)
    expect(choice.locator("svg[role=img]")).to_contain_text("100% (5)")
    choice.get_by_text("As a table").click()
    expect(choice.get_by_role("row", name=re.compile("Good 100%"))).to_be_visible()
    expect(scale).to_contain_text("Mean: 4.00")
    page.get_by_role("link", name="Texts", exact=True).click()
    expect(page.get_by_text("More of <i>this</i>.")).to_be_visible()


def test_the_nps_with_its_interval_and_n(open_editor):
    widget = make_widget()
    for score in (10, 10, 9, 9, 8, 7, 3, 10, 9, 0):
        nps.submit_score(widget_id=widget.pk, score=score, reason="Because")
    page = open_editor("/admin/")
    choose_in_menu(page, "NPS")
    page.get_by_role("link", name="10 answers: results").click()
    figures = page.locator(".cx-figures")
    expect(figures).to_contain_text(re.compile(r"40\s+Net Promoter Score"))
    expect(figures).to_contain_text(re.compile(r"95% interval -?\d+ to \d+"))
    expect(figures).to_contain_text(re.compile(r"10\s+answers"))
    shares = page.locator("figure", has_text="Shares with their 95% confidence intervals")
    expect(shares.locator("svg .cx-chart__interval")).to_have_count(3)
    expect(shares.locator("svg")).to_contain_text("60% (6)")
    expect(page.get_by_role("heading", name="Latest reasons")).to_be_visible()


def test_approve_a_comment_without_leaving_the_queue(open_editor, open_reader, talk, write):  # noqa: F811
    comment = write("Good words", name="Eva")
    page = open_editor("/admin/")
    choose_in_menu(page, "Comments (1)")
    approve = page.get_by_role("button", name="Approve (comment of Eva)")
    expect(approve).to_be_visible()  # on the page that was left, nothing could stay
    page.wait_for_load_state()
    page.evaluate("window.stayed = true")
    approve.click()
    expect(page.locator(".cx-nothing")).to_be_visible()
    assert page.evaluate("window.stayed")
    assert Comment.objects.get().state == "published"
    reader = open_reader()
    reader.goto(talk.url)
    expect(reader.locator(f"#cx-comment-{comment.pk}")).to_contain_text("Good words")


def look_at_loyalty(page: Page) -> None:
    """Go through the tabs: the readers at risk, one of them, the measured and the check."""

    def go(tab: str, heading: str) -> None:
        page.locator("nav.cx-tabs").get_by_role("link", name=tab, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)

    go("Readers at risk", "Readers at risk")
    expect(page.get_by_text("Usually every").first).to_be_visible()
    rows = page.locator("table.listing tbody tr")
    expect(rows).to_have_count(25)
    reason = rows.first.locator(".cx-segment__why").bounding_box()
    assert reason
    assert reason["width"] > 180, "the reason is not squeezed into a word a line"
    page.get_by_role("link", name="Score", exact=True).click()
    page.wait_for_url("**ordering=*p*")
    name = rows.first.locator("td.title a").inner_text()
    rows.first.locator("td.title a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator(".cx-timeline")).to_contain_text("Was here")
    expect(page.get_by_text("Nobody else so far.")).to_be_visible()
    go("What brings readers back", "What brings readers back")
    page.get_by_role("link", name="Surveys", exact=True).click()
    expect(page.locator(".cx-choices [aria-current]")).to_have_text("Surveys")
    go("Experiments", "Experiments")
    go("Attitude and visits", "What they say and what they do")
    go("Accuracy", "Accuracy")
    expect(page.get_by_role("heading", name="Can this be trusted?")).to_be_visible()
    expect(page.get_by_role("heading", name="Last runs")).to_be_visible()


def test_who_slips_away_and_what_was_sent_to_them(open_editor, magazine, mailing_list):  # noqa: F811
    loyalty.score_readers(as_of=END)
    reader = at_risk().first()
    # Not by the service: to confirm today would be to come back.
    Subscription.objects.create(
        mailing_list=mailing_list, email="ana@example.org", reader=reader, state="confirmed"
    )
    FollowUpRule.objects.create(
        name="We miss you",
        active=True,
        trigger="fell_silent",
        mailing_list=mailing_list,
        subject="Come back",
        body="<p>We kept something for you.</p>",
    )
    loyalty.announce_silences()
    newsletter.dispatch_follow_ups()
    post_office.send_due()
    page = open_editor("/admin/")
    choose_in_menu(page, "Loyalty")
    expect(page.locator(".cx-figures")).to_contain_text("600 readers known")
    tiers = page.locator("figure", has_text="Readers by tier")
    expect(tiers.locator("svg[role=img] .cx-chart__bar")).to_have_count(8)
    look_at_loyalty(page)

    choose_in_menu(page, "Follow-up rules")
    row = page.get_by_role("row", name=re.compile("We miss you"))
    row.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("We miss you")
    page.locator(".cx-states").get_by_role("link", name=re.compile("Sent")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Deliveries")
    sent = page.get_by_role("row", name=re.compile("ana@example.org"))
    expect(sent).to_contain_text("Come back")
    expect(sent).to_contain_text(re.compile("We miss you.*Sent", re.S))
    sent.get_by_role("link", name="ana@example.org").click()
    letter = page.frame_locator("iframe.cx-email-preview")
    expect(letter.get_by_text("We kept something for you.")).to_be_visible()
