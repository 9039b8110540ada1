"""The OpenAPI document: free of warnings, and true of whatever is sent to the endpoints."""

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.drainage import GENERATOR_STATS
from schemathesis.checks import load_all_checks

from cx_feedback.comments import services as comments
from cx_feedback.comments.submission import comment_input
from cx_feedback.conversations.services.letters import Letter, store_letter
from cx_feedback.newsletter.models import MailingList
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from cx_feedback.webhooks import services as webhooks
from tests.conftest import OWN
from tests.pages import make_survey, make_widget
from tests.reference.registered_pages import find_scopes
from tests.steps import THOROUGH
from tests.tokens.conftest import ALL_SCOPES, make_token, owner  # noqa: F401

pytestmark = pytest.mark.django_db
SCHEMA = "/feedback/api/v1/schema/"
load_all_checks()
CHECKS = schemathesis.checks.CHECKS.get_all()
#: Statuses with which the state of the site answers valid input: it is gone, the key was used for
#: something else, a proof of work is asked for.
OF_THE_SITE = (410, 422, 428)
#: Why valid input is refused besides: what a schema can't say. Other refusals of valid input fail.
UNSAYABLE = [
    # What has to be there, or came from there
    "Must be the “next” value of the previous page.",
    "This page does not exist.",
    "There is no such comment on this page.",
    "There is no such guide.",
    "There is no such list.",
    "There is no such topic.",
    "There is no such time zone.",
    "There is no such question here.",
    "There is no such version. Check your answers and send them again.",
    "Choose a question whose answers can be counted.",
    "Must be a question key, a colon and a value, of a question whose answers can be counted.",
    "Must be promoter, passive or detractor, and the survey must ask an NPS.",
    # Where a webhook may be sent to
    "Must be an address such as https://example.com/hooks.",
    "A token can't have texts sent. Change webhooks with texts in the admin.",
    "This is the site itself. A webhook must go to another program.",
    "Must begin with https://, so that nobody on the way can read it.",
    "This address is not a public one. WEBHOOKS_ALLOWED_HOSTS can allow it.",
    # What another field asks for
    "To get replies by email, enter your address or untick the box.",
    # What the survey or the site asks for
    "Please answer this question.",
    "Must be one of: 0, 1.",
    "Vote instead of reacting.",
    "Enter your name or a nickname.",
    # One of the names in the description, see there
    "Name the state that you have seen.",
    # One of two fields, which generators of clients would not understand
    "Must be true or false.",
    "Name a field that is to change.",
    # Texts of spaces, control characters, half ones, days before 1970, solutions that solve nothing
    "Write your comment first.",
    "Write your text first.",
    # What a conversation is by now, whom and what a decision on it may name
    "This conversation is closed. Open it again first.",
    "This account may not answer this conversation.",
    "Choose another open conversation of the same reader.",
    "Choose a moment within the next year.",
    "Enter a moment such as 2026-05-31T09:00:00+02:00.",
    "This field cannot be blank.",
    "Line breaks and control characters are refused.",
    "This contains a character that isn't text, such as half of an emoji. Remove it.",
    "Enter a date as year-month-day, such as 2026-05-31.",
    "The last day is before the first.",
    "Must be the cursor of the part before.",
    "The check failed or has expired. Please send again.",
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
def api(article, settings, owner):  # noqa: F811
    """The schema, with requests that often are about what is there."""
    rates = {**settings.CX_FEEDBACK["RATES"], "unauthorized": "999999/s"}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "RATES": rates}
    for signal in (request_started, request_finished):  # they would end the test's connection
        signal.disconnect(close_old_connections)
    survey, widget = make_survey(), make_widget()
    MailingList.objects.create(name="Friday letter")
    draft = comment_input.parse_comment({"name": "Ana", "text": "Words"}, page_id=article.pk)
    comment = comments.store_comment(draft=draft).comment
    comments.approve_comments(ids=[comment.pk])
    there = {"surveys": survey.pk, "nps": widget.pk, "comments": comment.pk}
    there["loyalty"] = readers.create_reader().pk
    letter = Letter(text="Words", name="Ana", email="ana@example.org", page_id=article.pk)
    reader = Reader.objects.get(pk=there["loyalty"])
    there["conversations"] = store_letter(letter=letter, reader=reader).conversation.pk
    hook = {"name": "x", "url": "https://hook.example/", "events": ["comment.created"]}
    endpoint, _secret = webhooks.create_endpoint(owner=owner, **hook)
    webhooks.send_test(endpoint_id=endpoint.pk)
    there["webhooks"] = endpoint.pk
    schema = schemathesis.openapi.from_wsgi(SCHEMA, get_wsgi_application())

    @schema.hook
    def map_path_parameters(context, path_parameters):
        room = context.operation.path.split("/")[4]
        return {
            name: there[room] if isinstance(value, int) and value % 2 else value
            for name, value in (path_parameters or {}).items()
        }

    def name_the_page(fields):
        page = fields.get("page") if isinstance(fields, dict) else None
        if type(page) is int and page > 0 and page % 2:
            fields["page"] = article.pk
        return fields

    @schema.hook
    def map_body(context, body):
        return name_the_page(body)

    @schema.hook
    def map_query(context, query):
        return name_the_page(query)

    yield schema
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


#: Scopes that are let in nowhere by themselves: they add to what others see.
ADDING = {"cx_feedback_surveys.view_texts"}


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
def test_every_answer_is_as_described(api, caller, request):
    name, sent = request.node.callspec.params["caller"], 0
    for found in api.get_all_operations():
        operation = found.ok()
        for mode, number in count_requests(name, operation).items():
            send_requests(operation, mode, number, {**HEADERS, **caller})
            sent += number
    assert bool(sent) is (THOROUGH or name not in ADDING)


def count_requests(caller, operation):
    """Return how many requests to send, those that the document allows and those that it doesn't.

    Where callers are refused, the answer is the same for all: a reader sends one request there,
    and programs none, since ``tests/tokens`` asks who is let in. ``make test-all`` sends all.
    """
    allowed, others = schemathesis.GenerationMode
    scopes = find_scopes(operation.path, operation.method)
    if caller == "anonymous":
        refused, number = {} not in operation.definition.raw["security"], 20 if THOROUGH else 10
    else:
        refused, number = caller != "staff" and caller not in scopes, 5
    if refused and not THOROUGH:
        return {allowed: 1} if caller == "anonymous" else {}
    return dict.fromkeys((allowed, others), number)


def test_all_checks_are_there():
    names = {check.__name__ for check in CHECKS}
    assert len(names) >= 14
    assert names >= {"response_schema_conformance", "negative_data_rejection"}


def choose_checks(response):
    """Return all checks; without the one for valid input if the site has a reason to refuse it."""
    reasons = []
    if response.status_code == 400:
        errors = response.json().get("errors", {})
        reasons = [text for texts in errors.values() for text in texts]
    known = reasons and all(text in UNSAYABLE for text in reasons)
    if not known and response.status_code not in OF_THE_SITE:
        return CHECKS
    return [check for check in CHECKS if check.__name__ != "positive_data_acceptance"]


def send_requests(operation, mode, number, headers):
    """Send so many requests that the document allows or not, the same ones at every run."""

    @hypothesis.settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        response = case.call(headers=headers)
        checks = choose_checks(response)
        case.validate_response(response, checks=checks, headers=headers)

    send()
