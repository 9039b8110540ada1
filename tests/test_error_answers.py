"""Whatever the URLs of a site are like, what goes wrong at our addresses is answered by us."""

import re

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver

from cx_feedback.core.http.view_errors import (
    answer_errors,
    answer_with_page,
    answer_with_problem,
)
from tests.conftest import OWN

#: URL configuration to what stands before ``/feedback/``.
URLCONFS = {
    "tests.urls": "",
    "tests.urls_inside": "/es",
    "tests.urls_unprefixed": "",
    "tests.urls_plain": "",
}
#: What no room knows, and what it knows and does not have.
MISSING = [
    "surveys/987654/", "surveys/987654/ask/", "nps/987654/", "nps/987654/ask/", "nps/987654/next/",
    "comments/987654/", "comments/987654/reply/", "comments/987654/flags/",
    "comments/987654/edit/", "comments/987654/delete/", "comments/page/987654/",
    "comments/page/987654/rss/", "comments/feed/nothing/", "comments/follow/?page=987654",
    "newsletter/archive/987654/", "newsletter/archive/987654/rss/",
    "newsletter/issues/00000000-0000-4000-8000-000000000000/",
    "nothing/", "nothing", "surveys/abc/", "surveys/-1/", "comments/page/", "a/b/c.html", "%0A",
]  # fmt: skip
MISSING_OF_API = [
    "", "nothing/", "nothing", "surveys/987654/", "surveys/abc/", "nps/987654/",
    "comments/987654/", "surveys/987654/?format=html", "schema/?format=html",
]  # fmt: skip
HTML = {"HTTP_ACCEPT": "text/html", "HTTP_ACCEPT_LANGUAGE": "es"}


@pytest.fixture(params=URLCONFS)
def base(request, settings, home):
    settings.ROOT_URLCONF = request.param
    return f"{URLCONFS[request.param]}/feedback/"


def is_ours(response, status):
    html = response.content.decode()
    kind = response["Content-Type"]
    return (response.status_code, kind.partition(";")[0], 'class="cx-page"' in html) == (
        status,
        "text/html",
        True,
    )


def test_what_is_missing_is_a_page_of_ours(client, base):
    for address in MISSING:
        for method in ("get", "post"):
            response = getattr(client, method)(base + address, **HTML, **OWN)
            if (method, response.status_code) == ("get", 405):
                continue
            expected = 405 if response.status_code == 405 else response.status_code
            assert response.status_code in (400, 404, 405), (method, address, response)
            assert is_ours(response, expected), (method, address, response)
            assert response["Cache-Control"]


def test_a_missing_page_is_404_and_in_the_language_of_who_asks(client, base):
    for address in MISSING:
        response = client.get(base + address, **HTML)
        if response.status_code != 405:
            assert response.status_code == 404, (address, response)
            assert '<html lang="es">' in response.content.decode(), address


def test_what_is_missing_over_rest_is_a_problem_document(client, base):
    for address in MISSING_OF_API:
        for method in ("get", "post", "put", "patch", "delete"):
            how = {"data": "{}", "content_type": "application/json"} if method != "get" else {}
            response = getattr(client, method)(f"{base}api/v1/{address}", **how, **HTML, **OWN)
            if (method, address) == ("get", "schema/?format=html"):
                assert response.status_code == 200
                continue
            assert response.status_code in (404, 405), (method, address, response)
            assert response["Content-Type"] == "application/problem+json", (method, address)
            assert response.json()["status"] == response.status_code


def test_another_method(client, base):
    for address in ("surveys/1/", "comments/mine/", "newsletter/archive/1/"):
        response = client.put(base + address, **OWN)
        assert is_ours(response, 405), address
        assert response["Allow"]
    response = client.put(f"{base}api/v1/surveys/1/", **OWN)
    assert (response.status_code, response.json()["status"]) == (405, 405)


def test_another_site_and_a_broken_body(client, base):
    foreign = {"HTTP_SEC_FETCH_SITE": "cross-site"}
    response = client.post(f"{base}surveys/1/", {"answers.a": "Call 555"}, **foreign)
    assert is_ours(response, 403)
    assert "Call 555" not in response.content.decode()
    broken = {"content_type": "multipart/form-data; boundary=", "data": "--\r\n"}
    assert is_ours(client.post(f"{base}surveys/1/", **broken, **OWN), 400)
    response = client.post(f"{base}api/v1/surveys/1/responses/", **broken, **OWN)
    assert response["Content-Type"] == "application/problem+json"


def test_too_many_fields_and_too_much(client, base, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    many = dict.fromkeys("abcdef", "x")
    assert is_ours(client.post(f"{base}surveys/1/", many, **OWN), 400)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    response = client.post(
        f"{base}surveys/1/", "a=" + "x" * 50, "application/x-www-form-urlencoded", **OWN
    )
    assert is_ours(response, 413)


def test_too_often(client, base, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "RATES": {"write": "1/h"}}
    for _ in range(2):
        response = client.post(f"{base}surveys/1/", {"answers.a": "My words"}, **OWN)
    assert is_ours(response, 429)
    assert "My words" in response.content.decode()


def test_a_missing_slash(client, base):
    for address in ("surveys/1", "api/v1/surveys/1", "comments/mine"):
        response = client.get(f"{base}{address}?lang=es")
        assert (response.status_code, response["Location"]) == (301, f"{base}{address}/?lang=es")
    for address in ("surveys/1", "api/v1/surveys/1/responses"):
        response = client.post(base + address, {"a": "b"}, **OWN)
        assert (response.status_code, response["Location"]) == (308, f"{base}{address}/")


def test_without_slashes_of_the_site(client, base, settings):
    settings.APPEND_SLASH = False
    assert is_ours(client.get(f"{base}surveys/1"), 404)
    assert client.get(f"{base}api/v1/surveys")["Content-Type"] == "application/problem+json"


def test_a_page_of_the_site_keeps_its_own_404(client, home):
    response = client.get("/nothing/")
    assert (response.status_code, response["Location"]) == (302, "/en/nothing/")


@pytest.mark.parametrize(
    ("raised", "status"),
    [(Http404, 404), (PermissionDenied, 403), (BadRequest, 400), (RequestDataTooBig, 413)],
)
def test_what_a_view_raises(raised, status):
    def view(request):
        raise raised

    request = RequestFactory().get("/feedback/x/")
    assert is_ours(answer_errors(view, answer_with_page)(request), status)
    problem = answer_errors(view, answer_with_problem)(request)
    assert (problem.status_code, problem["Content-Type"]) == (status, "application/problem+json")


def _views(patterns):
    for one in patterns:
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from _views(one.url_patterns)


def test_every_address_of_ours_answers_for_itself():
    ours = next(p for p in get_resolver().url_patterns if re.match("feedback", str(p.pattern)))
    views = list(_views(ours.url_patterns))
    assert len(views) > 40
    for one in views:
        assert one.callback.__code__ is answer_errors(lambda: None, None).__code__, one
