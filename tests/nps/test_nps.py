import datetime
import json

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from wagtail.models import Locale

from cx_feedback.core.errors import InvalidInput, NotFound
from cx_feedback.nps import services
from cx_feedback.nps.blocks import NPSBlock
from cx_feedback.nps.models import NPSWidget
from cx_feedback.nps.results.dashboard_figures import build_dashboard
from cx_feedback.nps.results.reasons import get_reasons
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity, Reader
from cx_feedback.surveys import selectors as surveys
from cx_feedback.surveys import services as survey_services
from cx_feedback.surveys.models import Response, Survey, SurveyVersion
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/nps/"


def post(client, pk, answers, **more):
    body = {"answers": answers, **more.pop("body", {})}
    headers = more or OWN
    return client.post(
        f"{API}{pk}/responses/", json.dumps(body), content_type="application/json", **headers
    )


def test_a_widget_is_a_survey_of_its_own_kind(widget):
    survey = Survey.objects.get()
    assert (survey.pk, survey.kind, survey.live) == (widget.pk, "nps", True)
    live = surveys.get_live_survey(survey_id=widget.pk, kind="nps")
    assert [(q.key, q.type) for q in live.definition.questions] == [
        ("score", "nps"),
        ("reason", "text"),
        ("email", "email"),
    ]
    with pytest.raises(NotFound):
        surveys.get_live_survey(survey_id=widget.pk)


@pytest.mark.parametrize(
    ("score", "nps_class"),
    [
        (0, "detractor"),
        (6, "detractor"),
        (7, "passive"),
        (8, "passive"),
        (9, "promoter"),
        (10, "promoter"),
    ],
)
def test_a_score_is_stored_and_told_with_its_class(client, widget, article, score, nps_class):
    response = post(client, widget.pk, {"score": score, "reason": "So"}, body={"page": article.pk})
    assert response.status_code == 201
    stored = Response.objects.get()
    assert response.json() == {"id": stored.pk, "thanks": "We read it."}
    assert stored.answers == {"score": score, "reason": "So"}
    act = Activity.objects.get()
    assert (act.kind, act.object_id, act.page_id) == ("nps", stored.pk, article.pk)
    assert act.detail == {"survey": widget.pk, "score": score, "class": nps_class}


@pytest.mark.parametrize("score", [11, -1, "abc", "9", True, 9.5, None, [], {"a": 1}, 10**30])
def test_what_is_no_score_is_refused(client, widget, score):
    response = post(client, widget.pk, {"score": score})
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["answers.score"]
    with pytest.raises(InvalidInput):
        services.submit_score(widget_id=widget.pk, score=score)
    assert not Response.objects.exists()
    assert not Reader.objects.exists()


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "answers.score"),
        ({"reason": "no score"}, "answers.score"),
        ({"score": 9, "reason": "x" * 100_000}, "answers.reason"),
        ({"score": 9, "reason": 1}, "answers.reason"),
        ({"score": 9, "other": 1}, "answers.other"),
        (9, "answers"),
    ],
)
def test_other_bad_answers(client, widget, answers, field):
    response = post(client, widget.pk, answers)
    assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    assert not Response.objects.exists()


def test_other_refusals(client, widget, draft):
    assert post(client, 999, {"score": 9}).status_code == 404
    assert post(client, widget.pk, {"score": 9}, **FOREIGN).status_code == 403
    answer = client.post(
        f"/feedback/api/v1/surveys/{widget.pk}/responses/",
        json.dumps({"answers": {"score": 9}}),
        content_type="application/json",
        **OWN,
    )
    assert answer.status_code == 404
    widget.unpublish()
    assert post(client, widget.pk, {"score": 9}).status_code == 410
    assert client.get(f"{API}{widget.pk}/").status_code == 410
    assert not Response.objects.exists()


def test_storing_a_score_costs_few_statements(client, widget, django_assert_num_queries):
    post(client, widget.pk, {"score": 9}, HTTP_X="")
    with django_assert_num_queries(3):  # savepoint, insert, release
        post(client, widget.pk, {"score": 9}, HTTP_X="")


def test_headless(client, widget):
    shown = client.get(f"{API}{widget.pk}/").json()
    assert shown["url"] == f"{API}{widget.pk}/"
    assert shown["questions"][0]["options"] == {
        "low": 0,
        "high": 10,
        "low_label": "Not at all likely",
        "high_label": "Extremely likely",
    }


def test_changing_words_keeps_the_answers(widget, scores):
    scores(9, 10)
    widget.question, widget.follow_up = "Would you come back?", ""
    widget.promoter_question = widget.passive_question = widget.detractor_question = ""
    survey_services.publish_survey(survey=widget)
    assert SurveyVersion.objects.count() == 2
    scores(0)
    assert build_dashboard(widget=widget).given[9] == 1
    with pytest.raises(InvalidInput):
        scores(9, reason="Not asked any more", version=2)


