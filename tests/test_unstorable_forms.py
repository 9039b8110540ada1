"""Texts that no database keeps, by every form that is posted: of readers, of mails, of editors."""

import json
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from cx_feedback.core.http import storable_text
from cx_feedback.core.http.admin_requests import LONGEST_VALUE, clean_requests_of_patterns
from cx_feedback.core.http.view_errors import answer_errors_of_patterns, answer_with_page
from cx_feedback.mail import anymail_events
from tests.conftest import OWN

#: A form in UTF-7, by which half of a pair, and a zero, can be sent.
UTF_7 = {"content_type": "multipart/form-data; boundary=b; charset=utf-7"}


def in_utf_7(text):
    return f'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n{text}\r\n--b--\r\n'.encode()


def test_a_client_may_name_an_encoding_that_has_halves_of_pairs():
    request = RequestFactory().generic("POST", "/", in_utf_7("a+2AA-b"), **UTF_7)
    assert request.POST["name"] == "a\ud800b"
    storable_text.clean_form(request)
    assert request.POST["name"] == "a\ufffdb"


def test_an_address_may_be_in_such_an_encoding_too():
    request = RequestFactory().get("/?name=a%2B2AA-b", CONTENT_TYPE="text/plain; charset=utf-7")
    assert request.GET["name"] == "a\ud800b"
    storable_text.clean_query(request)
    assert request.GET["name"] == "a\ufffdb"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (r'{"a": "\ud83d"}', {"a": "\ufffd"}),
        (r'[{"a\u0000": ["x\u0000"]}]', [{"a\ufffd": ["x\ufffd"]}]),
    ],
)
def test_json_within_an_editors_form(text, kept):
    request = RequestFactory().post("/", {"body": text, "name": r"\u0000"})
    storable_text.clean_json(request)
    assert json.loads(request.POST["body"]) == kept
    assert request.POST["name"] == r"\u0000"


@pytest.mark.parametrize("text", [r'{"a": "\ud83d\ude00"}', r'{"a": 1, \u0000', "{}", "[" * 9999])
def test_json_that_can_be_kept_stays_as_it_is(text):
    request = RequestFactory().post("/", {"body": text})
    storable_text.clean_json(request)
    assert request.POST["body"] == text


def seen_by(wrap, request):
    """Return the request as a view gets to see it that ``wrap`` wraps."""
    seen = []

    def view(request):
        seen.append(request)
        return HttpResponse()

    [pattern] = wrap([path("", view)])
    pattern.callback(request)
    return seen[0]


def test_a_long_value_in_an_address_of_the_admin_is_cut():
    request = RequestFactory().get("/", {"q": "x" * 5000, "p": "2"})
    found = seen_by(clean_requests_of_patterns, request).GET
    assert found.dict() == {"q": "x" * LONGEST_VALUE, "p": "2"}


@pytest.mark.parametrize(
    "wrap",
    [
        clean_requests_of_patterns,
        lambda patterns: answer_errors_of_patterns(patterns, answer_with_page),
    ],
)
def test_a_form_is_cleaned_before_its_view_reads_it(wrap):
    request = RequestFactory().generic("POST", "/", in_utf_7("a+2AA-b+AAA-c"), **OWN, **UTF_7)
    assert seen_by(wrap, request).POST.dict() == {"name": "a\ufffdb\ufffdc"}


def test_a_providers_event_is_stored_without_what_no_database_keeps(monkeypatch):
    told = []
    monkeypatch.setattr(anymail_events, "record_provider_event", told.append)
    event = SimpleNamespace(
        event_type="bounced", reject_reason="bounced", description="a\0b", mta_response="\udcff",
        message_id="m\0", recipient="Ana@example.org\0", timestamp=None, event_id=None,
        click_url=None, esp_event=None,
    )  # fmt: skip
    anymail_events.handle_event(None, event, "Test")
    [found] = told
    assert found.detail == "bounced · a\ufffdb · \ufffd"
    assert (found.provider_id, found.event_id) == ("m\ufffd", "")
