"""Answered pages over REST, of surveys and NPS widgets."""

import json
import uuid

import pytest
from django.contrib.auth.models import Permission

from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.models import PartialResponse, Response
from tests.conftest import FOREIGN, OWN
from tests.pages import make_widget
from tests.surveys.flow.conftest import YES

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"
KEY = str(uuid.uuid4())


@pytest.fixture
def post(client):
    def post_(path, origin=OWN, **body):
        return client.post(
            f"{API}{path}", json.dumps(body), content_type="application/json", **origin
        )

    return post_


@pytest.fixture
def keep(post, kept):
    def keep_(origin=OWN, **body):
        given = {"partial": KEY, "sequence": 1, "upto": "stars", "answers": {"reads": YES}}
        return post(f"surveys/{kept.pk}/partials/", origin, **{**given, **body})

    return keep_


@pytest.fixture
def widget(db):
    return services.publish_survey(
        survey=NPSWidget(title="Below", open_by_address=True, keeps_partials=True)
    )


def test_pages_are_kept_and_go_with_the_response(keep, post, kept, client, reader):
    client.cookies["cx_reader"] = reader.key.hex
    answer = keep()
    assert (answer.status_code, answer.content) == (204, b"")
    assert not answer.cookies
    assert PartialResponse.objects.get().reader == reader
    answers = {"reads": YES, "stars": 4}
    sent = post(f"surveys/{kept.pk}/responses/", answers=answers, partial=KEY)
    assert sent.status_code == 201
    assert PartialResponse.objects.get().sent
    late = keep(sequence=9)
    assert (late.status_code, late.json()["type"]) == (409, "urn:cx-feedback:problem:partial-sent")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"partial": None}, "partial"),
        ({"partial": ""}, "partial"),
        ({"partial": "words"}, "partial"),
        ({"partial": 5}, "partial"),
        ({"partial": ["x"]}, "partial"),
        ({"sequence": None}, "sequence"),
        ({"sequence": 1.5}, "sequence"),
        ({"upto": {}}, "upto"),
        ({"answers": None}, "answers"),
        ({"answers": {"stars": 9}}, "answers.stars"),
        ({"page": "x"}, "page"),
    ],
)
def test_bad_input_names_the_field(keep, body, field):
    answer = keep(**body)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {field}
    assert not PartialResponse.objects.exists()


def test_a_response_with_a_broken_key_names_it(post, kept):
    answer = post(f"surveys/{kept.pk}/responses/", answers={"reads": YES}, partial="words")
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"partial"})
    assert not Response.objects.exists()


def test_other_sites_unknown_surveys_and_surveys_that_keep_nothing(keep, post, kept):
    assert keep(FOREIGN).status_code == 403
    assert post("surveys/987/partials/", partial=KEY).status_code == 404
    kept.keeps_partials = False
    services.publish_survey(survey=kept)
    assert keep().json()["type"] == "urn:cx-feedback:problem:partials-not-kept"
    kept.unpublish()
    assert keep().status_code == 410


def test_pages_have_a_rate_of_their_own(keep, post, kept, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "RATES": {"partial": "2/d"}}
    assert [keep(sequence=n).status_code for n in range(3)] == [204, 204, 429]
    sent = post(f"surveys/{kept.pk}/responses/", answers={"reads": YES, "stars": 1, "why": "x"})
    assert sent.status_code == 201


def test_a_chosen_score_is_kept_without_the_reason(post, widget):
    answers = {"score": 9, "reason": "not sent"}
    body = {"partial": KEY, "sequence": 1, "upto": "score", "answers": answers}
    assert post(f"nps/{widget.pk}/partials/", **body).status_code == 204
    assert PartialResponse.objects.get().answers == {"score": 9}
    post(f"nps/{widget.pk}/responses/", answers=answers, partial=KEY)
    assert PartialResponse.objects.get().sent
    assert post(f"surveys/{widget.pk}/partials/", **body).status_code == 404


@pytest.mark.parametrize("answers", [{}, {"score": 11}])
def test_no_score_is_an_error(post, widget, answers):
    body = {"partial": KEY, "sequence": 1, "upto": "score", "answers": answers}
    assert post(f"nps/{widget.pk}/partials/", **body).status_code == 400
    assert not PartialResponse.objects.exists()


@pytest.mark.parametrize(("codename", "kept_rows"), [("change_survey", 0), ("view_results", 1)])
def test_pages_of_an_editors_test_are_not_those_of_a_reader(
    keep, kept, client, django_user_model, codename, kept_rows
):
    kept.tests_by_editors = True
    services.publish_survey(survey=kept)
    user = django_user_model.objects.create_user("ana", "ana@example.org", "x")
    user.user_permissions.set(Permission.objects.filter(codename=codename))
    client.force_login(user)
    assert keep().status_code == 204
    assert PartialResponse.objects.count() == kept_rows


def test_a_score_that_an_editor_tests_is_not_kept(post, client, django_user_model):
    widget = make_widget(keeps_partials=True, tests_by_editors=True)
    user = django_user_model.objects.create_user("ana", "ana@example.org", "x")
    user.user_permissions.set(Permission.objects.filter(codename="change_npswidget"))
    client.force_login(user)
    body = {"partial": KEY, "sequence": 1, "upto": "score", "answers": {"score": 9}}
    assert post(f"nps/{widget.pk}/partials/", **body).status_code == 204
    assert not PartialResponse.objects.exists()
