"""Front ends of other origins: CORS, and readers known by a header in place of a cookie."""

import json
import re

import pytest
from django.test import Client, modify_settings

from cx_feedback.core import checks
from cx_feedback.core.http import cors
from cx_feedback.readers.models import Reader
from cx_feedback.surveys.models import Response
from tests.pages import make_survey, make_widget

pytestmark = pytest.mark.django_db
API, FRONT = "/feedback/api/v1/", "https://app.example"
FOREIGN = "https://evil.example"


@pytest.fixture(autouse=True)
def trusted(settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "TRUSTED_ORIGINS": [FRONT]}


class FrontEnd(Client):
    """A page of another origin, whose browser keeps no cookies of the site."""

    def __init__(self, origin=FRONT):
        super().__init__(headers={"Origin": origin, "Sec-Fetch-Site": "cross-site"})

    def send(self, path, data, method="post", key=None):
        headers = {"X-CX-Reader": key} if key else {}
        body = {"data": json.dumps(data), "content_type": "application/json"}
        response = getattr(self, method)(API + path, headers=headers, **body)
        self.cookies.clear()
        return response

    def ask(self, path, method="POST", wanted="content-type,idempotency-key"):
        """Send the preflight of a request."""
        asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": wanted}
        return self.options(API + path, headers=asked)


def get_cors(response):
    return {name: value for name, value in response.headers.items() if "Access-Control" in name}


@pytest.mark.parametrize("path", ["comments/", "surveys/1/responses/", "me/", "nothing/"])
def test_a_preflight_of_a_trusted_page(path):
    response = FrontEnd().ask(path)
    assert (response.status_code, response.content) == (204, b"")
    assert get_cors(response) == {
        "Access-Control-Allow-Origin": FRONT,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET, HEAD, POST, PATCH, DELETE, OPTIONS",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, X-CX-Reader",
        "Access-Control-Expose-Headers": "Deprecation, Retry-After, Sunset, WWW-Authenticate, "
        "X-CX-Reader",
        "Access-Control-Max-Age": "7200",
    }
    assert "Origin" in response["Vary"]


@pytest.mark.parametrize(
    "origin", [FOREIGN, "null", "https://app.example.evil.example", FRONT[:-1]]
)
def test_other_origins_get_nothing(origin):
    for response in (FrontEnd(origin).ask("me/"), FrontEnd(origin).get(f"{API}surveys/")):
        assert get_cors(response) == {}
        assert "Origin" in response["Vary"]
    refused = FrontEnd(origin).send("nps/1/responses/", {"answers": {"score": 9}})
    assert refused.json()["type"] == "urn:cx-feedback:problem:cross-site"


def test_answers_and_errors_can_be_read():
    for path, status in (("surveys/", 200), ("surveys/9/", 404), ("nothing/", 404)):
        response = FrontEnd().get(API + path)
        assert response.status_code == status
        assert response["Access-Control-Allow-Origin"] == FRONT
        assert "X-CX-Reader" in response["Access-Control-Expose-Headers"]


def test_without_trusted_origins_nothing_changes(settings, client):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "TRUSTED_ORIGINS": []}
    response = client.get(f"{API}surveys/")
    assert get_cors(response) == {}
    assert "Origin" not in response.get("Vary", "")


def test_pages_that_are_no_rest_have_no_cors():
    assert get_cors(FrontEnd().get("/feedback/nothing/")) == {}


def test_reading_begins_no_reader(article):
    for path in ("surveys/", "me/", f"comments/?page={article.pk}", f"surveys/{make_survey().pk}/"):
        assert "X-CX-Reader" not in FrontEnd().get(API + path).headers
    assert not Reader.objects.exists()


def test_the_first_act_returns_the_key_and_the_next_is_of_the_same_reader():
    widget, front = make_widget(), FrontEnd()
    first = front.send(f"nps/{widget.pk}/responses/", {"answers": {"score": 9}})
    assert first.status_code == 201
    key, reader = first["X-CX-Reader"], Reader.objects.get()
    assert key == reader.key.hex
    again = front.send(f"nps/{widget.pk}/responses/", {"answers": {"score": 8}}, key=key)
    assert "X-CX-Reader" not in again.headers
    assert set(Response.objects.values_list("reader", flat=True)) == {reader.pk}
    known = front.get(f"{API}me/", headers={"X-CX-Reader": key}).json()
    assert known["known"] is True


