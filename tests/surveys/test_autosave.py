"""Wagtail saves drafts by itself while somebody writes: the first time it creates."""

import pytest
from wagtail import VERSION
from wagtail.test.utils.form_data import querydict_from_html

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Survey

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(VERSION < (8, 0), reason="Wagtail saves by itself from 8.0 on"),
]


def fields(title):
    empty = {"questions-count": "0", "quotas-count": "0"}
    return {"title": title, "intro": "", "thanks": "", "comments-TOTAL_FORMS": "0", **empty}


def test_it_creates_one_survey_and_goes_on_with_it(admin_client, home):
    def save(url, title):
        return admin_client.post(url, fields(title), headers={"Accept": "application/json"})

    made = save("/admin/cx-feedback/surveys/add/", "Vis").json()
    assert made["success"], made
    assert admin_client.get(made["hydrate_url"]).status_code == 200
    again = save(made["url"], "Visitors").json()
    assert again["success"], again
    survey = Survey.objects.get()
    assert survey.latest_revision.as_object().title == "Visitors"
    assert not survey.live


@pytest.fixture
def form(admin_client, home):
    """Return the address of a survey's form and what the form posts when it was just opened."""
    survey = services.publish_survey(survey=Survey(title="Visits"))
    url = f"/admin/cx-feedback/surveys/edit/{survey.pk}/"
    html = admin_client.get(url).content.decode()
    shown = querydict_from_html(html, form_id="w-editor-form")
    return url, {**shown.dict(), **fields("Visits")}


def autosave(client, url, form, **values):
    """Save as Wagtail's script does; return the form as the script leaves it."""
    saved = client.post(url, {**form, **values}, headers={"Accept": "application/json"})
    assert saved.json()["success"], saved.json()
    return {**form, **values, **saved.json()["field_updates"]}


def test_an_editor_publishes_what_was_saved_by_itself(admin_client, form):
    url, opened = form
    left = autosave(admin_client, url, opened, title="Visitors")
    left |= {"title": "Visitors and guests", "action-publish": "1"}
    assert admin_client.post(url, left).status_code == 302
    assert Survey.objects.get().title == "Visitors and guests"


def test_an_editor_publishes_while_it_is_being_saved_by_itself(admin_client, form):
    url, opened = form
    autosave(admin_client, url, opened, title="Visitors")
    late = {**opened, "title": "Visitors", "action-publish": "1"}
    assert admin_client.post(url, late).status_code == 302
    assert Survey.objects.get().title == "Visitors"


def test_what_somebody_else_saved_by_itself_is_a_conflict(admin_client, form):
    url, opened = form
    autosave(admin_client, url, opened, title="Theirs")
    late = {**opened, "title": "Mine", "action-publish": "1"}
    assert admin_client.post(url, late).status_code == 409
    assert Survey.objects.get().title == "Visits"
