import io

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import override_settings

from cx_feedback.core.errors import TooLarge
from cx_feedback.core.http.body_limit import refuse_large
from tests.conftest import OWN


@pytest.mark.parametrize(("size", "fits"), [(2000, True), (2001, False)])
@override_settings(CX_FEEDBACK={"MAX_BODY": 2000})
def test_a_body_that_says_no_length_is_measured(size, fits):
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}
    request = ASGIRequest(scope, io.BytesIO(b"x" * size))
    if fits:
        refuse_large(request)
        assert len(request.body) == size
    else:
        with pytest.raises(TooLarge):
            refuse_large(request)


def test_what_is_too_large_is_not_read(rf):
    class Unread(io.BytesIO):
        def read(self, *args):
            raise AssertionError("read")

    from cx_feedback.surveys.views import answer_survey

    request = rf.post("/", **OWN)
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        request = rf.post("/", CONTENT_TYPE=kind, CONTENT_LENGTH="300000", **OWN)
        request._stream = Unread()
        assert answer_survey(request, 1).status_code == 413
