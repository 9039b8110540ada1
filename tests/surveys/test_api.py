import json

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from cx_feedback.readers.models import Activity, Reader
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Start, Survey
from cx_feedback.surveys.results.results_by_question import get_results
from tests.conftest import FOREIGN, OWN
from tests.surveys.conftest import BAD, GOOD, change, stream

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/surveys/"


def post(client, survey_id, body, **headers):
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(
        f"{API}{survey_id}/responses/", text, content_type="application/json", **headers
    )


def good(**more):
    return {"answers": {"q-choice": GOOD, **more}}


def problem(response, status, field=None):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    assert body["status"] == status
    if field is not None:
        assert list(body["errors"]) == [field]
    assert not Response.objects.exists()
    assert not Reader.objects.exists()
    return body


def test_published_surveys_for_headless_use(client, survey, draft):
    Survey.objects.create(title="Draft", live=False)
    [listed] = client.get(API).json()
    assert listed == client.get(f"{API}{survey.pk}/").json()
    assert (listed["title"], listed["open"], listed["thanks"]) == ("Your visit", True, "Bless you.")
    choice, scale, text = listed["questions"]
    assert choice == {
        "key": "q-choice",
        "type": "choice",
        "label": "How was it?",
        "help": "Be honest.",
        "required": True,
        "options": {
            "choices": [{"key": GOOD, "label": "Good"}, {"key": BAD, "label": "Bad"}],
            "other": "",
            "shuffle": False,
        },
        "show_if": {"match": "all", "rules": []},
        "token": "",
        "asks": True,
        "page": 1,
    }
    assert scale["options"] == {"low": 1, "high": 5, "low_label": "Hard", "high_label": "Easy"}
    assert text["options"] == {"limit": 10_000, "min_length": 0}


def test_an_answer(client, survey, article):
    body = {"page": article.pk, **good(**{"q-scale": 4, "q-text": "Ñandú"})}
    response = post(client, survey.pk, body, HTTP_ACCEPT_LANGUAGE="es", **OWN)
    assert response.status_code == 201
    stored = Response.objects.get()
    assert response.json() == {"id": stored.pk, "thanks": "Bless you."}
    assert (stored.page_id, stored.language) == (article.pk, "es")
    assert stored.answers["q-text"] == "Ñandú"
    assert response.cookies["cx_reader"].value == stored.reader.key.hex
    post(client, survey.pk, good(), **OWN)
    assert Reader.objects.count() == 1
    assert Activity.objects.count() == 2


def test_a_request_without_origin_answers_without_a_reader(client, survey):
    response = post(client, survey.pk, good())
    assert response.status_code == 201
    assert Response.objects.get().reader is None
    assert not response.cookies


