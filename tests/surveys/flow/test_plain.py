"""A survey of several pages without JavaScript, post by post."""

import re
from html import unescape

import pytest
from django.core.cache import cache

from cx_feedback.readers.models import Reader
from cx_feedback.surveys.models import Response, Start, Survey
from tests.conftest import OWN
from tests.surveys.flow.conftest import NO, YES, block, choice, rules, survey_of

pytestmark = pytest.mark.django_db


class Browser:
    """Fills in the one form of a page and posts what it holds, as a browser would."""

    def __init__(self, client, survey):
        self.client, self.url = client, f"/feedback/surveys/{survey.pk}/"
        self.fields, self.response = {"step": ["0"]}, None

    def post(self, back=False, **answers):
        data = {**self.fields, **{f"answers.{key}": value for key, value in answers.items()}}
        self.response = self.client.post(self.url, data | ({"back": "1"} if back else {}), **OWN)
        self.html = self.response.content.decode()
        self.fields = {}
        for field in re.findall(r"<input[^>]*>", self.html):
            name, value = (re.search(rf' {a}="([^"]*)"', field) for a in ("name", "value"))
            if name and ("hidden" in field or " checked" in field):
                self.fields.setdefault(name[1], []).append(unescape(value[1]))
        for name, value in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?([^<]*)', self.html):
            self.fields[name] = [unescape(value)]
        return self

    @property
    def asked(self):
        return re.findall(r'data-cx-q="([^"]*)"', self.html)


@pytest.fixture
def browser(client, flowing):
    return Browser(client, flowing)


def test_the_page_holds_the_first_step_and_the_rest_in_a_template(client, article, flowing):
    article.body = [("survey", {"survey": flowing})]
    article.save_revision().publish()
    html = client.get("/en/an-article/").content.decode()
    form, rest = html[: html.index("<template>")], html[html.index("<template>") :]
    assert re.findall(r'data-cx-q="([^"]*)"', form) == ["reads"]
    assert re.findall(r'data-cx-q="([^"]*)"', rest)[:3] == ["stranger", "stars", "why"]
    assert 'name="step" value="0"' in form
    assert "Page 1 of 3" in form
    assert '<script type="application/json">' in rest
    assert "begun" not in html
    client.cookies["cx_reader"] = Reader.objects.create().key.hex
    assert client.get("/en/an-article/").content.decode() == html


def test_step_by_step_to_the_end(browser):
    assert browser.post(reads=YES).asked == ["stars"]
    assert not Response.objects.exists()
    assert browser.fields["answers.reads"] == [YES]
    assert browser.post(stars="2").asked == ["why"]
    assert "Why only 2?" in browser.html
    assert browser.post(why="Too long").asked == ["page2", "name"]
    assert "Page 2 of 3" in browser.html
    assert browser.post(name="<b>Ana</b>").asked == ["page3", "more"]
    assert "Anything else, &lt;b&gt;Ana&lt;/b&gt;?" in browser.html
    assert browser.post(more="No").response.status_code == 303
    assert Response.objects.get().answers == {
        "reads": YES, "stars": 2, "why": "Too long", "name": "<b>Ana</b>", "more": "No"
    }  # fmt: skip
    assert Start.objects.count() == 1


def test_a_condition_that_does_not_hold_skips_its_question(browser):
    assert browser.post(reads=YES).post(stars="4").asked == ["page2", "name"]
    browser.post(name="").post(more="")
    assert Response.objects.get().answers == {"reads": YES, "stars": 4}


def test_an_early_ending_has_its_own_thanks(client, article, flowing):
    browser = Browser(client, flowing)
    browser.fields["page"] = [article.pk]
    response = browser.post(reads=NO).response
    assert response.status_code == 303
    assert response["Location"].endswith(f"#cx-survey-{flowing.pk}-thanks-stranger")
    assert Response.objects.get().answers == {"reads": NO}
    article.body = [("survey", {"survey": flowing})]
    article.save_revision().publish()
    html = client.get("/en/an-article/").content.decode()
    found = html.split(f'id="cx-survey-{flowing.pk}-thanks-stranger"')[1]
    assert "<p>Then come and see.</p>" in found[:80]


def test_an_ending_leads_to_its_address(browser):
    response = browser.post(reads=YES).post(stars="5").post(name="A").post(more="").response
    assert (response.status_code, response["Location"]) == (303, "https://example.org/fans")


