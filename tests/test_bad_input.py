"""Bad input, over REST and by plain form: a clear 4xx that names the field, and nothing stored."""

import io
import json
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from wagtail.models import PageViewRestriction

from cx_feedback.newsletter.models import MailingList
from cx_feedback.surveys.models import Start, Survey
from tests.conftest import FOREIGN, OWN
from tests.pages import make_survey, make_widget
from tests.rows import list_own_models, remember_counts
from tests.site.models import ArticlePage
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"
LONG = "x" * 100_000
#: A text that would be code if it were not escaped; it stands in every form that comes back.
WORDS = """<script>alert("My 'words'")</script>"""


@dataclass(frozen=True)
class Place:
    """Where one kind of act goes in, with a good body for each way."""

    api: str
    form: str
    body: dict[str, Any]

    @property
    def fields(self) -> dict[str, str]:
        """The same as a browser posts it."""
        flat = dict(self.body)
        for key, value in flat.pop("answers", {}).items():
            flat[f"answers.{key}"] = value
        return {key: str(value) for key, value in flat.items()}


@pytest.fixture
def places(article):
    survey, widget = make_survey(), make_widget()
    MailingList.objects.create(name="Friday letter")
    page = article.pk
    return {
        "survey": Place(
            f"surveys/{survey.pk}/responses/",
            f"surveys/{survey.pk}/",
            {"page": page, "answers": {"q-choice": GOOD, "q-text": WORDS}},
        ),
        "nps": Place(
            f"nps/{widget.pk}/responses/",
            f"nps/{widget.pk}/",
            {"page": page, "answers": {"score": 9, "reason": WORDS}},
        ),
        "comment": Place(
            "comments/", "comments/post/", {"page": page, "name": "Ana", "text": WORDS}
        ),
        "subscription": Place(
            "subscriptions/",
            "newsletter/subscribe/",
            {"page": page, "email": "ana@example.org", "name": WORDS},
        ),
        "visit": Place("visits/", "", {"page": page}),
        "consent": Place("me/", "consent/", {"page": page, "visits": True, "agree": "yes"}),
    }


WRITES = ["survey", "nps", "comment", "subscription", "visit", "consent"]
FORMS = ["survey", "nps", "comment", "subscription", "consent"]
#: The acts that keep the reader's words, and where these stand.
TEXTS = [
    ("survey", "answers.q-text"),
    ("nps", "answers.reason"),
    ("comment", "text"),
    ("comment", "name"),
    ("comment", "email"),
    ("subscription", "email"),
    ("subscription", "name"),
]


@pytest.fixture
def nothing_stored():
    """A function that fails when any table of ours has another number of rows than before."""

    # Who sends a form that is refused has begun a survey all the same: that is counted.
    return remember_counts(model for model in list_own_models() if model is not Start)


@pytest.fixture
def rest(client, places, nothing_stored):
    """A function that sends JSON to a place and returns the problem document's ``errors``."""

    def send(place, body=None, status=400, **headers):
        to = places[place] if isinstance(place, str) else place
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        how = {"content_type": "application/json", **OWN, **headers}
        method = client.patch if to.api == "me/" else client.post
        response = method(API + to.api, text, **how)
        assert response.status_code == status
        assert response["Content-Type"] == "application/problem+json"
        problem = response.json()
        assert problem["status"] == status
        assert problem["title"]
        assert nothing_stored()
        assert not response.cookies
        return problem.get("errors", {})

    return send


