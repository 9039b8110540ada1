"""Each error has the status and headers of its class, or of the class that it derives from."""

import pytest

from cx_feedback.core import errors
from cx_feedback.core.http.error_statuses_and_headers import FrameworkError, get_headers, get_status
from cx_feedback.core.http.problem_documents import build_problem
from cx_feedback.surveys.responses.errors import AlreadyAnswered, SurveyFull
from cx_feedback.surveys.services.response_notes import ResponseErased


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidInput(), 400),
        (errors.NotFound(), 404),
        (errors.Gone(), 410),
        (errors.CrossSite(), 403),
        (errors.Closed(), 409),
        (errors.Ended(), 410),
        (errors.KeyReused(), 422),
        (errors.TooLarge(), 413),
        (SurveyFull(), 409),
        (AlreadyAnswered(), 409),
        (ResponseErased(), 409),
        (FrameworkError("No.", status=415, code="unsupported-media-type"), 415),
    ],
)
def test_an_error_has_the_status_of_its_nearest_class(error, status):
    assert get_status(error) == build_problem(error)["status"] == status
    assert get_headers(error) == {}


def test_too_many_requests_say_when_to_come_back():
    error = errors.TooMany(retry_after=7)

    assert get_status(error) == 429
    assert get_headers(error) == {"Retry-After": "7"}


def test_an_error_may_tell_programs_more():
    class Moved(errors.Conflict):
        def get_members(self):
            return {"current": 3}

    problem = build_problem(Moved("It moved.", fields={"text": ["Read it again."]}))

    assert problem == {
        "type": "urn:cx-feedback:problem:conflict",
        "title": str(errors.Conflict.title),
        "status": 409,
        "detail": "It moved.",
        "errors": {"text": ["Read it again."]},
        "current": 3,
    }
