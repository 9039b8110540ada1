"""The list of surveys: which state each is in, what came back, and where it is used."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import override_settings
from django.utils import timezone
from wagtail.models import GroupPagePermission, Locale

from cx_feedback.nps import services as nps
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.editing import survey_list
from cx_feedback.surveys.editing.survey_list import SurveyState
from cx_feedback.surveys.models import Survey
from tests.pages import publish, squeeze
from tests.site.models import ArticlePage
from tests.surveys.conftest import GOOD, stream

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/surveys/"
DAY = datetime.timedelta(days=1)


def make(title, **fields):
    return services.publish_survey(survey=Survey(title=title, questions=stream(), **fields))


def make_article(home, title):
    return home.add_child(instance=ArticlePage(title=title))


@pytest.fixture
def states(db):
    """One survey for each way into a state: title to the state."""
    now = timezone.now()
    make("Open", closes_at=now + DAY)
    make("Not yet", opens_at=now + DAY)
    make("Over", opens_at=now - 2 * DAY, closes_at=now - DAY)
    full = make("Full", max_responses=1)
    services.submit_response(survey_id=full.pk, answers={"q-choice": GOOD})
    make("Taken off by its schedule")
    Survey.objects.filter(title__startswith="Taken").update(live=False, expired=True)
    make("Unpublished").unpublish()
    Survey.objects.create(title="Begun", live=False).save_revision()
    planned = Survey(title="Planned", questions=stream(), live=False, go_live_at=now + DAY)
    planned.save()
    planned.save_revision().publish()
    return {
        "Open": SurveyState.LIVE,
        "Not yet": SurveyState.SCHEDULED,
        "Planned": SurveyState.SCHEDULED,
        "Over": SurveyState.CLOSED,
        "Full": SurveyState.CLOSED,
        "Taken off by its schedule": SurveyState.CLOSED,
        "Unpublished": SurveyState.DRAFT,
        "Begun": SurveyState.DRAFT,
    }


def test_every_survey_has_one_state(states):
    found = survey_list.annotate_state(Survey.objects.all())
    assert {survey.title: survey.state for survey in found} == states


def test_the_list_is_filtered_by_state_and_says_why(admin_client, states):
    for state in SurveyState:
        listed = admin_client.get(LIST, {"state": state}).context["object_list"]
        assert {one.title for one in listed} == {t for t, its in states.items() if its == state}
    closed = admin_client.get(LIST, {"state": "closed"}).content.decode()
    assert "all answers are in" in closed
    assert "since " in closed
    assert "goes live " in admin_client.get(LIST, {"state": "scheduled"}).content.decode()


@override_settings(WAGTAIL_I18N_ENABLED=True)
def test_state_and_language_filter_together(admin_client):
    spanish = Locale.objects.get_or_create(language_code="es")[0]
    make("In English")
    make("En español", locale=spanish)
    html = admin_client.get(LIST, {"state": "live", "locale": "es"}).content.decode()
    assert "En español" in html
    assert "In English" not in html


def test_answers_last_answer_and_pages_in_one_row(admin_client, survey, answer, home):
    answer()
    for title in ("First", "Second"):
        publish(make_article(home, title), ("survey", {"survey": survey.pk}))
    one = survey_list.annotate_pages(survey_list.annotate_last_answer(Survey.objects.all())).get()
    assert one.on_pages == 2
    assert abs(one.last_answer - timezone.now()) < DAY
    html = admin_client.get(LIST).content.decode()
    assert "2 pages" in html
    assert f"/usage/{survey.pk}/" in html
    usage = admin_client.get(f"{LIST}usage/{survey.pk}/").content.decode()
    assert "First" in usage
    assert "Second" in usage


def test_the_list_costs_the_same_for_many(admin_client, django_assert_max_num_queries):
    for number in range(12):
        make(f"Survey {number}")
    admin_client.get(LIST)
    with django_assert_max_num_queries(24):
        admin_client.get(LIST)


def test_the_edit_page_says_on_which_pages(admin_client, survey, home):
    url = f"{LIST}edit/{survey.pk}/"
    assert "It isn't on any page yet" in squeeze(admin_client.get(url).content)
    article = publish(make_article(home, "With a question"), ("survey", {"survey": survey.pk}))
    html = squeeze(admin_client.get(url).content)
    assert f'<a href="/admin/pages/{article.pk}/edit/">With a question</a>' in html
    assert "It isn't on any page yet" not in html


def test_pages_of_others_are_counted_not_named(client, django_user_model, survey, home):
    mine, theirs = make_article(home, "Mine"), make_article(home, "Theirs")
    for page in (mine, theirs):
        publish(page, ("survey", {"survey": survey.pk}))
    user = django_user_model.objects.create_user("e", "e@example.org", "x")
    group = Group.objects.create(name="Of one page")
    user.groups.add(group)
    for name in ("access_admin", "change_survey"):
        group.permissions.add(Permission.objects.get(codename=name))
    change = Permission.objects.get(codename="change_page")
    GroupPagePermission.objects.create(group=group, page=mine, permission=change)
    client.force_login(user)
    html = client.get(f"{LIST}edit/{survey.pk}/").content.decode()
    assert "Mine</a>" in html
    assert "Theirs" not in html
    assert "and 1 other" in html


def test_nps_widgets_are_listed_the_same_way(admin_client, home):
    widget = services.publish_survey(survey=NPSWidget(title="Would you?"))
    nps.submit_score(widget_id=widget.pk, score=9)
    publish(make_article(home, "Asks"), ("nps", {"widget": widget.pk}))
    html = admin_client.get("/admin/cx-feedback/nps/", {"state": "live"}).content.decode()
    assert "Would you?" in html
    assert "1 page" in html
    empty = admin_client.get("/admin/cx-feedback/nps/", {"state": "closed"}).content.decode()
    assert "Would you?" not in empty
