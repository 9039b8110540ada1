"""A front end of another origin shows, answers, votes, comments and subscribes by the client."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from cx_feedback.comments.models import Comment
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.readers.models import Reader
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Survey
from tests.browser.interception import intercept
from tests.comments.conftest import talk, write  # noqa: F401
from tests.projects.headless.server import read_how_to, serve_front_end
from tests.surveys.conftest import GOOD, draft, locales, stream, survey  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
API = "/feedback/api/v1/"


@pytest.fixture(scope="module")
def front_end():
    with serve_front_end() as origin:
        yield origin


@pytest.fixture
def poll(locales):  # noqa: F811
    """A poll that ten have answered."""
    shown = {"results_shown": Survey.ResultsShown.ALWAYS, "open_by_address": True}
    poll = services.publish_survey(survey=Survey(title="Poll", questions=stream()[:1], **shown))
    for _ in range(10):
        services.submit_response(survey_id=poll.pk, answers={"q-choice": GOOD})
    return poll


@pytest.fixture
def article_id(front_end, talk, write, settings):  # noqa: F811
    """The id of an article with a comment and a newsletter."""
    settings.CX_FEEDBACK = {
        **settings.CX_FEEDBACK,
        "TRUSTED_ORIGINS": [front_end],
        "COMMENTS_SCORES": {"challenge": 0, "hold": 80, "spam": 90},
    }
    write("First", name="Bea", state="published")
    MailingList.objects.create(name="Friday letter")
    return talk.pk


@pytest.fixture
def open_front_end(open_reader, front_end, live_server, article_id, survey, poll):  # noqa: F811
    """Return a function that opens the front end, with what its console says."""

    def open_() -> tuple[Page, list[str]]:
        page, said = open_reader(), []
        page.on("pageerror", lambda error: said.append(str(error)))
        api = live_server.url + API
        about = {"api": api, "page": article_id, "survey": survey.pk, "poll": poll.pk}
        query = urlencode(about)
        page.goto(f"{front_end}/?{query}")
        expect(page.locator("body.ready")).to_be_visible()
        return page, said

    return open_


def expect_said(page: Page, section: str, text: str) -> None:
    expect(page.locator(f"#{section} output")).to_have_text(text)


def test_it_shows_and_does_everything_by_the_client_alone(open_front_end, survey, poll):  # noqa: F811
    page, said = open_front_end()
    assert Reader.objects.count() == 0
    expect(page.locator("#survey h2")).to_have_text("Your visit")
    expect(page.locator("#poll li").first).to_have_text("10 answers")
    expect(page.locator("#comments li")).to_contain_text("First")
    asked = page.locator("#survey")
    asked.get_by_label("Good").check()
    asked.get_by_label("Why?").fill("Because")
    asked.get_by_role("button").click()
    expect_said(page, "survey", "Bless you.")
    # A poll's result grows in steps.
    page.locator("#poll").get_by_label("Bad").check()
    page.locator("#poll").get_by_role("button").click()
    expect(page.locator("#poll output")).not_to_have_text("…")
    assert poll.responses.count() == 11
    # A proof of work is asked for and solved, unseen.
    with page.expect_response(lambda response: response.status == 428):
        page.get_by_label("Comment").fill("I was there")
        page.get_by_label("Name").fill("Ana")
        page.get_by_role("button", name="Send").click()
    expect_said(page, "comments", "pending")
    expect(page.locator("#comments li.pending")).to_contain_text("I was there")
    page.locator("#comments li", has_text="First").get_by_role("button").click()
    expect_said(page, "comments", "vote 1")
    page.get_by_label("Email").fill("ana@example.org")
    page.get_by_role("button", name="Subscribe").click()
    expect_said(page, "subscribe", "pending")
    # One reader did all of it, without a cookie.
    mine = survey.responses.get()
    comment = Comment.objects.get(text="I was there")
    assert mine.answers == {"q-choice": "c-good", "q-text": "Because"}
    assert mine.reader_id == comment.reader_id is not None
    assert Comment.objects.get(text="First").up == 1
    assert Subscription.objects.get().email == "ana@example.org"
    assert page.context.cookies() == []
    # What the reader did comes back after a reload.
    page.reload()
    expect(page.locator("#comments li.pending")).to_contain_text("I was there")
    voted = page.locator("#comments li", has_text="First").get_by_role("button")
    expect(voted).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Forget me").click()
    expect_said(page, "me", "known: false")
    assert not Response.objects.filter(pk=mine.pk, reader__isnull=False).exists()
    assert said == []


def test_what_does_not_arrive_waits_over_a_reload_and_is_stored_once(open_front_end):
    page, said = open_front_end()
    intercept(page, "**/votes/", lambda route: route.abort())
    page.locator("#comments li").get_by_role("button").click()
    expect_said(page, "comments", "waits: no-answer")
    page.reload()
    expect(page.locator("#comments li")).to_contain_text("▲ 0")
    page.unroute("**/votes/")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect_said(page, "comments", "arrived")
    expect(page.locator("#comments li")).to_contain_text("▲ 1")
    assert page.evaluate("Object.keys(localStorage)") == ["cx-reader"]
    assert (Comment.objects.get().up, said) == (1, [])


def test_a_refusal_names_the_fields_and_a_stranger_is_refused(open_front_end, settings):
    page, _said = open_front_end()
    page.get_by_label("Email").fill("nobody")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.locator("#subscribe output")).to_contain_text("invalid-input email: ")
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "TRUSTED_ORIGINS": []}
    page.get_by_label("Email").fill("ana@example.org")
    page.get_by_role("button", name="Subscribe").click()
    expect_said(page, "subscribe", "waits: no-answer")  # the browser hides the answer
    assert Subscription.objects.count() == 0


def test_the_scripts_of_the_how_to(open_front_end, live_server, article_id, survey, poll):  # noqa: F811
    page, said = open_front_end()
    logged: list[str] = []
    answered: list[tuple[str, int]] = []
    page.on("response", lambda response: answered.append((response.url, response.status)))
    page.on("console", lambda told: logged.append(told.text) if told.type == "log" else None)
    values = {"api": live_server.url + API, "page": article_id, "survey": survey.pk}
    script = read_how_to(**values, poll=poll.pk)
    page.evaluate(
        """(script) => new Promise((resolve, reject) => {
          window.finish = resolve;
          window.addEventListener("error", ({ message }) => reject(message));
          window.addEventListener("unhandledrejection", ({ reason }) => reject(String(reason)));
          const element = document.createElement("script");
          element.type = "module";
          element.textContent = `${script}\\nwindow.finish();`;
          document.body.append(element);
        })""",
        script,
    )
    assert logged[0] == "pending"
    assert logged[1].startswith("Bless you. 10")
    assert "invalid-input" in logged
    assert logged[-1] == "true"
    statuses = {url.rstrip("/").rpartition("/")[2]: status for url, status in answered}
    assert (statuses["votes"], statuses["flags"], statuses["visits"]) == (200, 201, 204)
    assert statuses["conversations"] == 202
    assert Subscription.objects.exists()
    assert Comment.objects.filter(text__startswith="I was there").count() == 0  # forgotten
    assert (said, page.evaluate("Object.keys(localStorage)")) == ([], [])
    assert page.evaluate("Object.keys(sessionStorage)") == []