@pytest.fixture
def post(client, places, nothing_stored):
    """A function that posts a form and returns the page that came back, its entities undone."""

    def send(place, data, status=400, **headers):
        to = places[place] if isinstance(place, str) else place
        response = client.post(f"/feedback/{to.form}", data, **(headers or OWN))
        assert response.status_code == status
        html = response.content.decode()
        assert "<script>alert" not in html
        assert "cx-error" in html or status != 400
        assert nothing_stored()
        assert not response.cookies
        return unescape(html)

    return send


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of ``body`` with another ``value`` at a dotted path."""
    copy = json.loads(json.dumps(body))
    head, dot, key = path.partition(".")
    if dot:
        copy[head][key] = value
    else:
        copy[head] = value
    return copy


# what is no JSON object at all


@pytest.mark.parametrize("place", WRITES)
@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        '"words"',
        '{"page": NaN}',
        '{"page": -Infinity}',
        b'{"page": "\xff"}',
        '{"page": 1' + "0" * 5000 + "}",
        '{"page": ' + "[" * 100_000 + "]" * 100_000 + "}",
        b"\x00\x01",
    ],
    ids=lambda body: str(body[:20]),
)
def test_what_is_no_json_object(rest, place, body):
    assert list(rest(place, body)) == ["body"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json; charset=zlib",
        "application/json; charset=utf-16",
        "",
    ],
)
@pytest.mark.parametrize("place", WRITES)
def test_another_content_type(rest, place, content_type):
    body = b"answers.score=9&page=1"
    assert list(rest(place, body, CONTENT_TYPE=content_type)) == ["body"]


# pages


#: Keys of ``hidden_pages``.
HIDDEN = ("draft", "private")


@pytest.fixture
def hidden_pages(home, article):
    def make(title, **kwargs):
        return home.add_child(instance=ArticlePage(title=title, slug=title, **kwargs))

    private = make("private")
    PageViewRestriction.objects.create(
        page=private, restriction_type=PageViewRestriction.PASSWORD, password="secret"
    )
    return {"draft": make("draft", live=False).pk, "private": private.pk}


@pytest.mark.parametrize("place", [p for p in WRITES if p != "consent"])
@pytest.mark.parametrize(
    "page",
    [0, -1, 99_999, 2**31, 2**63, 10**30, 9.5, True, False, "12", "", [1], {"a": 1}, *HIDDEN],
)
def test_a_page_that_is_none(rest, places, hidden_pages, place, page):
    page = hidden_pages.get(page, page) if isinstance(page, str) else page
    assert list(rest(place, {**places[place].body, "page": page})) == ["page"]


@pytest.mark.parametrize("place", FORMS)
@pytest.mark.parametrize(
    "page", ["0", "-1", "99999", str(2**63), "1" * 5000, "9.5", "x", "²", *HIDDEN]
)
def test_a_page_that_is_none_by_form(post, places, hidden_pages, place, page):
    page = str(hidden_pages.get(page, page))
    words = post(place, {**places[place].fields, "page": page})
    assert WORDS in words or place == "consent"


# what is asked


@pytest.mark.parametrize("room", ["survey", "nps"])
@pytest.mark.parametrize("pk", [987_654, 2**63, 10**30])
def test_what_is_not_there(rest, post, places, room, pk):
    old = places[room]
    api, form = old.api.split("/"), old.form.split("/")
    api[1] = form[1] = str(pk)
    gone = Place("/".join(api), "/".join(form), old.body)
    rest(gone, old.body, status=404)
    post(gone, gone.fields, status=404)


@pytest.mark.parametrize("room", ["survey", "nps"])
def test_what_is_not_published(rest, post, places, room):
    Survey.objects.get(pk=int(places[room].form.split("/")[1])).unpublish()
    rest(room, places[room].body, status=410)
    post(room, places[room].fields, status=410)


@pytest.mark.parametrize(
    ("room", "field", "value"),
    [
        ("survey", "answers.other", "x"),
        ("survey", "answers.q-choice", "other"),
        ("survey", "answers.q-choice", ""),
        ("survey", "answers.q-choice", GOOD + "\0"),
        ("survey", "answers.q-scale", 6),
        ("survey", "answers.q-scale", 0),
        ("survey", "answers.q-scale", 9.5),
        ("survey", "answers.q-scale", 10**30),
        ("survey", "answers.q-scale", "four"),
        ("survey", "answers.q-text", LONG),
        ("nps", "answers.other", "x"),
        ("nps", "answers.score", 11),
        ("nps", "answers.score", -1),
        ("nps", "answers.score", 9.5),
        ("nps", "answers.score", 10**30),
        ("nps", "answers.score", "nine"),
        ("nps", "answers.score", ""),
        ("nps", "answers.reason", LONG),
        ("comment", "text", LONG),
        ("comment", "text", " \n"),
        ("comment", "name", ""),
        ("comment", "name", LONG),
        ("comment", "email", "nobody"),
        ("comment", "email", LONG + "@example.org"),
        ("comment", "email", "a@\ud800.org"),
        ("comment", "email", '"\x01"@example.org'),
        ("comment", "parent", 10**30),
        ("comment", "parent", -1),
        ("comment", "parent", "x"),
        ("subscription", "email", ""),
        ("subscription", "email", "nobody"),
        ("subscription", "email", LONG + "@example.org"),
        ("subscription", "email", "a@\ud800.org"),
        ("subscription", "email", "ana@example.org\nBcc: all@example.org"),
        ("subscription", "name", LONG),
        ("subscription", "name", "Ana\nBcc: all@example.org"),
        ("subscription", "name", "\ud800"),
        ("subscription", "list", 10**30),
        ("subscription", "list", "9" * 5000),
        ("subscription", "list", 99_999),
        ("subscription", "list", "x"),
    ],
    ids=lambda value: str(value)[:20].encode("unicode_escape").decode(),
)
def test_a_bad_value_by_both_ways(rest, post, places, room, field, value):
    body = changed(places[room].body, field, value)
    assert list(rest(room, body)) == [field]
    if "\ud800" in str(value):
        return  # no form can post it
    page = post(room, {**places[room].fields, field: str(value)})
    assert WORDS in page or field in ("text", "answers.reason", "answers.q-text", "name")


@pytest.mark.parametrize(("room", "field"), TEXTS)
@pytest.mark.parametrize("value", [["x"], {"a": "x"}, 1, 9.5, True, [[["x"]]]], ids=str)
def test_a_value_that_is_no_text(rest, places, room, field, value):
    assert list(rest(room, changed(places[room].body, field, value))) == [field]


@pytest.mark.parametrize(
    ("room", "field"),
    [("survey", "answers.q-choice"), ("survey", "answers.q-scale"), ("nps", "answers.score")],
)
@pytest.mark.parametrize("value", [["x"], {"a": "x"}, True, False, "\ud800", "9"], ids=ascii)
def test_a_value_of_another_type(rest, places, room, field, value):
    assert list(rest(room, changed(places[room].body, field, value))) == [field]


@pytest.mark.parametrize(
    ("room", "field"),
    [("survey", "answers"), ("nps", "answers"), ("consent", "visits"), ("comment", "parent")],
)
@pytest.mark.parametrize("value", [["x"], 9.5, "x"], ids=str)
def test_another_shape(rest, places, room, field, value):
    assert list(rest(room, changed(places[room].body, field, value))) == [field]


@pytest.mark.parametrize(("room", "field"), TEXTS)
def test_what_no_database_keeps_is_refused_or_left_out(client, places, room, field):
    value = "a\x00n\ud800a\x1b\x85"
    body = changed(places[room].body, field, value)
    response = client.post(API + places[room].api, body, content_type="application/json", **OWN)
    if response.status_code >= 400:
        assert list(response.json()["errors"]) == [field]
    # By the models: in a column of JSON such a character would be written as another.
    kept = [str(row) for model in list_own_models() for row in model.objects.values()]
    assert not any("\\x00" in row or "\\ud800" in row or "\\x1b" in row for row in kept)


# the request itself


@pytest.mark.parametrize("room", ["survey", "nps", "comment"])
def test_a_key_that_is_too_long(rest, places, room):
    body = places[room].body
    assert list(rest(room, body, HTTP_IDEMPOTENCY_KEY="k" * 65)) == ["Idempotency-Key"]


@pytest.mark.parametrize("place", WRITES)
@pytest.mark.parametrize(
    "headers",
    [
        FOREIGN,
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "", "HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "", "HTTP_ORIGIN": "http://[evil"},
        {"HTTP_SEC_FETCH_SITE": "", "HTTP_ORIGIN": "http://testserver@evil.example"},
    ],
    ids=str,
)
def test_a_post_from_another_site(rest, post, places, place, headers):
    rest(place, places[place].body, status=403, **headers)
    if place in FORMS:
        post(place, places[place].fields, status=403, **headers)


@pytest.mark.parametrize("place", WRITES)
def test_a_body_over_the_limit(rest, post, places, place):
    body = {**places[place].body, "more": LONG * 3}
    rest(place, body, status=413)
    if place in FORMS:
        post(place, {**places[place].fields, "more": LONG * 3}, status=413)


@pytest.mark.parametrize("place", WRITES)
def test_too_much_at_once(rest, post, places, place, settings):
    settings.CX_FEEDBACK = {"RATES": {"write": "1/d", "visit": "1/d", "mail": "1/d"}}
    rest(place, "{")
    rest(place, places[place].body, status=429)
    if place in FORMS:
        post(place, places[place].fields, status=429)


@pytest.fixture
def one_connection():
    """Keep the connection of the test, which a new request would close."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def over_wsgi(path: str, body: bytes, **environ: str) -> tuple[str, dict[str, str], bytes]:
    """Send a request as a server would that hands on what a client claims."""
    said: list[Any] = []
    answer = WSGIHandler()(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "CONTENT_TYPE": "application/json",
            **OWN,
            **environ,
        },
        lambda status, headers: said.extend([status, dict(headers)]),
    )
    return said[0][:3], said[1], b"".join(answer)


@pytest.mark.parametrize(
    ("length", "status"),
    [("5", "400"), ("-5", "400"), ("abc", "400"), ("0", "400"), ("1" * 5000, "413")],
)
@pytest.mark.parametrize("room", ["survey", "nps", "comment", "subscription"])
def test_a_length_that_lies(one_connection, places, nothing_stored, room, length, status):
    place = places[room]
    body = json.dumps(place.body).encode()
    got, headers, _text = over_wsgi(API + place.api, body, CONTENT_LENGTH=length)
    assert (got, headers["Content-Type"]) == (status, "application/problem+json")
    got, _headers, text = over_wsgi(
        f"/feedback/{place.form}",
        body,
        CONTENT_TYPE="application/x-www-form-urlencoded",
        CONTENT_LENGTH=length,
    )
    assert (got, b"<html" in text) == (status, True)
    assert nothing_stored()
