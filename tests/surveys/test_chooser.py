"""The chooser of surveys and NPS widgets, and what a page's form says of the chosen one."""

import datetime
import json

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.forms.models import registry

from cx_feedback.nps.blocks import NPSBlock
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.blocks import SurveyBlock
from cx_feedback.surveys.models import Survey
from tests.pages import publish
from tests.surveys.questions.asking import raw

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
NOTHING = "draft: readers see nothing"


def choose(admin_client, model=Survey, view="choose_results", **query):
    name = model.snippet_viewset.chooser_viewset.get_url_name(view)
    return admin_client.get(reverse(name), query)


def found(response):
    return [item.title for item in response.context["results"]]


def make(title, *, live=True, model=Survey, **fields):
    asked = {"questions": [raw("scale")]} if model is Survey else {}
    survey = services.publish_survey(survey=model(title=title, **asked, **fields))
    if not live:
        survey.unpublish()
    return survey


def test_live_ones_come_first_then_the_newest(admin_client):
    make("Old draft", live=False)
    make("Old")
    make("Over", closes_at=timezone.now() - DAY)
    make("Soon", opens_at=timezone.now() + DAY)
    make("New")
    make("New draft", live=False)
    make("A widget", model=NPSWidget)
    expected = ["New", "Old", "Soon", "New draft", "Old draft", "Over"]
    assert found(choose(admin_client)) == expected
    assert found(choose(admin_client, NPSWidget)) == ["A widget"]


def test_each_row_says_what_readers_see(admin_client):
    day = timezone.now()
    make("D", live=False)
    make("O", opens_at=day + DAY)
    make("C", closes_at=day - DAY)
    make("U", closes_at=day + DAY)
    html = choose(admin_client).content.decode()
    for words in (NOTHING, "opens on", "closed on", "live until"):
        assert html.count(words) == 1, words
    assert "Updated" in html
    assert "data-chooser-modal-choice" in html


def test_the_search_ignores_case_and_accents(admin_client):
    make("¿Qué opinión tienes?")
    make("Another")
    assert found(choose(admin_client, q="OPINION que")) == ["¿Qué opinión tienes?"]
    response = choose(admin_client, q="nothing like it")
    assert found(response) == []
    assert "nothing like it" in response.content.decode()
    assert found(choose(admin_client, q="   ")) == ["Another", "¿Qué opinión tienes?"]
    assert choose(admin_client, q="x\0" * 300, locale="xx").status_code == 200
    modal = json.loads(choose(admin_client, view="choose").content)
    assert 'name="q"' in modal["html"]


def test_the_list_costs_as_many_queries_for_more(admin_client, django_assert_max_num_queries):
    for number in range(12):
        make(f"Number {number}")
    choose(admin_client)
    with django_assert_max_num_queries(12):
        choose(admin_client)


@pytest.mark.parametrize(
    ("fields", "live", "words"),
    [
        ({}, False, NOTHING),
        ({}, True, "live"),
        ({"opens_at": timezone.now() + DAY}, True, "opens on"),
        ({"closes_at": timezone.now() - DAY}, True, "closed on"),
    ],
)
@pytest.mark.parametrize("model", [Survey, NPSWidget])
def test_the_chosen_one_is_named_with_its_state(admin_client, article, model, fields, live, words):
    survey = make("Which", live=live, model=model, **fields)
    name = model.snippet_viewset.chooser_viewset.get_url_name("chosen")
    chosen = json.loads(admin_client.get(reverse(name, args=[survey.pk])).content)
    assert chosen["result"]["string"].startswith(f"Which ({words}")
    # The same is said when the page is edited again.
    name, value = ("survey", "survey") if model is Survey else ("nps", "widget")
    publish(article, (name, {value: survey.pk}))
    html = admin_client.get(f"/admin/pages/{article.pk}/edit/").content.decode()
    assert f"Which ({words}" in html
    block = SurveyBlock() if model is Survey else NPSBlock()
    form = block.child_blocks[value].get_form_state(survey)
    assert form["string"].startswith(f"Which ({words}")


def test_a_foreign_key_of_a_site_gets_the_same_field():
    for model in (Survey, NPSWidget):
        widget = model.snippet_viewset.chooser_viewset.widget_class()
        assert widget.get_display_title(make("By key", live=False, model=model)).endswith(
            f"({NOTHING})"
        )
        assert model in registry.values_by_fk_related_model
