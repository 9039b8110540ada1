"""The editor's side, by HTTP."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cx_feedback.nps import services as nps
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.blocks import SurveyBlock
from cx_feedback.surveys.editing.survey_list import annotate_answers
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.surveys.conftest import BAD, GOOD, change, stream

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/surveys/"


def page(client, url, status=200):
    response = client.get(url, follow=status == 404)  # Django asks /en/… before it gives up
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def editor(client, django_user_model):
    user = django_user_model.objects.create_user("e", "e@example.org", "x")
    for codename in ("access_admin", "view_survey"):
        user.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(user)
    return user


def test_one_menu_leads_to_surveys(admin_client, survey):
    html = page(admin_client, "/admin/")
    assert "Feedback" in html
    assert LIST in html
    assert "/admin/cx-feedback/nps/" in html


def test_the_list_says_status_and_answers(admin_client, survey, answer):
    Survey.objects.create(title="A draft", live=False).save_revision()
    services.publish_survey(survey=NPSWidget(title="No survey of this list"))
    answer()
    html = page(admin_client, LIST)
    assert "No survey of this list" not in html
    assert re.search(rf'results/{survey.pk}/">\s*&lt; 5', html)
    assert "live" in html
    assert "draft" in html
    assert "No survey of this list" in page(admin_client, "/admin/cx-feedback/nps/")


def test_answers_are_counted_in_one_query(survey, answer, django_assert_num_queries):
    other = services.publish_survey(survey=Survey(title="Other", questions=stream()))
    answer()
    answer()
    fold_responses()
    answer()
    with django_assert_num_queries(1):
        counted = {s.pk: s.answered for s in annotate_answers(Survey.objects.all())}
    assert counted == {survey.pk: 3, other.pk: 0}


def test_a_survey_is_made_and_published_in_the_admin(admin_client):
    questions = streamfield(
        [
            ("choice", {"label": "Was it?", "help": "", "choices": _list("Yes", "No")}),
            ("scale", _scale(1, 5)),
        ]
    )
    data = nested_form_data({"title": "New", "intro": "", "thanks": "", "questions": questions})
    data |= {"opens_at": "", "closes_at": "", "action-publish": "1"}
    response = admin_client.post(f"{LIST}add/", data)
    assert response.status_code == 302, response.context["form"].errors
    survey = Survey.objects.get()
    version = survey.versions.get()
    assert [q["label"] for q in version.definition["questions"]] == ["Was it?", "How?"]
    keys = [q["key"] for q in version.definition["questions"]]
    assert keys == [block.id for block in survey.questions]
    services.submit_response(survey_id=survey.pk, answers={keys[1]: 5})


def _scale(low, high):
    return {
        "label": "How?",
        "help": "",
        "low": low,
        "high": high,
        "low_label": "",
        "high_label": "",
    }


def _list(*labels):
    return {
        "count": str(len(labels)),
        **{
            str(n): {"value": label, "deleted": "", "order": str(n), "type": "item", "id": ""}
            for n, label in enumerate(labels)
        },
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"questions": streamfield([("scale", _scale(1, 11))])},
        {"questions": streamfield([("choice", {"label": "L", "help": "", "choices": _list("a")})])},
        {"title": ""},
        {"opens_at": "2026-02-01 10:00", "closes_at": "2026-01-01 10:00"},
    ],
)
def test_a_wrong_survey_is_not_saved(admin_client, wrong):
    data = {"title": "New", "intro": "", "thanks": "", "opens_at": "", "closes_at": ""}
    data = nested_form_data({**data, "questions": streamfield([]), **wrong})
    response = admin_client.post(f"{LIST}add/", {**data, "action-publish": "1"})
    assert response.status_code == 200
    assert not Survey.objects.exists()


def test_edit_preview_usage_and_results_are_linked(admin_client, survey, article):
    article.body = [("survey", {"survey": survey})]
    article.save_revision().publish()
    html = page(admin_client, f"{LIST}edit/{survey.pk}/")
    assert f"{LIST}results/{survey.pk}/" in html
    assert "An article" in page(admin_client, f"{LIST}usage/{survey.pk}/")
    assert "How was it?" in survey.make_preview_request(None, "").rendered_content


def test_results_with_pictures(admin_client, survey, answer, article):
    for number in range(6):
        answer(
            BAD if number == 0 else GOOD,
            more={"q-scale": 4, "q-text": "<b>Words</b>"},
            page_id=article.pk,
        )
    html = page(admin_client, f"{LIST}results/{survey.pk}/")
    assert html.count("<svg") >= 2
    assert "Good" in html
    assert "Mean: 4.00 (95% interval 2.54 to 4.5" in html
    assert "Low confidence: only 6 answers." in html
    html = page(admin_client, f"{LIST}results/{survey.pk}/texts/")
    assert "&lt;b&gt;Words&lt;/b&gt;" in html
    assert reverse("wagtailadmin_pages:edit", args=[article.pk]) in html
    change(survey, stream()[1:])
    assert "no longer asked" in page(admin_client, f"{LIST}results/{survey.pk}/")


def test_results_say_that_translations_add_up(admin_client, survey, answer):
    answer()
    words = "Answers to all its translations are counted together here."
    assert words not in page(admin_client, f"{LIST}results/{survey.pk}/")
    survey.copy_for_translation(Locale.objects.create(language_code="es")).save()
    assert words in page(admin_client, f"{LIST}results/{survey.pk}/")


def test_few_answers_are_hidden(admin_client, survey, answer):
    for _ in range(4):
        answer(more={"q-scale": 4})
    html = page(admin_client, f"{LIST}results/{survey.pk}/")
    assert "cx-chart" not in html
    assert "Mean" not in html
    assert "Figures are shown from 5 answers on" in html


def test_an_empty_result_says_what_to_do(admin_client, survey):
    assert "add the block “Survey”" in page(admin_client, f"{LIST}results/{survey.pk}/")
    survey.unpublish()
    assert "Publish it" in page(admin_client, f"{LIST}results/{survey.pk}/")
    page(admin_client, f"{LIST}results/999/", 404)


def test_the_right_to_see_results(client, survey, editor):
    url = f"{LIST}results/{survey.pk}/"
    assert url not in page(client, LIST)
    assert client.get(url).status_code in (302, 403)
    editor.user_permissions.add(Permission.objects.get(codename="view_results"))
    assert url in page(client, LIST)
    page(client, url)


def test_the_chooser_offers_surveys_only(admin_client, survey):
    services.publish_survey(survey=NPSWidget(title="No survey"))
    viewset = Survey.snippet_viewset.chooser_viewset
    html = page(admin_client, reverse(viewset.get_url_name("choose_results")))
    assert "Your visit" in html
    assert "No survey" not in html


def test_the_block_picker_shows_a_sample(rf):
    block = SurveyBlock()
    context = block.get_preview_context(block.get_preview_value())
    assert block.is_previewable
    assert context["fields"][0].question.label == "Was this article useful?"


@pytest.mark.parametrize("answers", [0, 3, 40])
def test_nps_dashboard(admin_client, answers):
    widget = services.publish_survey(survey=NPSWidget(title="NPS here"))
    for number in range(answers):
        nps.submit_score(widget_id=widget.pk, score=number % 11, reason="Why & so")
    html = page(admin_client, f"/admin/cx-feedback/nps/results/{widget.pk}/?span=month")
    assert ("Nobody has answered yet" in html) == (answers == 0)
    assert ("Results are shown from 5" in html) == (answers == 3)
    assert ("Low confidence" in html) == (answers == 3)
    assert ("Shares with their 95" in html) == (answers == 40)
    assert ("Why &amp; so" in html) == (answers > 0)
