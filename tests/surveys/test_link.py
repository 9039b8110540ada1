"""The editor's screen with the link to a survey, and its QR code."""

import re
import xml.etree.ElementTree as ET

import pytest
import segno

from cx_feedback.surveys import services
from cx_feedback.surveys.editing import link_views
from tests.conftest import OWN
from tests.pages import make_widget
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/surveys/"


@pytest.fixture
def survey(draft):
    draft.open_by_address, draft.hidden_fields = False, "source"
    return services.publish_survey(survey=draft)


def link_of(response):
    return response.context["link"]


def test_the_link_opens_the_form_with_its_hidden_fields(admin_client, client, survey):
    page = admin_client.get(f"{LIST}link/{survey.pk}/", {"source": "print & radio"})
    link = link_of(page)
    assert link.startswith(f"http://testserver/feedback/surveys/{survey.pk}/ask/?key=")
    html = client.get(link).content.decode()
    assert 'name="hidden.source" value="print &amp; radio"' in html
    without_key = re.sub(r"key=[^&]*&?", "", link)
    assert client.get(without_key).status_code == 404
    assert (
        f"{LIST}link/{survey.pk}/" in admin_client.get(f"{LIST}edit/{survey.pk}/").content.decode()
    )


def test_a_survey_open_by_its_address_needs_no_key(admin_client, survey):
    survey.open_by_address = True
    services.publish_survey(survey=survey)
    page = admin_client.get(f"{LIST}link/{survey.pk}/")
    assert link_of(page) == f"http://testserver/feedback/surveys/{survey.pk}/ask/"


def test_a_draft_has_a_link_that_says_what_readers_see(admin_client, draft):
    draft.live = False
    draft.save()
    page = admin_client.get(f"{LIST}link/{draft.pk}/")
    assert "Readers see nothing at this address until you publish." in page.content.decode()


def test_the_qr_code_is_that_of_the_link(admin_client, survey, monkeypatch):
    drawn = []
    make = link_views.make_qr_code
    monkeypatch.setattr(link_views, "make_qr_code", lambda url: drawn.append(url) or make(url))
    page = admin_client.get(f"{LIST}link/{survey.pk}/?source=print")
    for label, url in page.context["downloads"]:
        file = admin_client.get(url)
        assert file["Content-Disposition"].endswith(f'.{label.lower()}"')
        if label == "PNG":
            assert file.content.startswith(b"\x89PNG")
        else:
            assert ET.fromstring(file.content).tag.endswith("svg")
    assert set(drawn) == {link_of(page)}
    unknown = admin_client.get(f"{LIST}link/{survey.pk}/qr/?format=pdf", follow=True)
    assert unknown.status_code == 404
    assert make("x").matrix == segno.make_qr("x", error="m").matrix


def test_an_nps_widget_has_one_too(admin_client, client):
    widget = make_widget()
    link = link_of(admin_client.get(f"/admin/cx-feedback/nps/link/{widget.pk}/"))
    assert client.get(link).status_code == 200
    assert admin_client.get(f"{LIST}link/{widget.pk}/", follow=True).status_code == 404


def test_a_form_without_a_page_ends_with_the_thanks_of_the_survey(client, survey):
    survey.open_by_address, survey.thanks = True, "See you on Friday."
    services.publish_survey(survey=survey)
    sent = client.post(
        f"/feedback/surveys/{survey.pk}/", {"answers.q-choice": GOOD, "lang": "en"}, **OWN
    )
    assert sent.status_code == 303
    path, _hash, anchor = sent["Location"].partition("#")
    html = client.get(path).content.decode()
    thanks = re.search(rf'<div class="cx-thanks" id="{anchor}".*?</div>', html, re.S)
    assert "See you on Friday." in thanks[0]
