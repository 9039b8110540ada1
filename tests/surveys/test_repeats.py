"""What is sent twice is one response, and what two people say alike is two."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.core.http.idempotency_keys import PRESS, WINDOW
from cx_feedback.readers.models import Activity, Reader
from cx_feedback.surveys import services
from cx_feedback.surveys.flow import quotas
from cx_feedback.surveys.models import Response, Start
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.conftest import OWN
from tests.pages import make_survey, make_widget
from tests.surveys.conftest import BAD, GOOD, change, stream
from tests.threads import AT_ONCE, in_threads

PHONE = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 15) Chrome/140"}


def survey_form(page):
    return f"/feedback/surveys/{make_survey().pk}/", {
        "page": page.pk,
        "answers.q-choice": GOOD,
        "answers.q-scale": "",
        "answers.q-text": "",
    }


def nps_form(page):
    return f"/feedback/nps/{make_widget().pk}/", {"page": page.pk, "answers.score": "9"}


FORMS = pytest.mark.parametrize("form", [survey_form, nps_form])


def press(path, data, client=None, **headers):
    response = (client or Client()).post(path, data, **{**OWN, **PHONE, **headers})
    assert response.status_code == 303, response.content
    return response


@FORMS
class TestOneAfterTheOther:
    pytestmark = pytest.mark.django_db

    def test_three_clicks_are_one_response_and_go_to_one_place(self, article, form):
        path, data = form(article)
        first, *others = (press(path, data) for _ in range(3))
        assert {other["Location"] for other in others} == {first["Location"]}
        assert Response.objects.count() == Reader.objects.count() == Activity.objects.count() == 1
        assert Start.objects.count() == 1
        # Somebody else behind the address may say the same: they get nobody's cookie.
        assert first.cookies
        assert not any(other.cookies for other in others)

    def test_a_click_after_the_cookie_came_is_one_too(self, article, form):
        path, data = form(article)
        client = Client()
        for _ in range(3):
            press(path, data, client)
        assert Response.objects.count() == 1

    def test_a_cookie_is_known_again_from_another_network(self, article, form):
        path, data = form(article)
        client = Client()
        client.cookies["cx_reader"] = Reader.objects.create().key.hex
        press(path, data, client)
        press(path, data, client, REMOTE_ADDR="10.1.2.3", HTTP_USER_AGENT="Other")
        assert Response.objects.count() == 1

    @pytest.mark.parametrize(
        "who",
        [
            lambda n: {"REMOTE_ADDR": f"10.0.0.{n}"},
            lambda n: {"HTTP_USER_AGENT": f"Browser {n}"},
            lambda n: {"HTTP_COOKIE": f"cx_reader={uuid.uuid4().hex}"},
        ],
    )
    def test_fifty_readers_who_say_the_same_are_fifty(self, article, form, who):
        path, data = form(article)
        for n in range(50):
            press(path, data, **who(n))
        assert Response.objects.count() == Start.objects.count() == 50

    def test_fifty_known_readers_behind_one_address_are_fifty(self, article, form):
        path, data = form(article)
        for _ in range(50):
            client = Client()
            client.cookies["cx_reader"] = Reader.objects.create().key.hex
            press(path, data, client)
        assert Response.objects.values("reader").distinct().count() == 50

    def test_the_same_once_more_after_the_window_is_another(self, article, form):
        path, data = form(article)
        press(path, data)
        for ago, count in ((WINDOW - datetime.timedelta(seconds=2), 1), (WINDOW, 2), (WINDOW, 3)):
            Response.objects.update(created_at=timezone.now() - ago)
            press(path, data)
            press(path, data)
            assert Response.objects.count() == count

    def test_other_values_or_another_page_are_others(self, article, form):
        path, data = form(article)
        press(path, data)
        name = "answers.score" if "nps" in path else "answers.q-choice"
        press(path, {**data, name: "8" if "nps" in path else BAD})
        press(path, {**data, "page": article.get_parent().pk})
        assert Response.objects.count() == 3


@pytest.mark.django_db
def test_another_version_is_another_response(article, survey):
    path, data = f"/feedback/surveys/{survey.pk}/", {"page": article.pk, "answers.q-choice": GOOD}
    press(path, data)
    change(survey, stream()[:2])
    press(path, data)
    assert Response.objects.count() == 2


@pytest.mark.django_db
def test_a_click_on_what_the_first_one_filled_is_thanked(article, survey):
    survey.max_responses = 1
    services.publish_survey(survey=survey)
    path, data = f"/feedback/surveys/{survey.pk}/", {"page": article.pk, "answers.q-choice": GOOD}
    first, again = press(path, data), press(path, data)
    assert again["Location"] == first["Location"]
    assert Client().post(path, {**data, "answers.q-choice": BAD}, **OWN).status_code == 409


@pytest.mark.django_db
def test_a_key_of_a_press_goes_with_the_fold(article):
    path, data = nps_form(article)
    press(path, data)
    assert Response.objects.get().idempotency_key.startswith(PRESS)
    assert fold_responses() == 0  # it may come again
    Response.objects.update(created_at=timezone.now() - WINDOW)
    assert fold_responses() == 1
    assert Response.objects.get().idempotency_key == ""


@pytest.mark.django_db
def test_a_press_costs_no_query_more(article, monkeypatch):
    path, data = nps_form(article)
    press(path, data)
    with CaptureQueriesContext(connection) as captured:
        press(path, data, HTTP_USER_AGENT="Another")
    told = [query["sql"] for query in captured if "cx_feedback_surveys_response" in query["sql"]]
    assert len(told) == 1, told


class TestAtOnce:
    pytestmark = AT_ONCE

    @FORMS
    @pytest.mark.parametrize("limited", [False, True])
    def test_three_clicks_at_once_are_one_response(self, article, form, limited, monkeypatch):
        if limited:  # inside a transaction
            monkeypatch.setattr(quotas, "has_limits", lambda live: True)
        path, data = form(article)
        told = in_threads(*[lambda: press(path, data)["Location"]] * 6)
        assert len(set(told)) == 1
        assert Response.objects.count() == Reader.objects.count() == Activity.objects.count() == 1

    @FORMS
    def test_clicks_at_once_with_one_cookie_are_one(self, article, form):
        path, data = form(article)
        cookie = f"cx_reader={Reader.objects.create().key.hex}"
        in_threads(*[lambda: press(path, data, HTTP_COOKIE=cookie)] * 6)
        assert Response.objects.count() == 1

    def test_clicks_at_once_after_the_window_are_one_more(self, article):
        path, data = nps_form(article)
        press(path, data)
        Response.objects.update(created_at=timezone.now() - WINDOW)
        in_threads(*[lambda: press(path, data)] * 6)
        assert Response.objects.count() == 2


class TestKeys:
    pytestmark = pytest.mark.django_db

    @pytest.fixture(params=["surveys", "nps"])
    def api(self, request):
        """A function that sends a good body or another one under a key."""
        made = make_survey() if request.param == "surveys" else make_widget()
        of_survey = request.param == "surveys"
        name, values = ("q-choice", (GOOD, BAD)) if of_survey else ("score", (9, 2))

        def send(key, other=False, client=None, **headers):
            return (client or Client()).post(
                f"/feedback/api/v1/{request.param}/{made.pk}/responses/",
                {"answers": {name: values[int(other)]}},
                content_type="application/json",
                **{**OWN, "HTTP_IDEMPOTENCY_KEY": key, **headers},
            )

        return send

    @pytest.mark.parametrize("key", ["1", "5e1e1a3c-8c1b-4c58-9c6e-0c6e5a3d2f10"])
    def test_a_replay_answers_alike_and_another_body_is_refused(self, api, key):
        first, again, other = api(key), api(key), api(key, other=True)
        assert (again.status_code, again.json()) == (201, first.json())
        assert other.status_code == 422
        problem = other.json()
        assert (problem["type"], list(problem["errors"])) == (
            "urn:cx-feedback:problem:key-reused",
            ["Idempotency-Key"],
        )
        assert other["Content-Type"] == "application/problem+json"
        assert Response.objects.count() == Activity.objects.count() == Reader.objects.count() == 1

    @pytest.mark.parametrize("key", ["1", "5e1e1a3c-8c1b-4c58-9c6e-0c6e5a3d2f10"])
    @pytest.mark.parametrize("other", [False, True])
    def test_a_key_of_another_reader_is_another_key(self, api, key, other):
        clients = [Client(), Client()]
        for client in clients:
            client.cookies["cx_reader"] = Reader.objects.create().key.hex
        first = api(key, client=clients[0])
        second = api(key, other, client=clients[1])
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json()["id"] != second.json()["id"]
        assert api(key, other, client=clients[1]).json() == second.json()
        assert api(key, not other, client=clients[1]).status_code == 422
        assert Response.objects.count() == 2

    def test_a_guessable_key_of_another_client_is_another_key(self, api):
        ids = {api("1", REMOTE_ADDR=f"10.0.0.{n}").json()["id"] for n in range(50)}
        assert len(ids) == 50

    @pytest.mark.parametrize("key", ["1", "5e1e1a3c-8c1b-4c58-9c6e-0c6e5a3d2f10"])
    def test_a_replay_with_the_cookie_that_came_meanwhile_is_known(self, api, key):
        client = Client()
        first = api(key, client=client)
        assert client.cookies
        assert api(key, client=client).json() == first.json()
        assert api(key, other=True, client=client).status_code == 422
        assert Response.objects.count() == 1

    def test_a_lost_answer_is_found_again_from_another_network(self, api):
        key = str(uuid.uuid4())
        first = api(key)
        assert api(key, REMOTE_ADDR="10.0.0.9").json() == first.json()
        # A cookie of nobody, which the lost answer would have replaced.
        stale = {"HTTP_COOKIE": f"cx_reader={uuid.uuid4().hex}"}
        assert api(key, **stale).json() == first.json()

    def test_a_replay_after_another_publishing_is_thanked_as_the_first(self, survey):
        def send(choice):
            return Client().post(
                f"/feedback/api/v1/surveys/{survey.pk}/responses/",
                {"answers": {"q-choice": choice}},
                content_type="application/json",
                **OWN,
                HTTP_IDEMPOTENCY_KEY="1",
            )

        first = send(GOOD)
        raw = stream()
        raw[0]["value"]["choices"] = [{"type": "item", "id": "c-new", "value": "New"}]
        survey.thanks = "Other thanks."
        change(survey, raw)
        again = send(GOOD)
        assert (again.status_code, again.json()) == (201, first.json())
        assert send("c-new").status_code == 422
