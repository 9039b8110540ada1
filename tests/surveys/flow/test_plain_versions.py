"""A form without JavaScript goes on in the version that it began in."""

import re

import pytest
from django.core.cache import cache

from cx_feedback.surveys.models import Response, Survey
from tests.conftest import OWN
from tests.surveys.conftest import change
from tests.surveys.flow.conftest import NO, YES, block, flow, rules
from tests.surveys.flow.test_plain import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, flowing):
    found = Browser(client, flowing)
    found.fields["version"] = ["1"]
    return found


def edited():
    """The flow without its scale and its text, with a required question and other conditions."""
    raw = [one for one in flow() if one["id"] not in ("stars", "why", "fans", "page3")]
    raw[1]["value"]["show_if"] = rules(("reads", "is", YES))
    return [block("text", "first", "First?", required=True), *raw]


def words_of(html):
    return re.findall(r"<textarea[^>]*>\s*([^<]*?)</textarea>", html)


def test_the_page_says_its_version(client, article, flowing):
    article.body = [("survey", {"survey": flowing})]
    article.save_revision().publish()
    html = client.get("/en/an-article/").content.decode()
    assert '<input type="hidden" name="version" value="1" data-cx-type="number">' in html
    change(flowing, edited())
    cache.clear()
    assert 'name="version" value="2"' in client.get("/en/an-article/").content.decode()


@pytest.mark.parametrize("at", range(5))
def test_an_edit_between_any_two_steps(browser, flowing, at):
    steps = [{"reads": YES}, {"stars": "2"}, {"why": "Too long"}, {"name": "Ana"}, {"more": "No"}]
    asked = [["stars"], ["why"], ["page2", "name"], ["page3", "more"]]
    for number, answers in enumerate(steps):
        if number == at:
            change(flowing, edited())
        browser.post(**answers)
        is_last = number == len(steps) - 1
        assert browser.response.status_code == (303 if is_last else 200)
        if number < 4:
            assert browser.asked == asked[number]
            assert browser.fields["version"] == ["1"]
    stored = Response.objects.get()
    assert stored.version.number == 1
    assert stored.answers == {
        "reads": YES, "stars": 2, "why": "Too long", "name": "Ana", "more": "No"
    }  # fmt: skip


def test_back_steps_and_piped_words_are_those_of_the_version(browser, flowing):
    browser.post(reads=YES).post(stars="2")
    change(flowing, edited())
    assert browser.post(back=True).asked == ["stars"]
    assert browser.post(stars="1").asked == ["why"]
    assert "Why only 1?" in browser.html


def test_an_error_is_one_of_the_version(browser, flowing):
    change(flowing, edited())
    assert browser.post(reads=YES).post(stars="11").response.status_code == 400
    assert browser.asked == ["stars"]
    assert browser.fields["version"] == ["1"]
    assert browser.post(stars="5").asked == ["page2", "name"]


def test_a_form_without_a_version_goes_on_in_the_newest_that_fits(browser, flowing):
    del browser.fields["version"]
    change(flowing, edited())
    assert browser.post(reads=YES).asked == ["stars"]
    assert browser.fields["version"] == ["1"]


def test_a_survey_that_closed_meanwhile_shows_the_version_with_all_words(browser, flowing):
    browser.post(reads=YES).post(stars="2").post(why="My own words")
    change(flowing, edited())
    Survey.objects.update(closes_at="2020-01-01T00:00Z")
    cache.clear()
    assert browser.post(name="Ana").response.status_code == 410
    assert words_of(browser.html) == ["My own words", "Ana"]


@pytest.mark.parametrize("version", ["3", "0", "x", "-1", "9" * 400, "²"])
def test_a_version_that_never_was_gives_the_words_back(browser, flowing, version):
    change(flowing, edited())
    browser.fields |= {"version": [version], "step": ["3"]}
    browser.post(reads=NO, why="My own words", name="Ana")
    assert browser.response.status_code == 400
    assert "There is no such version." in browser.html
    assert "My own words" in browser.html
    assert "Ana" in browser.html
    assert not Response.objects.exists()
    # What is still asked can be corrected and sent again.
    assert browser.fields["version"] == ["2"]
    browser.post(first="Words").post()
    assert Response.objects.get().version.number == 2


def test_a_whole_form_of_a_version_that_never_was(client, survey):
    data = {"version": "7", "answers.q-text": "My words", "answers.gone": "Others"}
    response = client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN)
    html = response.content.decode()
    assert response.status_code == 400
    assert words_of(html) == ["My words", "Others"]
    assert 'name="version" value="1"' in html


def test_a_whole_form_of_an_earlier_version(client, survey):
    change(survey, survey.questions.raw_data[1:])
    data = {"version": "1", "answers.q-choice": "c-good", "answers.q-text": "My words"}
    assert client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN).status_code == 303
    data = {"answers.q-choice": "c-bad"}
    assert client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN).status_code == 303
    assert [r.version.number for r in Response.objects.all()] == [1, 1]
    assert [r.answers["q-choice"] for r in Response.objects.order_by("pk")] == ["c-good", "c-bad"]
