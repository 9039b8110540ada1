"""A link in a mail to a question or a choice that was retired since says so."""

import re

import pytest

from cx_feedback.core.rooms.titles import get_offered_answers
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.models import Response, SurveyVersion
from tests.conftest import OWN
from tests.pages import squeeze
from tests.surveys.conftest import BAD, GOOD, change, stream

pytestmark = pytest.mark.django_db


def versioned_link(survey, question, value):
    """Return the address that a mail carries for an answer."""
    end = f"q={question}&v={value}&"
    return next(o.url for o in get_offered_answers() if o.url and end in o.url)


def link(survey, question, value):
    """Return the address in a mail of the time when links named no version."""
    return re.sub(r"version=\d+&", "", versioned_link(survey, question, value))


def said(html):
    """Return what the form says of the link's answer, "" for nothing."""
    found = re.search(r'<p class="cx-help" role="status">(.*?)</p>', html, re.S)
    return found[1] if found else ""


def send(client, html):
    """Send the form of the page as a browser without scripts does."""
    form = re.search(r"<form id=.*?</form>", html, re.S)[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    chosen = r'type="radio" name="([^"]+)" value="([^"]*)"[^>]* checked'
    fields |= dict(re.findall(chosen, form))
    return client.post(re.search(r'action="([^"]+)"', form)[1], fields, **OWN)


def test_an_answer_that_is_offered_is_chosen_without_a_word(client, survey):
    html = squeeze(client.get(link(survey, "q-choice", BAD)).content)
    assert said(html) == ""
    assert re.search(rf'value="{BAD}"[^>]* checked', html)
    assert send(client, html).status_code == 303
    assert Response.objects.get().answers == {"q-choice": BAD}


def test_a_retired_question_is_no_longer_asked(client, survey):
    url = link(survey, "q-scale", 5)
    change(survey, [q for q in stream() if q["id"] != "q-scale"])
    html = squeeze(client.get(url).content)
    assert said(html) == (
        "“How easy?” is no longer asked, so your answer “5 · Easy” was not saved."
    )
    assert 'name="answers.q-choice"' in html
    assert "q-scale" not in html
    assert " checked" not in html
    assert send(client, html).status_code == 400  # an answer is required, and none is chosen
    assert not Response.objects.exists()
    spanish = squeeze(client.get(f"{url}&lang=es").content)
    assert said(spanish).startswith("Ya no se hace la pregunta «How easy?»")


def test_a_scale_with_other_points_is_another_question(client, survey):
    url = link(survey, "q-scale", 5)
    raw = stream()
    raw[1]["value"]["high"] = 10
    change(survey, raw)
    html = squeeze(client.get(url).content)
    assert "“5 · Easy” was not saved" in said(html)
    assert " checked" not in html


def test_a_retired_choice_is_no_longer_an_answer(client, survey):
    url = link(survey, "q-choice", BAD)
    raw = stream()
    raw[0]["value"]["choices"][1] = {"type": "item", "id": "c-new", "value": "So so"}
    change(survey, raw)
    html = squeeze(client.get(url).content)
    assert said(html) == "“Bad” is no longer an answer to “How was it?”, so it was not saved."
    assert " checked" not in html
    assert BAD not in html
    assert send(client, html).status_code == 400
    assert not Response.objects.exists()


def test_a_choice_that_is_full_is_no_longer_an_answer(client, survey):
    url = link(survey, "q-choice", BAD)
    SurveyVersion.objects.filter(survey=survey).update(full=[["q-choice", BAD]])
    html = squeeze(client.get(url).content)
    assert said(html) == "“Bad” is no longer an answer to “How was it?”, so it was not saved."


def test_what_is_gone_is_escaped(client, survey):
    raw = stream()
    raw[1]["value"] |= {"label": "<b>How</b>?", "high_label": "<i>x</i>"}
    change(survey, raw)
    url = link(survey, "q-scale", 5)
    change(survey, [q for q in raw if q["id"] != "q-scale"])
    assert "“&lt;b&gt;How&lt;/b&gt;?”" in said(squeeze(client.get(url).content))
    assert "&lt;i&gt;x&lt;/i&gt;" in said(squeeze(client.get(url).content))


@pytest.mark.parametrize("query", ["", "q=never&v=1", "q=q-scale", "q=q-scale&v=99", "v=5"])
def test_what_never_was_an_answer_is_left_out(client, survey, query):
    html = squeeze(client.get(f"/feedback/surveys/{survey.pk}/ask/?{query}").content)
    assert said(html) == ""
    assert " checked" not in html


def test_a_retired_question_without_a_known_answer(client, survey):
    change(survey, [q for q in stream() if q["id"] != "q-scale"])
    html = squeeze(client.get(f"/feedback/surveys/{survey.pk}/ask/?q=q-scale&v=99").content)
    assert said(html) == "“How easy?” is no longer asked."


def test_nps_in_a_mail(client, locales):
    widget = services.publish_survey(survey=NPSWidget(title="Would you?", open_by_address=True))
    html = squeeze(client.get(link(widget, "score", 9)).content)
    assert said(html) == ""
    assert re.search(r'value="9"[^>]* checked', html)
    version = widget.versions.get(current=True)
    old = {**version.definition["questions"][0], "key": "before", "label": "Old?"}
    version.definition["retired"] = [old]
    version.digest = "f" * 32
    version.save()
    selectors.forget_live_survey(widget)
    url = link(widget, "score", 9).replace("q=score", "q=before")
    gone = squeeze(client.get(url).content)
    assert said(gone).startswith("“Old?” is no longer asked, so your answer “9")
    assert " checked" not in gone


def test_a_good_choice_beside_a_retired_one_stays(client, survey):
    url = link(survey, "q-choice", GOOD)
    raw = stream()
    raw[0]["value"]["choices"][1] = {"type": "item", "id": "c-new", "value": "So so"}
    change(survey, raw)
    html = squeeze(client.get(url).content)
    assert said(html) == ""
    assert re.search(rf'value="{GOOD}"[^>]* checked', html)


def test_an_answer_that_was_retired_since_is_given_in_its_version(client, survey):
    choice, scale = versioned_link(survey, "q-choice", BAD), versioned_link(survey, "q-scale", 5)
    raw = stream()
    raw[0]["value"]["choices"][1] = {"type": "item", "id": "c-new", "value": "So so"}
    raw[1]["value"]["high"] = 10
    change(survey, raw)
    for url, value in ((choice, BAD), (scale, "5")):
        html = squeeze(client.get(url).content)
        assert said(html) == ""
        assert re.search(rf'value="{value}"[^>]* checked', html)
        assert 'name="version" value="1"' in html
    assert send(client, squeeze(client.get(choice).content)).status_code == 303
    stored = Response.objects.get()
    assert (stored.answers, stored.version.number) == ({"q-choice": BAD}, 1)


def test_an_answer_that_is_still_offered_opens_todays_form(client, survey):
    url = versioned_link(survey, "q-choice", GOOD)
    change(survey, stream()[:1])
    html = squeeze(client.get(url).content)
    assert 'name="version" value="2"' in html
    assert re.search(rf'value="{GOOD}"[^>]* checked', html)


@pytest.mark.parametrize("version", ["9", "0", "x", "-1", "9" * 400])
def test_a_link_of_a_version_that_never_was(client, survey, version):
    url = f"/feedback/surveys/{survey.pk}/ask/?q=q-choice&v={BAD}&version={version}"
    html = squeeze(client.get(url).content)
    assert 'name="version" value="1"' in html
    assert re.search(rf'value="{BAD}"[^>]* checked', html)