def test_an_ending_leads_to_a_page_as_long_as_it_is_there(client, home, article):
    ends = block(
        "ending", "end", "Readers", page=article.pk, url="", show_if=rules(("a", "is", YES))
    )
    survey = survey_of([choice("a", "A?"), ends])
    for live, path in ((True, "/en/an-article/"), (False, f"/feedback/surveys/{survey.pk}/ask/")):
        if not live:
            article.unpublish()
        response = client.post(f"/feedback/surveys/{survey.pk}/", {"answers.a": YES}, **OWN)
        assert response.status_code == 303
        assert response["Location"].partition("?")[0] == path


def test_nobody_else_says_where_to_go(client, flowing):
    evil = "https://evil.example/"
    browser = Browser(client, flowing)
    browser.fields.update({"url": [evil], "next": [evil], "page": [""]})
    response = browser.post(reads=NO, url="", ending=evil).response
    assert response.status_code == 400  # "ending" is no question
    browser.fields = {"step": ["0"], "url": [evil], "next": [evil]}
    response = browser.post(reads=NO).response
    assert response.status_code == 303
    assert response["Location"].startswith(f"/feedback/surveys/{flowing.pk}/ask/?")
    assert "evil" not in response["Location"]


def test_back_and_forth_keeps_everything(browser):
    browser.post(reads=YES).post(stars="2").post(why="Too long")
    assert browser.post(back=True, name="Ana").asked == ["why"]
    assert "Too long" in browser.html
    assert browser.fields["answers.name"] == ["Ana"]
    assert browser.post(back=True).asked == ["stars"]
    # Not asked any more: the answer that was given meanwhile is dropped, not refused.
    assert browser.post(stars="5").asked == ["page2", "name"]
    assert "Ana" in browser.html
    browser.post().post(more="")
    assert Response.objects.get().answers == {"reads": YES, "stars": 5, "name": "Ana"}


def test_back_from_a_wrong_answer(browser):
    assert browser.post(reads=YES).post(back=True, stars="99").asked == ["reads"]
    assert browser.fields["answers.reads"] == [YES]


def test_an_error_is_on_its_page_and_gives_everything_back(browser):
    assert browser.post().response.status_code == 400
    assert browser.asked == ["reads"]
    assert "Please answer this question." in browser.html
    assert browser.post(reads=YES).post(stars="11").response.status_code == 400
    assert browser.asked == ["stars"]
    assert browser.fields["answers.reads"] == [YES]
    assert Start.objects.count() == 1


def test_what_was_tampered_with_is_found_at_the_end(browser):
    browser.post(reads=YES).post(stars="4").post(name="Ana")
    browser.fields["answers.stars"] = ["77"]
    assert browser.post(more="Words").response.status_code == 400
    assert browser.asked == ["stars"]
    assert browser.fields["answers.more"] == ["Words"]
    assert not Response.objects.exists()
    browser.fields["step"] = ["99"]
    assert browser.post(stars="4").response.status_code == 303
    assert Response.objects.count() == 1


def test_a_survey_that_closed_meanwhile_gives_all_words_back(browser):
    browser.post(reads=YES).post(stars="2").post(why="My own words").post(name="Ana")
    Survey.objects.update(closes_at="2020-01-01T00:00Z")
    cache.clear()
    assert browser.post(more="And these").response.status_code == 410
    assert "no longer accepts answers" in browser.html
    for words in ("My own words", "Ana", "And these"):
        assert re.search(rf"<textarea[^>]*>\s*{words}</textarea>", browser.html)


def test_a_form_that_is_sent_as_a_whole(client, flowing):
    data = {
        "answers.reads": YES,
        "answers.stars": "4",
        "answers.why": "hidden",
        "answers.more": "x",
    }
    assert client.post(f"/feedback/surveys/{flowing.pk}/", data, **OWN).status_code == 303
    assert Response.objects.get().answers == {"reads": YES, "stars": 4, "more": "x"}
    data["answers.stars"] = "9"
    response = client.post(f"/feedback/surveys/{flowing.pk}/", data, **OWN)
    assert response.status_code == 400
    assert "from 1 to 5" in response.content.decode()


@pytest.mark.parametrize("step", ["x", "-1", "²", "9" * 400, ""])
def test_odd_steps(client, flowing, step):
    response = client.post(f"/feedback/surveys/{flowing.pk}/", {"step": step}, **OWN)
    assert response.status_code == 400
    assert not Response.objects.exists()
