import pytest
from django.test import RequestFactory, override_settings

from cx_feedback.core.errors import TooMany
from cx_feedback.core.http.origin import Source, source_of
from cx_feedback.core.http.throttles import address_key, throttle


@pytest.mark.parametrize(
    ("headers", "source"),
    [
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, Source.OWN),
        ({"HTTP_SEC_FETCH_SITE": "none"}, Source.OWN),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, Source.FOREIGN),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, Source.FOREIGN),
        ({"HTTP_ORIGIN": "http://testserver"}, Source.OWN),
        ({"HTTP_ORIGIN": "https://testserver"}, Source.OWN),
        ({"HTTP_ORIGIN": "http://testserver.evil.example"}, Source.FOREIGN),
        ({"HTTP_ORIGIN": "null"}, Source.FOREIGN),
        ({"HTTP_ORIGIN": "https://app.example", "HTTP_SEC_FETCH_SITE": "cross-site"}, Source.OWN),
        ({}, Source.UNKNOWN),
    ],
)
@override_settings(CX_FEEDBACK={"TRUSTED_ORIGINS": ["https://app.example"]})
def test_source_of(headers, source):
    assert source_of(RequestFactory().post("/", **headers)) is source


def test_what_a_client_says_of_its_address_is_believed_only_when_the_site_says_so():
    requests = RequestFactory()

    def key(address, **headers):
        return address_key(requests.post("/", REMOTE_ADDR=address, **headers))

    forged = {"HTTP_X_FORWARDED_FOR": "198.51.100.1", "HTTP_X_REAL_IP": "198.51.100.1"}
    assert key("192.0.2.1", **forged) == key("192.0.2.1") != key("192.0.2.2", **forged)
    with override_settings(CX_FEEDBACK={"CLIENT_ADDRESS_HEADER": "HTTP_X_REAL_IP"}):
        assert key("192.0.2.1", **forged) == key("192.0.2.2", **forged)


@override_settings(CX_FEEDBACK={"RATES": {"write": "2/h"}})
def test_throttle_counts_by_address():
    requests = RequestFactory()
    for _ in range(2):
        throttle(requests.post("/", REMOTE_ADDR="192.0.2.1"))
    with pytest.raises(TooMany):
        throttle(requests.post("/", REMOTE_ADDR="192.0.2.1"))
    throttle(requests.post("/", REMOTE_ADDR="192.0.2.2"))