def test_dashboard(widget, scores):
    now = timezone.now()
    weeks = {0: [10, 9, 9, 8, 0], 1: [10] * 5, 3: [0] * 4}
    for back, given in weeks.items():
        scores(*given, at=now - datetime.timedelta(weeks=back))
    scores(3, reason="Slow", at=now - datetime.timedelta(weeks=3))
    for _ in range(2):  # unfolded, then folded
        found = build_dashboard(widget=widget)
        assert found.n == 15
        assert found.classes == {"promoter": 8, "passive": 1, "detractor": 6}
        assert found.score.value == pytest.approx(100 * 2 / 15)
        assert found.shares["promoter"].value == pytest.approx(100 * 8 / 15)
        trend = [(p.score.value, p.score.n, p.score.shown) for p in found.trend]
        assert trend == [(-100, 5, True), (None, 0, False), (100, 5, True), (40, 5, True)]
        assert all(p.start.weekday() == 0 for p in found.trend)
        reasons = get_reasons(family=[widget.pk])
        assert [(r.words, r.score, r.nps_class) for r in reasons] == [("Slow", 3, "detractor")]
        fold_responses()
    months = build_dashboard(widget=widget, span="month").trend
    assert all(p.start.day == 1 for p in months)
    assert sum(p.score.n for p in months) == 15


def test_results_over_rest(client, widget, scores, django_user_model):
    url = f"{API}{widget.pk}/results/"
    assert client.get(url).status_code == 403
    user = django_user_model.objects.create_user("u", "u@example.org", "x")
    client.force_login(user)
    assert client.get(url).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_results"))
    scores(9, 9, 9, 9)
    hidden = client.get(url).json()
    assert (hidden["n"], hidden["score"]["value"], hidden["score"]["shown"]) == (4, None, False)
    assert hidden["shares"]["promoter"]["value"] is None
    scores(0)
    shown = client.get(url, {"span": "month"}).json()
    assert (shown["score"]["value"], shown["score"]["low_confidence"]) == (60, True)
    assert (shown["shares"]["detractor"]["value"], shown["span"]) == (20, "month")
    assert client.get(url, {"span": "year"}).json()["errors"]["span"]
    assert client.get(f"{API}999/results/").status_code == 404


def test_translations_share_their_score(widget, scores):
    copy = widget.copy_for_translation(Locale.objects.create(language_code="es"))
    copy.question = "¿Nos recomendarías?"
    copy = survey_services.publish_survey(survey=copy)
    assert (copy.kind, NPSWidget.objects.count()) == ("nps", 2)
    scores(10)
    services.submit_score(widget_id=copy.pk, score=0)
    assert build_dashboard(widget=copy).n == 2
    assert build_dashboard(widget=widget).score.value == 0


def test_erasing_keeps_the_score_and_drops_the_reason(widget, scores):
    reader = readers.create_reader()
    scores(9, reason="I am Ana", reader=reader)
    readers.erase_person(reader_ids=[reader.pk])
    assert Response.objects.get().answers == {"score": 9, "reason": None}
    assert get_reasons(family=[widget.pk]) == ()


@pytest.fixture
def page(article, widget):
    article.body = [("nps", {"widget": widget})]
    article.save_revision().publish()
    return article


def test_the_widget_on_a_page(client, page, widget):
    response = client.get("/en/an-article/")
    html = response.content.decode()
    assert not response.cookies
    assert html.count('name="answers.score"') == 11
    assert 'name="answers.reason"' in html
    assert 'aria-label="10: Extremely likely"' in html
    assert "style=" not in html
    assert "csrf" not in html
    assert "cx_feedback/nps/nps.css" in html
    widget.unpublish()
    assert "answers.score" not in client.get("/en/an-article/").content.decode()


def test_the_block_costs_one_query(page, widget, django_assert_max_num_queries):
    block = NPSBlock()
    raw = block.get_prep_value({"widget": widget})
    with django_assert_max_num_queries(1):
        assert "answers.score" in block.render(
            block.bulk_to_python([raw])[0], context={"page": page}
        )


def test_a_plain_post(client, page, widget):
    url = f"/feedback/nps/{widget.pk}/"
    response = client.post(
        url, {"page": page.pk, "answers.score": "9", "answers.reason": ""}, **OWN
    )
    assert response.status_code == 303
    assert response["Location"] == f"/en/an-article/#cx-nps-{widget.pk}-promoter"
    assert Response.objects.get().answers == {"score": 9}
    assert response.cookies["cx_reader"]


@pytest.mark.parametrize("score", ["11", "abc", "", "9.5", "-1"])
def test_a_wrong_plain_post_gives_the_words_back(client, widget, score):
    url = f"/feedback/nps/{widget.pk}/"
    response = client.post(url, {"answers.score": score, "answers.reason": "My words"}, **OWN)
    assert response.status_code == 400
    assert "My words" in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Response.objects.exists()
