"""A reader answers and comments, with JavaScript and without it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Comment
from cx_feedback.mail.services import send_due
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.readers.models import Reader, VisitDay
from cx_feedback.surveys.models import Response
from tests.newsletter.conftest import link_in
from tests.pages import make_survey, make_widget, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
both_ways = pytest.mark.parametrize("javascript", [True, False], ids=["js", "plain"])


@both_ways
def test_answer_a_survey_and_see_the_thanks(open_reader, article, javascript):
    survey = make_survey()
    publish(article, ("survey", {"survey": survey.pk}))
    page = open_reader(javascript)
    page.goto(article.url)
    page.get_by_label("Good").check()
    page.get_by_label("4", exact=True).check(force=True)
    page.get_by_label("Why?").fill("It was <b>clear</b>.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thanks, it helps.")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_hidden()
    response = Response.objects.get()
    assert response.answers == {
        "q-choice": "c-good",
        "q-scale": 4,
        "q-text": "It was <b>clear</b>.",
    }
    assert (response.page_id, response.reader.active_periods) == (article.pk, 0)


@both_ways
def test_a_refused_answer_keeps_the_words_and_names_the_question(open_reader, article, javascript):
    survey = make_survey()
    publish(article, ("survey", {"survey": survey.pk}))
    page = open_reader(javascript)
    page.goto(article.url)
    page.get_by_label("Why?").fill("My long thought")
    # The browser's own check is switched off, so that the server's is seen.
    page.locator("form[data-cx-api*=surveys]").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Why?")).to_have_value("My long thought")
    expect(page.locator(".cx-survey .cx-error").first).to_be_visible()
    assert not Response.objects.exists()


@both_ways
def test_answer_the_nps_question(open_reader, article, javascript):
    widget = make_widget()
    publish(article, ("nps", {"widget": widget.pk}))
    page = open_reader(javascript)
    page.goto(article.url)
    page.get_by_label("9", exact=True).check(force=True)
    page.get_by_role("textbox").fill("Because you answer.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".cx-nps .cx-thanks")).to_be_visible()
    assert Response.objects.get().answers == {"score": 9, "reason": "Because you answer."}


@both_ways
def test_comment_wait_and_be_published(open_reader, article, javascript):
    publish(article, ("comments", {}))
    author, other = open_reader(javascript), open_reader(javascript)
    author.goto(article.url)
    author.get_by_label("Your comment").fill("I came back **twice**.")
    author.get_by_role("textbox", name="Name").fill("Ana")
    author.get_by_role("button", name="Send").click()
    expect(author.get_by_text("awaiting approval", exact=False).first).to_be_visible()
    if not javascript:
        author.get_by_role("link", name="Your comments").click()
    expect(author.get_by_text("I came back twice.")).to_be_visible()
    other.goto(article.url)
    expect(other.get_by_text("I came back")).to_have_count(0)

    comments.approve_comments(ids=[Comment.objects.get().pk])
    for page in (author, other):
        page.goto(article.url)
        expect(page.get_by_text("I came back twice.")).to_be_visible()
        expect(page.locator(".cx-comment strong", has_text="twice")).to_have_count(1)


@both_ways
def test_agree_to_visits_and_change_one_s_mind(open_reader, article, javascript):
    publish(article, ("text", "Something worth reading."))
    page = open_reader(javascript)
    page.goto(article.url)
    page.get_by_role("button", name="Yes, remember them").click()
    expect(page.get_by_text("We'll remember the days")).to_be_visible()
    assert Reader.objects.get().counts_visits
    page.goto("about:blank")
    page.goto(article.url)
    page.get_by_role("button", name="No, or stop remembering").click()
    expect(page.get_by_text("we won't record your visits")).to_be_visible()
    assert not Reader.objects.get().counts_visits
    assert VisitDay.objects.count() == 1
    page.goto("about:blank")
    page.goto(article.url)
    page.get_by_text("What happens with these days").click()
    page.get_by_role("button", name="Estimate nothing about me").click()
    expect(page.get_by_text("Nothing is estimated about you")).to_be_visible()
    assert Reader.objects.get().objects_to_scoring
    assert not VisitDay.objects.exists()


@both_ways
def test_sign_up_by_double_opt_in(open_reader, article, javascript, mailoutbox):
    MailingList.objects.create(name="Friday letter", description="One article a week.")
    publish(article, ("subscribe", {}))
    page = open_reader(javascript)
    page.goto(article.url)
    page.get_by_label("Email").fill("Ana@Example.org")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.locator(".cx-subscribe .cx-thanks")).to_be_visible()
    send_due()
    page.goto(link_in(mailoutbox[0], "confirm"))
    subscription = Subscription.objects.get()
    assert (subscription.email, subscription.state) == ("ana@example.org", "pending")
    page.get_by_role("button").first.click()
    expect(page.get_by_role("heading")).to_be_visible()
    subscription.refresh_from_db()
    assert subscription.state == "confirmed"
    assert subscription.consent_page_id == article.pk


def test_the_page_is_accessible_in_light_and_dark(open_reader, article):
    survey, widget = make_survey(), make_widget()
    publish(
        article,
        ("survey", {"survey": survey.pk}),
        ("nps", {"widget": widget.pk}),
        ("comments", {}),
        ("subscribe", {}),
    )
    for scheme in ("light", "dark"):
        page = open_reader(color_scheme=scheme)
        page.goto(article.url)
        found = Axe().run(page, context=".cx")
        assert found.violations_count == 0, found.generate_report()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{width} px wide on a phone"
