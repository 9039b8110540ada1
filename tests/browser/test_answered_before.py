"""A survey that each reader answers once says so before its form is filled in."""

import pytest
from playwright.sync_api import expect

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Survey
from tests.pages import make_survey, publish
from tests.surveys.conftest import stream

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAID = "You've already answered this. Thank you."


def test_who_answered_is_told_before_the_next_time(open_reader, article, client):
    survey = services.publish_survey(
        survey=Survey(title="Once", questions=stream(), one_per_reader=True, open_by_address=True)
    )
    publish(article, ("survey", {"survey": survey.pk}))
    html = client.get(article.url).content
    page = open_reader(True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(article.url)
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.get_by_text(SAID)).to_be_hidden()
    assert not [url for url in asked if "/api/" in url]
    page.get_by_label("Good").check()
    page.get_by_label("4", exact=True).check(force=True)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".cx-thanks.cx-shown")).to_be_visible()
    expect(page.get_by_text(SAID)).to_be_hidden()
    asked.clear()
    page.goto(article.url)
    expect(page.get_by_text(SAID)).to_be_visible()
    assert not [url for url in asked if "/api/" in url]
    assert client.get(article.url).content == html  # the same for every reader
    assert Response.objects.count() == 1


def test_who_answered_without_the_script_is_told_by_the_address_of_the_thanks(open_reader, article):
    survey = services.publish_survey(
        survey=Survey(title="Once", questions=stream(), one_per_reader=True)
    )
    publish(article, ("survey", {"survey": survey.pk}))
    page = open_reader(True)
    page.goto(f"{article.url}#cx-survey-{survey.pk}-thanks")
    page.goto("about:blank")
    page.goto(article.url)
    expect(page.get_by_text(SAID)).to_be_visible()


def test_where_readers_answer_as_often_as_they_like_nothing_is_said(open_reader, article):
    survey = make_survey()
    publish(article, ("survey", {"survey": survey.pk}))
    page = open_reader(True)
    page.goto(article.url)
    assert page.locator("[data-cx-once]").count() == 0
