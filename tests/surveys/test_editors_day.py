"""Wagtail's own tools on a survey, by the admin's addresses: workflow, schedule, lock, copies."""

import datetime
import re
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import (
    GroupApprovalTask,
    Locale,
    ReferenceIndex,
    Workflow,
    WorkflowContentType,
    WorkflowTask,
)
from wagtail.test.utils.form_data import nested_form_data, querydict_from_html

from cx_feedback.nps import services as nps
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.results.value_counts import count_values
from tests.pages import publish
from tests.surveys.conftest import GOOD, stream
from tests.surveys.test_editing import edited, form, keys, post

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/surveys/"


def renamed(words):
    raw = stream()
    raw[0]["value"]["label"] = words
    return raw


def label(survey):
    return selectors.get_published_definition(survey).questions[0].label


@pytest.fixture
def people(django_user_model):
    """An editor who may not publish, and a moderator who approves."""
    made = {}
    rights = ["access_admin", "add_survey", "change_survey"]
    for name, more in (("editor", []), ("moderator", ["publish_survey", "unlock_survey"])):
        user = django_user_model.objects.create_user(name, f"{name}@example.org", "x")
        user.user_permissions.set(Permission.objects.filter(codename__in=[*rights, *more]))
        made[name] = user
    group = Group.objects.create(name="Approvers")
    made["moderator"].groups.add(group)
    task = GroupApprovalTask.objects.create(name="Look at it")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="Two pairs of eyes")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    content_type = ContentType.objects.get_for_model(Survey, for_concrete_model=False)
    WorkflowContentType.objects.create(workflow=workflow, content_type=content_type)
    return made


def test_a_draft_stays_a_draft_until_it_is_published(admin_client, survey):
    post(admin_client, survey, renamed("Only a draft"))
    assert label(survey) == "How was it?"
    assert survey.versions.count() == 1
    post(admin_client, survey, renamed("Published"), **{"action-publish": "1"})
    assert label(survey) == "Published"
    assert survey.versions.count() == 2


def test_submitted_then_approved_freezes_a_version(client, survey, people):
    client.force_login(people["editor"])
    post(client, survey, renamed("By two"), **{"action-publish": "1"})
    assert label(survey) == "How was it?"
    post(client, survey, renamed("By two"), **{"action-submit": "1"})
    state = Survey.objects.get().current_workflow_task_state
    assert label(survey) == "How was it?"
    client.force_login(people["moderator"])
    url = f"{LIST}workflow/action/{survey.pk}/approve/{state.pk}/"
    assert client.post(url, {"comment": ""}).status_code == 302
    assert label(survey) == "By two"
    assert survey.versions.count() == 2