def test_a_repeat_gives_the_first_response_again_but_no_cookie(client, survey):
    key = {"HTTP_IDEMPOTENCY_KEY": "abc", **OWN}
    first = post(client, survey.pk, good(), **key)
    client.cookies.clear()
    again = post(client, survey.pk, good(), **key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert "cx_reader" not in again.cookies
    assert (Response.objects.count(), Reader.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{", "body"),
        ("[]", "body"),
        ('"x"', "body"),
        ("", "answers.q-choice"),
        ('{"answers": NaN}', "body"),
        ({}, "answers.q-choice"),
        ({"answers": None}, "answers.q-choice"),
        ({"answers": []}, "answers"),
        ({"answers": {}}, "answers.q-choice"),
        (good(nothing=1), "answers.nothing"),
        ('{"answers": {"q-choice": "c-good", "\\ud800": 1}}', "answers"),
        ({"answers": {"q-choice": "other"}}, "answers.q-choice"),
        (good(**{"q-scale": 6}), "answers.q-scale"),
        (good(**{"q-scale": "abc"}), "answers.q-scale"),
        (good(**{"q-scale": True}), "answers.q-scale"),
        (good(**{"q-scale": 10**400}), "answers.q-scale"),
        (good(**{"q-text": "x" * 100_000}), "answers.q-text"),
        (good(**{"q-text": {"a": 1}}), "answers.q-text"),
        ({"page": "x", **good()}, "page"),
        ({"page": 999, **good()}, "page"),
        ({"page": 10**30, **good()}, "page"),
    ],
)
def test_bad_input_names_the_field(client, survey, body, field):
    problem(post(client, survey.pk, body, **OWN), 400, field)


def test_nothing_filled_in_is_refused_alike_by_script_and_by_form(client, survey):
    raw = stream()
    raw[0]["value"]["required"] = False
    change(survey, raw)
    words = "Please answer at least one question."
    for body in ({}, {"answers": None}, {"answers": {}}, {"answers": {"q-text": ""}}):
        found = problem(post(client, survey.pk, body, **OWN), 400, "answers")
        assert found["errors"]["answers"] == [words]
    form = client.post(f"/feedback/surveys/{survey.pk}/", {"answers.q-text": ""}, **OWN)
    assert form.status_code == 400
    assert words in form.content.decode()
    assert not Response.objects.exists()


@pytest.mark.parametrize("pk", [987, 10**18, 10**30])
def test_an_unknown_survey(client, db, pk):
    assert problem(post(client, pk, good(), **OWN), 404)["type"].endswith("not-found")
    problem(client.get(f"{API}{pk}/"), 404)


def test_an_unpublished_survey(client, survey):
    survey.unpublish()
    assert problem(post(client, survey.pk, good(), **OWN), 410)["type"].endswith("gone")
    problem(client.get(f"{API}{survey.pk}/"), 410)
    assert client.get(API).json() == []


def test_a_closed_survey_keeps_quiet_about_nothing(client, survey):
    Survey.objects.update(closes_at="2020-01-01T00:00Z")
    assert problem(post(client, survey.pk, good(), **OWN), 410)["type"].endswith("closed")
    assert client.get(f"{API}{survey.pk}/").json()["open"] is False


def test_a_post_from_another_site(client, survey):
    problem(post(client, survey.pk, good(), **FOREIGN), 403)


def test_a_body_over_the_limit(client, survey):
    problem(post(client, survey.pk, good(**{"q-text": "x" * 300_000}), **OWN), 413)


def test_another_method_and_another_type(client, survey):
    problem(client.delete(f"{API}{survey.pk}/responses/", **OWN), 405)
    response = client.post(f"{API}{survey.pk}/responses/", {"answers.q-choice": GOOD}, **OWN)
    problem(response, 400, "body")


def test_results_are_for_staff_with_the_right(client, survey, answer, django_user_model):
    for _ in range(4):
        answer(more={"q-scale": 4})
    url = f"{API}{survey.pk}/results/"
    assert client.get(url).status_code == 403
    user = django_user_model.objects.create_user("u", "u@example.org", "x")
    client.force_login(user)
    assert client.get(url).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_results"))
    hidden = client.get(url).json()
    assert (hidden["n"], hidden["questions"][0]["rows"]) == (4, [])
    assert hidden["questions"][1]["score"]["value"] is None
    answer(BAD, more={"q-scale": 5})
    shown = client.get(url).json()
    choice, scale, text = shown["questions"]
    assert [(r["label"], r["count"], r["share"]["value"]) for r in choice["rows"]] == [
        ("Good", 4, 80.0),
        ("Bad", 1, 20.0),
    ]
    assert scale["score"]["value"] == pytest.approx(4.2)
    assert scale["score"]["low_confidence"] is True
    assert (text["n"], text["rows"], text["score"]) == (0, [], None)
    for missing in (999, 10**30):
        assert client.get(f"{API}{missing}/results/").status_code == 404


def test_the_schema_knows_the_paths(client, db):
    paths = client.get("/feedback/api/v1/schema/").json()["paths"]
    assert {f"{API}{{id}}/responses/", API} <= {p.replace("{pk}", "{id}") for p in paths}


def test_storing_over_rest_costs_few_statements(client, survey, django_assert_num_queries):
    post(client, survey.pk, good())
    with django_assert_num_queries(3):  # savepoint, insert, release
        post(client, survey.pk, good())


def test_a_translation_adds_up(client, survey, answer):

    spanish = Locale.objects.create(language_code="es")
    copy = survey.copy_for_translation(spanish)
    raw = stream()
    raw[0]["value"]["label"] = "¿Qué tal?"
    copy.questions = copy.questions.stream_block.to_python(raw)
    copy.title = "Tu visita"
    copy = services.publish_survey(survey=copy)
    answer()
    services.submit_response(survey_id=copy.pk, answers={"q-choice": GOOD})
    for one, label in ((survey, "How was it?"), (copy, "¿Qué tal?")):
        results = get_results(survey=one)
        assert (results.n, results.questions[0].question.label) == (2, label)
        assert results.questions[0].rows[0].count == 2


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("flow", [False, True], ids=["plain", "conditions and quotas"])
def test_a_response_costs_the_same_however_many_questions(client, draft, article, flow, known):
    """Six at most: savepoint, reader, day, response, act, release; quotas add their two."""
    client.defaults.update(OWN)

    def queries(number):
        raw = stream()[:1]
        raw[0]["value"]["token"] = "how"
        for n in range(number - 1):
            value = {"label": "Why {{ how }}?" if flow else "Why?", "required": False}
            if flow:
                is_good = {"question": "q-choice", "operator": "is", "value": GOOD}
                value["show_if"] = {"match": "all", "rules": [is_good]}
            raw.append({"type": "text", "id": f"q{n}", "value": value})
        survey = Survey(
            title="Long", open_by_address=True, questions=raw, max_responses=9 if flow else None
        )
        if flow:
            survey.quotas = [{"question": "q-choice", "value": GOOD, "limit": 9}]
        survey = services.publish_survey(survey=survey)
        answers = {"q-choice": GOOD, **{f"q{n}": "So" for n in range(number - 1)}}
        body = {"page": article.pk, "answers": answers}
        assert post(client, survey.pk, body).status_code == 201
        if not known:
            client.cookies.clear()
        with CaptureQueriesContext(connection) as captured:
            assert post(client, survey.pk, body).status_code == 201
        return len(captured)

    counts = {queries(number) for number in (1, 10, 40)}
    assert len(counts) == 1
    assert counts.pop() <= (8 if flow else 6)


def test_a_start_says_nothing_about_who(client, survey, article, django_assert_num_queries):
    url = f"{API}{survey.pk}/starts/"
    body = json.dumps({"page": article.pk})
    how = {"content_type": "application/json", "HTTP_ACCEPT_LANGUAGE": "es", **OWN}
    response = client.post(url, body, **how)
    assert (response.status_code, response.content, response.cookies) == (204, b"", {})
    begun = Start.objects.get()
    assert (begun.survey, begun.page_id, begun.language) == (survey, article.pk, "es")
    assert not Reader.objects.exists()
    with django_assert_num_queries(1):
        client.post(url, body, **how)


def test_a_start_is_refused_like_an_answer(client, survey):
    how = {"content_type": "application/json"}
    assert client.post(f"{API}987/starts/", "{}", **how).status_code == 404
    assert client.post(f"{API}{survey.pk}/starts/", "{}", **how, **FOREIGN).status_code == 403
    problem(client.post(f"{API}{survey.pk}/starts/", '{"page": 999}', **how), 400, "page")
    Survey.objects.update(closes_at="2020-01-01T00:00Z")
    cache.clear()
    problem(client.post(f"{API}{survey.pk}/starts/", "{}", **how), 410)
    assert not Start.objects.exists()


def test_how_long_it_took(client, survey):
    for seconds, stored in ((None, None), (0, 0), (42, 42), (10**30, 86_400)):
        assert post(client, survey.pk, {"seconds": seconds, **good()}).status_code == 201
        assert Response.objects.latest("pk").seconds == stored
    Response.objects.all().delete()
    for seconds in (-1, 1.5, "42", True, []):
        problem(post(client, survey.pk, {"seconds": seconds, **good()}), 400, "seconds")
