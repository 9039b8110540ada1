"""Wagtail saves drafts by itself while somebody writes: the first time it creates."""

import pytest
from wagtail import VERSION

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
