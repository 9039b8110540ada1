"""The editor's side of NPS, by HTTP: a widget extends a survey, so every way of writing counts."""

import re

import pytest
from wagtail.models import Locale

from cx_feedback.nps import services
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response, Survey

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/nps/"


def fields(**changed):
    return {
        "title": "Another",
        "question": "Would you recommend us?",
        "low_label": "No",
        "high_label": "Yes",
        "follow_up": "Why?",
        "promoter_next": "share",
        "passive_next": "",
        "detractor_next": "write",
        "placement": "inline",
        "seconds": "30",
        "scroll_percent": "60",
        "sample_percent": "100",
        "rest_answered": "90",
        "rest_later": "7",
        "rest_closed": "30",
        "thanks": "",
        "opens_at": "",
        "closes_at": "",
        "action-publish": "1",
        **changed,
    }


def test_a_widget_is_made_and_published_in_the_admin(admin_client):
    assert "How likely are you to recommend us" in admin_client.get(f"{LIST}add/").content.decode()
    assert admin_client.post(f"{LIST}add/", fields()).status_code == 302
    widget = NPSWidget.objects.get()
    assert (widget.kind, widget.live) == ("nps", True)
    services.submit_score(widget_id=widget.pk, score=10, reason="So")


def test_an_edit_is_what_readers_see_once_published(admin_client, widget):
    url = f"{LIST}edit/{widget.pk}/"
    draft = fields(question="Draft?")
    del draft["action-publish"]
    admin_client.post(url, draft)
    assert widget.versions.count() == 1
    admin_client.post(url, fields(question="Published?"))
    current = widget.versions.get(current=True)
    assert current.definition["questions"][0]["label"] == "Published?"


def test_a_copy_leaves_the_original_alone(admin_client, widget, scores):
    scores(9)
    form = admin_client.get(f"{LIST}copy/{widget.pk}/").content.decode()
    action = re.search(rf'action="({LIST}[^"]*)"\s+method="POST"', form)[1]
    assert admin_client.post(action, fields()).status_code == 302
    copy, original = NPSWidget.objects.order_by("-pk")
    assert (original.pk, original.title, copy.title) == (widget.pk, "Under articles", "Another")
    assert original.translation_key != copy.translation_key
    assert (original.responses.count(), copy.responses.count()) == (1, 0)


@pytest.mark.parametrize(
    "view", ["edit", "history", "usage", "delete", "results", "workflow_history"]
)
def test_every_screen_opens(admin_client, widget, view):
    assert admin_client.get(f"{LIST}{view}/{widget.pk}/").status_code == 200


def test_empty_results_of_a_widget_without_a_block_send_nobody_to_a_block(admin_client, widget):
    url = f"{LIST}results/{widget.pk}/"
    assert "add the block" in admin_client.get(url).content.decode()
    widget.shown_without_block = True
    surveys.publish_survey(survey=widget)
    html = admin_client.get(url).content.decode()
    assert "It appears by itself on the pages that match its settings." in html
    assert "add the block" not in html


def test_unpublish_and_delete(admin_client, widget, scores):
    scores(9)
    admin_client.post(f"{LIST}unpublish/{widget.pk}/")
    assert not Survey.objects.get().live
    admin_client.post(f"{LIST}delete/{widget.pk}/")
    assert not Survey.objects.exists()
    assert not Response.objects.exists()


def test_a_translation_is_made_in_the_admin(admin_client, widget):
    spanish = Locale.objects.create(language_code="es")
    url = f"/admin/translation/submit/snippet/cx_feedback_nps/npswidget/{widget.pk}/"
    admin_client.post(url, {"locales": [spanish.pk]})
    copy = NPSWidget.objects.get(locale=spanish)
    assert (copy.kind, copy.translation_key) == ("nps", widget.translation_key)
    assert NPSWidget.objects.get(pk=widget.pk).title == "Under articles"


@pytest.mark.parametrize(
    ("mode", "chosen"), [("", []), ("promoter", ["10"] * 2), ("detractor", ["3"] * 2)]
)
def test_the_live_preview_shows_what_is_being_written(admin_client, widget, mode, chosen):
    url = f"{LIST}preview/{widget.pk}/"
    sent = fields(question="Recommend?", detractor_thanks="Sorry.", placement="end")
    assert admin_client.post(url, sent).json() == {"is_valid": True, "is_available": True}
    html = admin_client.get(f"{url}?mode={mode}").content.decode()
    assert "Recommend?" in html
    assert "Sorry." in html
    inputs = re.findall(r"<input[^>]*type=\"radio\"[^>]*>", html)
    checked = [re.search(r"value=\"(\d+)\"", i)[1] for i in inputs if "checked" in i]
    assert checked == chosen  # before sending, and after
    assert ("cx-shown" in html) is bool(mode)
    assert ("cx-slide" in html) is (mode == "")
    assert widget.versions.count() == 1  # nothing is published by looking


def test_one_that_appears_by_itself_is_not_sent_for_a_block(admin_client, widget):
    url = f"{LIST}edit/{widget.pk}/"
    assert "It isn't on any page yet" in admin_client.get(url).content.decode()
    widget.shown_without_block = True
    surveys.publish_survey(survey=widget)
    html = admin_client.get(url).content.decode()
    assert "it appears automatically" in html
    assert "It isn't on any page yet" not in html