def test_a_schedule_publishes_a_version_and_ends(admin_client, survey, monkeypatch):
    soon = timezone.now() + datetime.timedelta(hours=1)
    html = admin_client.get(f"{LIST}edit/{survey.pk}/").content.decode()
    assert 'name="go_live_at"' in html
    assert 'name="expire_at"' in html
    when = timezone.localtime(soon).strftime("%Y-%m-%d %H:%M")
    later = timezone.localtime(soon + datetime.timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    more = {"go_live_at": when, "expire_at": later, "action-publish": "1"}
    post(admin_client, survey, renamed("On time"), **more)
    assert label(survey) == "How was it?"
    monkeypatch.setattr(timezone, "now", lambda: soon + datetime.timedelta(minutes=1))
    call_command("publish_scheduled")
    assert label(survey) == "On time"
    assert Survey.objects.get().live
    monkeypatch.setattr(timezone, "now", lambda: soon + datetime.timedelta(minutes=61))
    call_command("publish_scheduled")
    assert not Survey.objects.get().live


def test_a_locked_survey_is_not_edited_by_others(client, survey, people, admin_user):
    client.force_login(admin_user)
    url = f"{LIST}lock/{survey.pk}/"
    assert client.post(url, {"next": LIST}).status_code == 302
    assert Survey.objects.get().locked
    client.force_login(people["editor"])
    html = client.get(f"{LIST}edit/{survey.pk}/").content.decode()
    assert "locked" in html.lower()
    post(client, survey, renamed("Not by me"))
    assert Survey.objects.get().get_latest_revision_as_object().title == "Your visit"
    first = Survey.objects.get().get_latest_revision_as_object().questions[0]
    assert first.value["label"] == "How was it?"


@pytest.mark.parametrize("language", ["en", "es"])
def test_history_comparison_and_going_back(admin_client, survey, language):
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    first = survey.latest_revision
    post(admin_client, survey, renamed("Changed words"), **{"action-publish": "1"})
    last = Survey.objects.get().latest_revision
    assert admin_client.get(f"{LIST}history/{survey.pk}/").status_code == 200
    compare = f"{LIST}history/{survey.pk}/revisions/compare/{first.pk}...{last.pk}/"
    html = admin_client.get(compare).content.decode()
    assert '<span class="deletion">How was it?</span>' in html
    assert '<span class="addition">Changed words</span>' in html
    url = f"{LIST}history/{survey.pk}/revisions/{first.pk}/revert/"
    response = post(admin_client, survey, stream(), url=url, **{"action-publish": "1"})
    assert response.status_code == 302
    assert label(survey) == "How was it?"
    preview = f"{LIST}history/{survey.pk}/revisions/{first.pk}/view/"
    assert "How was it?" in admin_client.get(preview).content.decode()


def test_conditions_and_quotas_are_compared_in_words(admin_client, survey):
    first = survey.latest_revision
    raw = stream()
    rules = [
        {"question": "q-choice", "operator": "one_of", "value": [GOOD, "c-gone"]},
        {"question": "q-scale", "operator": "answered", "value": ""},
    ]
    raw[2]["value"]["show_if"] = {"match": "any", "rules": rules}
    survey.questions = survey.questions.stream_block.to_python(raw)
    survey.quotas = [{"question": "q-choice", "value": GOOD, "limit": 50}]
    last = services.publish_survey(survey=survey).latest_revision
    url = f"{LIST}history/{survey.pk}/revisions/compare/{first.pk}...{last.pk}/"
    html = unescape(strip_tags(admin_client.get(url).content.decode()))
    assert "any of them: “How was it?” is one of “Good”, “c-gone”; “How easy?” was" in html
    assert "“How was it?” is “Good”: at most 50" in html
    assert "'rules'" not in html
    assert not re.search(r"Show only if\s+{}", html)


def test_a_copy_shares_no_answers(admin_client, survey, answer):
    answer()
    url = f"{LIST}copy/{survey.pk}/"
    html = admin_client.get(url).content.decode()
    data = querydict_from_html(html, form_id="w-editor-form")
    for name in [name for name in data if name.startswith("questions-")]:
        del data[name]
    data.update(nested_form_data({"questions": form(edited())}))
    data.update({"title": "The copy", "action-publish": "1"})
    assert admin_client.post(f"{LIST}add/", data).status_code == 302
    copy = Survey.objects.get(title="The copy")
    assert copy.translation_key != survey.translation_key
    assert keys(copy) == keys(survey)
    assert not count_values(survey_ids=selectors.get_family_ids(copy))
    services.submit_response(survey_id=copy.pk, answers={"q-choice": GOOD})
    for one in (survey, copy):
        assert count_values(survey_ids=selectors.get_family_ids(one))["", "q-choice", GOOD] == 1


def translate(client, thing, locale):
    opts = thing._meta
    url = reverse(
        "simple_translation:submit_snippet_translation",
        args=[opts.app_label, opts.model_name, thing.pk],
    )
    assert client.get(url).status_code == 200
    response = client.post(url, {"locales": [locale.pk]})
    assert response.status_code == 302
    return thing.get_translation(locale)


def test_simple_translation_adds_up(admin_client, survey, answer):
    spanish = Locale.objects.create(language_code="es")
    copy = translate(admin_client, survey, spanish)
    raw = renamed("¿Qué tal?")
    raw[0]["value"]["choices"][0]["value"] = "Bien"
    post(admin_client, copy, raw, title="Tu visita", **{"action-publish": "1"})
    assert keys(copy) == keys(survey)
    assert label(copy) == "¿Qué tal?"
    answer()
    services.submit_response(survey_id=copy.pk, answers={"q-choice": GOOD}, language="es")
    for one in (survey, copy):
        assert count_values(survey_ids=selectors.get_family_ids(one))["", "q-choice", GOOD] == 2


def test_simple_translation_of_an_nps_widget_adds_up(admin_client, db):
    Locale.objects.get_or_create(language_code="en")
    widget = services.publish_survey(survey=NPSWidget(title="NPS"))
    copy = translate(admin_client, widget, Locale.objects.create(language_code="es"))
    copy.question = "¿Nos recomendarías?"
    copy = services.publish_survey(survey=copy)
    assert keys(copy) == keys(widget)
    nps.submit_score(widget_id=widget.pk, score=9)
    nps.submit_score(widget_id=copy.pk, score=9)
    for one in (widget, copy):
        assert count_values(survey_ids=selectors.get_family_ids(one))["", "score", "9"] == 2


def test_used_on_these_pages(admin_client, survey, article):
    publish(article, ("survey", {"survey": survey.pk}))
    assert ReferenceIndex.get_references_to(survey).count() == 1
    assert "An article" in admin_client.get(f"{LIST}usage/{survey.pk}/").content.decode()
    html = admin_client.get(f"{LIST}edit/{survey.pk}/").content.decode()
    assert f"{LIST}usage/{survey.pk}/" in html


@pytest.mark.parametrize(
    "url", ["delete/{}/", "/admin/bulk/cx_feedback_surveys/survey/delete/?id={}"]
)
def test_deleting_says_what_goes_with_it(admin_client, survey, answer, url):
    url = url.format(survey.pk)
    url = url if url.startswith("/") else LIST + url
    assert "be undone" not in admin_client.get(url).content.decode()
    for _n in range(3):
        answer()
    html = admin_client.get(url).content.decode()
    assert "3 answers will be deleted too. This can&#x27;t be undone." in html
    assert Survey.objects.exists()
    assert admin_client.post(url).status_code == 302
    assert not Survey.objects.exists()
