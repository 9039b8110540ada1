"""Answered steps without JavaScript: the post of a step keeps it."""

import re

import pytest
from django.urls import reverse

from cx_feedback.surveys import services
from cx_feedback.surveys.models import PartialResponse, Response
from tests.conftest import OWN
from tests.pages import publish
from tests.surveys.flow.conftest import NO, YES
from tests.surveys.flow.test_plain import Browser

pytestmark = pytest.mark.django_db
OTHER = "6f5902ac-237e-4f0f-8a4b-0f2f8f0f2f8f"
TOLD = "If you don't finish, the pages that you have answered are kept for 30 days."


@pytest.fixture
def browser(client, kept):
    return Browser(client, kept)


def test_the_page_says_so_first_and_is_the_same_for_all(client, article, kept, reader):
    publish(article, ("survey", {"survey": kept.pk}))
    html = client.get("/en/an-article/").content.decode()
    assert TOLD in html
    assert f'data-cx-partials="/feedback/api/v1/surveys/{kept.pk}/partials/"' in html
    assert 'name="partial"' not in html
    client.cookies["cx_reader"] = reader.key.hex
    assert client.get("/en/an-article/").content.decode() == html


@pytest.mark.parametrize("switched", ["by the site", "by the editor"])
def test_a_page_that_does_not_say_so_keeps_nothing(
    browser, client, article, kept, settings, switched
):
    if switched == "by the site":
        settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "SURVEYS_PARTIAL_DAYS": 0}
    else:
        kept.keeps_partials = False
        services.publish_survey(survey=kept)
    publish(article, ("survey", {"survey": kept.pk}))
    html = client.get("/en/an-article/").content.decode()
    assert "partials" not in html
    assert "are kept for" not in html
    assert "partial" not in browser.post(reads=YES).fields
    assert not PartialResponse.objects.exists()


def test_step_by_step_to_the_end(browser, client, reader):
    client.cookies["cx_reader"] = reader.key.hex
    browser.post(reads=YES)
    stored = PartialResponse.objects.get()
    assert (stored.answers, stored.last_question) == ({"reads": YES}, "reads")
    assert (stored.reader, stored.language) == (reader, "en")
    assert browser.fields["partial"] == [str(stored.key)]
    browser.post(stars="4").post(name="Ana")
    stored.refresh_from_db()
    assert stored.answers == {"reads": YES, "stars": 4, "name": "Ana"}
    browser.post(more="")
    stored.refresh_from_db()
    assert (stored.sent, stored.answers) == (True, {})
    assert Response.objects.count() == 1
    assert PartialResponse.objects.count() == 1


def test_nobody_becomes_known_by_a_page(browser, client):
    browser.post(reads=YES)
    assert PartialResponse.objects.get().reader is None
    assert not client.cookies


def test_a_step_that_is_posted_twice_is_one_attempt(browser):
    first = dict(browser.fields)
    browser.post(reads=YES)
    browser.fields = first
    browser.post(reads=YES)
    assert PartialResponse.objects.count() == 1


def test_another_reader_with_the_same_answers_is_another_attempt(client, kept):
    for agent in ("one", "two"):
        client.defaults["HTTP_USER_AGENT"] = agent
        Browser(client, kept).post(reads=YES)
    assert PartialResponse.objects.count() == 2


def test_a_step_that_is_posted_again_later_does_not_go_back(browser):
    browser.post(reads=YES)
    delayed = dict(browser.fields)
    browser.post(stars="4").post(name="Ana")
    browser.fields = delayed
    browser.post(stars="1")
    assert PartialResponse.objects.get().answers["name"] == "Ana"


def test_going_back_and_errors_keep_the_key(browser):
    browser.post(reads=YES)
    key = browser.fields["partial"]
    browser.post()  # a required answer is missing
    assert browser.response.status_code == 400
    assert browser.fields["partial"] == key
    browser.post(stars="4").post(back=True)
    assert browser.fields["partial"] == key
    assert PartialResponse.objects.get().answers == {"reads": YES, "stars": 4}
    browser.post(stars="5")
    assert PartialResponse.objects.get().answers == {"reads": YES, "stars": 5}


@pytest.mark.parametrize("key", ["", "words", "1" * 5000, "\x00", OTHER])
def test_a_field_that_was_tampered_with_stops_no_reader(browser, key):
    browser.post(reads=YES)
    browser.fields |= {"partial": [key], "sequence": ["9" * 50]}
    assert browser.post(stars="4").asked == ["page2", "name"]
    browser.post().post()
    assert Response.objects.count() == 1


def test_an_ending_on_the_first_step_is_sent_at_once(browser):
    browser.post(reads=NO)
    assert Response.objects.count() == 1
    assert not PartialResponse.objects.exists()


def test_the_screen_of_the_editor_says_what_the_site_allows(admin_client, kept, settings):
    url = reverse("wagtailsnippets_cx_feedback_surveys_survey:edit", args=[kept.pk])
    assert "kept apart from the responses, for 30 days" in admin_client.get(url).content.decode()
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "SURVEYS_PARTIAL_DAYS": 0}
    assert "SURVEYS_PARTIAL_DAYS" in admin_client.get(url).content.decode()


def test_the_preview_keeps_nothing(admin_client, kept):
    url = reverse("wagtailsnippets_cx_feedback_surveys_survey:preview_on_edit", args=[kept.pk])
    html = admin_client.get(url).content.decode()
    assert not re.search(r"data-cx-partials|partials\.js", html)


def test_the_plain_fallback_of_the_script_sends_the_key(client, kept, leave):
    partial = leave()
    answers = {"answers.reads": YES, "answers.stars": "4", "partial": str(partial.key)}
    client.post(f"/feedback/surveys/{kept.pk}/", answers, **OWN)
    partial.refresh_from_db()
    assert partial.sent


def test_the_steps_of_an_editors_test_are_not_kept(browser, admin_client, kept):
    kept.tests_by_editors = True
    services.publish_survey(survey=kept)
    Browser(admin_client, kept).post(reads=YES)
    assert not PartialResponse.objects.exists()
    browser.post(reads=YES)
    assert PartialResponse.objects.count() == 1
