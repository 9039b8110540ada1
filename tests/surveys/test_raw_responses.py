"""REST: single responses by cursor, for accounts with a permission of its own."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response
from tests.conftest import OWN
from tests.surveys.conftest import BAD, GOOD, change, stream

pytestmark = pytest.mark.django_db
RIGHTS = ("fetch_responses", "view_texts")


@pytest.fixture
def fetch(client, django_user_model, survey):
    user = django_user_model.objects.create_user("program", "program@example.org", "x")
    user.user_permissions.set(Permission.objects.filter(codename="fetch_responses"))
    client.force_login(user)

    def get(status=200, url="", **query):
        url = url or f"/feedback/api/v1/surveys/{survey.pk}/responses/"
        found = client.get(url, query, **OWN)
        assert found.status_code == status, found.content
        return found.json()

    get.user = user
    return get


def ids(found):
    return [row["id"] for row in found["responses"]]


def test_a_response_as_it_is_stored_without_its_reader(fetch, answer, reader):
    response = answer(
        more={"q-scale": 4, "q-text": "My words"},
        reader=reader,
        page_id=7,
        language="es",
        seconds=9,
    )
    fetch.user.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    (row,) = fetch()["responses"]
    at = datetime.datetime.fromisoformat(row.pop("created_at"))
    assert at == response.created_at
    assert row == {
        "id": response.pk,
        "version": 1,
        "anonymous": False,
        "state": "counted",
        "page": 7,
        "language": "es",
        "seconds": 9,
        "hidden": {},
        "answers": {"q-choice": GOOD, "q-scale": 4, "q-text": "My words"},
        "withheld": [],
    }


def test_own_words_need_the_permission_to_see_texts(fetch, answer):
    answer(more={"q-text": "My words"})
    (row,) = fetch()["responses"]
    assert row["answers"] == {"q-choice": GOOD, "q-text": None}
    assert row["withheld"] == ["q-text"]


def test_pages_hold_each_response_once_while_others_come_in(fetch, answer):
    wanted = [answer().pk for _ in range(5)]
    first = fetch(limit=2)
    assert ids(first) == wanted[:2]
    Response.objects.filter(pk=wanted[1]).delete()
    late = answer().pk
    second = fetch(url=first["next"])
    third = fetch(url=second["next"])
    assert ids(second) + ids(third) == [*wanted[2:], late]
    assert third["next"] is None


def test_each_filter_selects(fetch, answer, survey):
    old = answer(at=timezone.now() - datetime.timedelta(days=9), page_id=7, language="es")
    test = answer(choice=BAD)
    Response.objects.filter(pk=test.pk).update(state="test")
    change(survey, [*stream()[:2]])
    new = services.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD})
    day = timezone.localdate(old.created_at).isoformat()
    assert ids(fetch()) == [old.pk, new.pk]
    assert ids(fetch(state="all")) == [old.pk, test.pk, new.pk]
    assert ids(fetch(state="test")) == [test.pk]
    assert ids(fetch(since=day, until=day)) == ids(fetch(page=7)) == [old.pk]
    assert ids(fetch(language="es")) == [old.pk]
    assert ids(fetch(version=2)) == [new.pk]
    assert [row["version"] for row in fetch()["responses"]] == [1, 2]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "-1"}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-05-02", "until": "2026-05-01"}, "until"),
        ({"state": "gone"}, "state"),
        ({"page": "x"}, "page"),
        ({"version": "x"}, "version"),
    ],
)
def test_what_is_wrong_is_named(fetch, query, field):
    problem = fetch(400, **query)
    assert list(problem["errors"]) == [field]


def test_the_queries_do_not_grow(fetch, answer):
    answer()
    fetch()
    for _ in range(20):
        answer(more={"q-text": "Words"})
    with CaptureQueriesContext(connection) as captured:
        assert len(ids(fetch())) == 21
    assert len(captured) <= 8, [query["sql"] for query in captured]


def test_whoever_may_not_gets_a_problem_document(fetch, client, answer, survey):
    answer()
    fetch.user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_results", "view_responses"])
    )
    problem = fetch(403)
    assert problem["type"].startswith("urn:cx-feedback:problem:")
    client.logout()
    assert fetch(403)["status"] == 403


def test_programs_are_slowed_down(fetch, answer, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "RATES": {"fetch": "1/m"}}
    fetch()
    assert fetch(429)["status"] == 429


def test_readers_still_answer_without_an_account(client, survey):
    sent = client.post(
        f"/feedback/api/v1/surveys/{survey.pk}/responses/",
        {"answers": {"q-choice": GOOD}},
        content_type="application/json",
        **OWN,
    )
    assert sent.status_code == 201
