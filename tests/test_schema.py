"""The OpenAPI document: free of warnings, and true of whatever is sent to the endpoints."""

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.drainage import GENERATOR_STATS

from cx_feedback.comments import services as comments
from cx_feedback.comments.submission import comment_input
from cx_feedback.newsletter.models import MailingList
from cx_feedback.readers import services as readers
from tests.conftest import OWN
from tests.pages import make_survey, make_widget
from tests.tokens.conftest import ALL_SCOPES, make_token, owner  # noqa: F401

pytestmark = pytest.mark.django_db
SCHEMA = "/feedback/api/v1/schema/"
#: All but two: what a schema can't say (a page that exists, an address, a text that is no spam) is
#: refused though it is valid, and parameters of links that are none are left out.
CHECKS = [
    check
    for check in schemathesis.checks.CHECKS.get_all()
    if check.__name__ not in ("positive_data_acceptance", "negative_data_rejection")
]
HEADERS = {key.removeprefix("HTTP_").replace("_", "-"): value for key, value in OWN.items()}


def test_the_document_has_no_warnings_and_unique_names(client, capsys):
    GENERATOR_STATS.reset()
    document = client.get(SCHEMA).json()
    assert not GENERATOR_STATS
    assert capsys.readouterr().err == ""
    operations = [one for path in document["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    assert all(
        "application/problem+json" in one["responses"]["4XX"]["content"] for one in operations
    )


@pytest.mark.parametrize("path", ["", "nothing/", "surveys/abc/", "surveys/-1/responses/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address_is_a_problem_document_too(client, path, method):
    response = getattr(client, method)(f"/feedback/api/v1/{path}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:cx-feedback:problem:not-found"


def test_an_address_without_its_slash_is_redirected(client):
    response = client.get("/feedback/api/v1/surveys")
    assert (response.status_code, response["Location"]) == (301, "/feedback/api/v1/surveys/")


@pytest.fixture
def api(article):
    """The schema, with requests that often are about what is there."""
    for signal in (request_started, request_finished):  # they would end the test's connection
        signal.disconnect(close_old_connections)
    survey, widget = make_survey(), make_widget()
    MailingList.objects.create(name="Friday letter")
    draft = comment_input.parse_comment({"name": "Ana", "text": "Words"}, page_id=article.pk)
    comment = comments.store_comment(draft=draft).comment
    comments.approve_comments(ids=[comment.pk])
    there = {"surveys": survey.pk, "nps": widget.pk, "comments": comment.pk}
    there["loyalty"] = readers.create_reader().pk
    schema = schemathesis.openapi.from_wsgi(SCHEMA, get_wsgi_application())

    @schema.hook
    def map_path_parameters(context, path_parameters):
        room = context.operation.path.split("/")[4]
        return {
            name: there[room] if isinstance(value, int) and value % 2 else value
            for name, value in (path_parameters or {}).items()
        }

    @schema.hook
    def map_body(context, body):
        if isinstance(body, dict) and isinstance(body.get("page"), int) and body["page"] % 2:
            body["page"] = article.pk
        return body

    yield schema
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(params=["anonymous", "staff", *ALL_SCOPES])
def caller(request, owner, make_token, client):  # noqa: F811
    """Headers of who calls: a reader, a superuser, a program with one scope."""
    if request.param == "anonymous":
        return {}
    if request.param == "staff":
        client.force_login(owner)
        return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    _token, text = make_token(request.param, rate="999999/s")
    return {"Authorization": f"Bearer {text}"}


@pytest.mark.slow
def test_every_answer_is_as_described(api, caller):
    for operation in api.get_all_operations():
        send_requests(operation.ok(), 5 if caller else 20, {**HEADERS, **caller})


def send_requests(operation, number, headers):
    """Send so many requests that the document allows or not, the same ones at every run."""
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    for mode in modes if headers == HEADERS else modes[:1]:

        @hypothesis.settings(
            max_examples=number,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def send(case):
            case.validate_response(case.call(headers=headers), checks=CHECKS)

        send()
