"""Answers of a survey's editors, and those from a preview, that are stored as tests."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.readers.models import Activity, Reader
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Start
from cx_feedback.surveys.results.value_counts import count_values
from tests.conftest import OWN
from tests.pages import make_widget
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db


@pytest.fixture
def tested(survey):
    survey.tests_by_editors = True
    return services.publish_survey(survey=survey)


@pytest.fixture
def log_in(client, django_user_model):
    def make(*codenames):
        user = django_user_model.objects.create_user("ana", "ana@example.org", "x")
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)
        return client

    return make


def send(client, survey, how="form", query="", room="surveys", answers=None, **headers):
    answers = answers or {"q-choice": GOOD}
    headers = {**OWN, **headers}
    if how == "form":
        posted = {f"answers.{key}": value for key, value in answers.items()}
        return client.post(f"/feedback/{room}/{survey.pk}/{query}", posted, **headers)
    return client.post(
        f"/feedback/api/v1/{room}/{survey.pk}/responses/{query}",
        json.dumps({"answers": answers}),
        content_type="application/json",
        **headers,
    )


@pytest.mark.parametrize("how", ["form", "rest"])
@pytest.mark.parametrize(
    ("codenames", "state"), [(("change_survey",), "test"), (("view_results",), "counted")]
)
def test_what_editors_answer_is_a_test(log_in, tested, how, codenames, state):
    assert send(log_in(*codenames), tested, how).status_code in (200, 201, 303)
    row = Response.objects.get()
    assert row.state == state
    counted = state == "counted"
    assert count_values(survey_ids=[tested.pk])["", "", ""] == counted
    assert (row.reader is not None) == counted
    assert Activity.objects.exists() == Reader.objects.exists() == counted
    assert Start.objects.exists() == (counted and how == "form")


def test_starts_of_editors_are_not_counted(log_in, tested):
    def start(client):
        return client.post(
            f"/feedback/api/v1/surveys/{tested.pk}/starts/", {}, "application/json", **OWN
        )

    assert start(log_in("change_survey")).status_code == 204
    assert not Start.objects.exists()


def test_only_where_the_survey_says_so_and_from_its_own_site(log_in, survey, tested):
    client = log_in("change_survey")
    send(client, tested, "rest", HTTP_SEC_FETCH_SITE="", HTTP_ORIGIN="")
    assert Response.objects.get().state == "counted"  # nobody knows who sent it
    survey.tests_by_editors = False
    services.publish_survey(survey=survey)
    send(client, survey)
    assert set(Response.objects.values_list("state", flat=True)) == {"counted"}


def test_readers_cost_no_query_more(client, survey):
    found = []
    for wanted in (False, True):
        survey.tests_by_editors = wanted
        services.publish_survey(survey=survey)
        send(client, survey)  # the survey is in the cache now
        with CaptureQueriesContext(connection) as captured:
            send(client, survey, answers={"q-choice": GOOD, "q-scale": str(3 + wanted)})
        found.append(len(captured))
    assert found[0] == found[1]


def test_an_nps_widget_asks_who_may_change_widgets(log_in, locales):
    widget = make_widget(tests_by_editors=True)
    send(log_in("change_npswidget"), widget, "rest", room="nps", answers={"score": 9})
    assert Response.objects.get().state == "test"


@pytest.mark.parametrize("how", ["form", "rest"])
def test_a_preview_stores_tests_of_editors_only(log_in, client, tested, how):
    refused = send(client, tested, how, "?preview=1")
    assert refused.status_code == 403
    assert not Response.objects.exists()
    assert send(log_in("change_survey"), tested, how, "?preview=1").status_code in (201, 303, 200)
    assert Response.objects.get().state == "test"


def test_a_preview_is_refused_where_no_tests_are_wanted(log_in, survey):
    assert send(log_in("change_survey"), survey, "form", "?preview=1").status_code == 403
    assert not Response.objects.exists()
