import pytest
from django.test import RequestFactory, override_settings

from cx_feedback.core.errors import TooMany
from cx_feedback.core.http.client_address import get_client_hash
from cx_feedback.core.http.cross_site import RequestSource, get_request_source
from cx_feedback.core.http.throttles import throttle_request


@pytest.mark.parametrize(
    ("headers", "source"),
    [
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, RequestSource.OWN),
        ({"HTTP_SEC_FETCH_SITE": "none"}, RequestSource.OWN),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, RequestSource.FOREIGN),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, RequestSource.FOREIGN),
        ({"HTTP_ORIGIN": "http://testserver"}, RequestSource.OWN),
        ({"HTTP_ORIGIN": "https://testserver"}, RequestSource.OWN),
        ({"HTTP_ORIGIN": "http://testserver.evil.example"}, RequestSource.FOREIGN),
        ({"HTTP_ORIGIN": "null"}, RequestSource.FOREIGN),
        (
            {"HTTP_ORIGIN": "https://app.example", "HTTP_SEC_FETCH_SITE": "cross-site"},
            RequestSource.OWN,
        ),
        ({}, RequestSource.UNKNOWN),
    ],
)
@override_settings(CX_FEEDBACK={"TRUSTED_ORIGINS": ["https://app.example"]})
def test_source_of(headers, source):
    assert get_request_source(RequestFactory().post("/", **headers)) is source


def test_what_a_client_says_of_its_address_is_believed_only_when_the_site_says_so():
    requests = RequestFactory()

    def key(address, **headers):
        return get_client_hash(requests.post("/", REMOTE_ADDR=address, **headers))

    forged = {"HTTP_X_FORWARDED_FOR": "198.51.100.1", "HTTP_X_REAL_IP": "198.51.100.1"}
    assert key("192.0.2.1", **forged) == key("192.0.2.1") != key("192.0.2.2", **forged)
    with override_settings(CX_FEEDBACK={"CLIENT_ADDRESS_HEADER": "HTTP_X_REAL_IP"}):
        assert key("192.0.2.1", **forged) == key("192.0.2.2", **forged)


@override_settings(CX_FEEDBACK={"RATES": {"write": "2/h"}})
def test_throttle_counts_by_address():
    requests = RequestFactory()
    for _ in range(2):
        throttle_request(requests.post("/", REMOTE_ADDR="192.0.2.1"))
    with pytest.raises(TooMany):
        throttle_request(requests.post("/", REMOTE_ADDR="192.0.2.1"))
    throttle_request(requests.post("/", REMOTE_ADDR="192.0.2.2"))
