"""A client that openapi-python-client makes of the document does what a program does."""

import importlib
import inspect
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import get_args

import pytest
from altcha import Challenge, Payload, solve_challenge
from django.test import Client

from cx_feedback.comments.models import Comment
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.surveys import tasks
from cx_feedback.surveys.models import Response
from tests.comments.conftest import talk, write  # noqa: F401
from tests.pages import make_survey
from tests.tokens.conftest import make_token, owner  # noqa: F401

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ORIGIN = "https://app.example"
NAME = "magazine_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory, django_db_setup, django_db_blocker):
    """Import a module of the client by its name below the package."""
    folder = tmp_path_factory.mktemp("generated")
    document = folder / "openapi.json"
    with django_db_blocker.unblock():
        document.write_bytes(Client().get("/feedback/api/v1/schema/").content)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    places = ["--path", str(document), "--output-path", str(folder / NAME)]
    # It formats what it makes by ruff, from beside this interpreter.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [*command, *places, "--fail-on-warning"],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield lambda name: importlib.import_module(f"{NAME}.{name}")


@pytest.fixture
def call(generated, live_server):
    """A function that calls an operation: its module, its fields, and a body as a dict."""
    client = generated("client").Client(
        base_url=live_server.url, headers={"Origin": ORIGIN}, timeout=30
    )

    def call(operation, *args, body=None, by=client, **parameters):
        if body is not None:
            model, fields = body
            parameters["body"] = getattr(generated("models"), model).from_dict(fields)
        found = generated(f"api.{operation}").sync_detailed(*args, client=by, **parameters)
        return found.status_code, found.parsed, found.headers

    yield call
    client.get_httpx_client().close()  # else the server waits for it


@pytest.fixture
def program(generated, live_server, make_token):  # noqa: F811
    """A client with a token that reads results."""
    _token, text = make_token("cx_feedback_surveys.view_results")
    client = generated("client").AuthenticatedClient(
        base_url=live_server.url, token=str(text), timeout=30
    )
    yield client
    client.get_httpx_client().close()


@pytest.fixture(autouse=True)
def trusted(settings):
    settings.CX_FEEDBACK = {
        **settings.CX_FEEDBACK,
        "TRUSTED_ORIGINS": [ORIGIN],
        "COMMENTS_SCORES": {"challenge": 0, "hold": 80, "spam": 90},
        "CHALLENGE_COST": 10,
    }


def test_a_survey_is_read_and_answered_and_its_results_are_read(call, talk, program):  # noqa: F811
    survey = make_survey()
    status, shown, _headers = call("surveys.surveys_retrieve", survey.pk, page=talk.pk)
    assert (status, shown.title) == (200, "Your visit")
    choice = shown.questions[0].options["choices"][0]["key"]
    answers = {"page": talk.pk, "version": shown.version, "answers": {"q-choice": choice}}
    key = str(uuid.uuid4())
    stored = [
        call(
            "surveys.surveys_responses_create",
            survey.pk,
            body=("AnswersIn", answers),
            idempotency_key=key,
        )
        for _ in range(2)
    ]
    assert [status for status, _answer, _headers in stored] == [201, 201]
    assert stored[0][1].id == stored[1][1].id == Response.objects.get().pk
    assert stored[0][1].thanks == "Thanks, it helps."
    tasks.fold_responses()
    status, refused, _headers = call("surveys.surveys_results_retrieve", survey.pk)
    assert (status, refused.type_) == (403, "urn:cx-feedback:problem:refused")
    status, results, _headers = call("surveys.surveys_results_retrieve", survey.pk, by=program)
    assert (status, results.n) == (200, 1)


def test_a_comment_goes_through_a_proof_of_work_as_a_vote_s_reader(generated, call, talk, write):  # noqa: F811
    first = write("First", state="published")
    fields = {"page": talk.pk, "name": "Ana", "text": "I was there"}
    sent = inspect.signature(generated("api.comments.comments_create").sync_detailed).parameters
    assert str in get_args(sent["idempotency_key"].annotation)  # httpx sends no UUID
    key = str(uuid.uuid4())
    status, problem, _headers = call(
        "comments.comments_create", body=("CommentInput", fields), idempotency_key=key
    )
    assert (status, problem.solver[-12:]) == (428, "challenge.js")
    challenge = Challenge.from_dict(problem.challenge.to_dict())
    fields["challenge"] = Payload(challenge, solve_challenge(challenge)).to_base64()
    status, comment, headers = call(
        "comments.comments_create", body=("CommentInput", fields), idempotency_key=key
    )
    assert (status, comment.state) == (201, "pending")
    reader = headers["X-CX-Reader"].partition(";")[0]
    status, tally, _headers = call(
        "comments.comments_votes_create", first.pk, body=("Vote", {"value": 1}), x_cx_reader=reader
    )
    assert (status, tally.up, tally.mine) == (200, 1, 1)
    status, thread, _headers = call("comments.comments_list", page=talk.pk, x_cx_reader=reader)
    assert [one.id for one in thread.mine] == [Comment.objects.get(text="I was there").pk]
    assert [one.id for one in thread.comments] == [first.pk]


def test_a_subscription_and_an_error_with_its_fields(call, talk):  # noqa: F811
    MailingList.objects.create(name="Friday letter")
    body = {"email": "ana@example.org", "page": talk.pk}
    status, answer, _headers = call(
        "subscriptions.subscriptions_create", body=("SubscriptionIn", body)
    )
    assert (status, answer.state) == (202, "pending")
    assert Subscription.objects.get().email == "ana@example.org"
    status, problem, _headers = call(
        "subscriptions.subscriptions_create", body=("SubscriptionIn", {**body, "email": "nobody"})
    )
    assert (status, problem.type_) == (400, "urn:cx-feedback:problem:invalid-input")
    assert list(problem.errors.to_dict()) == ["email"]