def test_a_key_that_may_be_kept_says_how_long():
    front = FrontEnd()
    key = front.send(f"nps/{make_widget().pk}/responses/", {"answers": {"score": 9}})["X-CX-Reader"]
    response = front.send("me/", {"visits": True}, "patch", key=key)
    assert re.fullmatch(rf"{key}; max-age=\d{{8}}", response["X-CX-Reader"])
    assert Reader.objects.get().counts_visits
    whole = response["X-CX-Reader"]  # taken with what stands behind it, too
    assert front.send("me/", {"visits": False}, "patch", key=whole)["X-CX-Reader"] == key


def test_a_key_that_is_forgotten():
    front = FrontEnd()
    key = front.send(f"nps/{make_widget().pk}/responses/", {"answers": {"score": 9}})["X-CX-Reader"]
    assert front.send("me/", {}, "delete", key=key).status_code == 204
    assert not Reader.objects.exists()
    fresh = front.send(f"nps/{make_widget().pk}/responses/", {"answers": {"score": 7}}, key=key)
    assert fresh["X-CX-Reader"] == Reader.objects.get().key.hex != key


@pytest.mark.parametrize("key", ["x", "0" * 31, "é", ";", "0" * 5000])
def test_a_key_that_is_none(key):
    response = FrontEnd().send(
        f"nps/{make_widget().pk}/responses/", {"answers": {"score": 9}}, key=key
    )
    assert response.status_code == 201
    assert response["X-CX-Reader"] == Reader.objects.get().key.hex


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": FOREIGN}])
def test_the_key_counts_from_trusted_origins_alone(reader, headers):
    sent = {"X-CX-Reader": reader.key.hex, **headers}
    told = Client().get(f"{API}me/", headers=sent)
    if "Origin" in headers:
        assert (told.status_code, told.json()["type"][-10:]) == (403, "cross-site")
    else:
        assert told.json() == {"known": False}


def test_a_page_of_the_site_gets_the_key_in_its_cookie_alone(own_client):
    body = {"data": '{"answers": {"score": 9}}', "content_type": "application/json"}
    response = own_client.post(f"{API}nps/{make_widget().pk}/responses/", **body)
    assert "X-CX-Reader" not in response.headers
    assert response.cookies["cx_reader"]["httponly"]


def test_a_repeated_act_with_the_key_is_one():
    widget, front = make_widget(), FrontEnd()
    url, data = f"nps/{widget.pk}/responses/", {"answers": {"score": 9}}
    for _ in range(3):
        front.defaults["HTTP_IDEMPOTENCY_KEY"] = "6f1c1f0e-6c8c-4c0e-9b1f-0d6b1b7f7a11"
        assert front.send(url, data).status_code == 201
    assert Response.objects.count() == 1


@modify_settings(MIDDLEWARE={"prepend": "corsheaders.middleware.CorsMiddleware"})
def test_a_site_with_django_cors_headers(settings, monkeypatch):
    # Wagtail's apps can't be started a second time, so the app itself isn't installed.
    monkeypatch.setattr(cors, "has_cors_headers", lambda: True)
    cors.connect_cors_headers()
    settings.CORS_ALLOW_HEADERS = ("content-type", "idempotency-key", "x-cx-reader")
    asked = FrontEnd().ask("me/")
    assert asked.status_code == 200
    assert asked["Access-Control-Allow-Origin"] == FRONT
    assert "x-cx-reader" in asked["Access-Control-Allow-Headers"]
    read = FrontEnd().get(f"{API}surveys/")
    assert read["Access-Control-Allow-Origin"] == FRONT
    assert "X-CX-Reader" in read["Access-Control-Expose-Headers"]
    assert get_cors(FrontEnd(FOREIGN).get(f"{API}surveys/")) == {}
    assert get_cors(FrontEnd().get("/admin/login/")) == {}
    assert checks.check_cors_headers(None) == []
    settings.CORS_ALLOW_HEADERS = ("content-type", "idempotency-key")
    [warning] = checks.check_cors_headers(None)
    assert (warning.id, warning.msg) == (
        "cx_feedback.W006",
        "CORS_ALLOW_HEADERS lacks x-cx-reader.",
    )


@pytest.mark.parametrize("origin", ["app.example", "https://app.example/", "https://App.example"])
def test_an_origin_that_no_browser_sends(settings, origin):
    settings.CX_FEEDBACK = {"TRUSTED_ORIGINS": [origin]}
    [error] = checks.check_settings(None)
    assert origin in error.msg
