import re

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from cx_feedback.comments.models import Comment
from cx_feedback.core.text import languages
from tests.conftest import OWN


@pytest.mark.parametrize(("code", "language"), [("en", "en"), ("es", "es"), ("es-MX", "es")])
def test_a_language_of_the_site(code, language):
    assert languages.get_site_language(code) == language


@pytest.mark.parametrize("code", ["", "xx", "de", "../es", "es\0", "e" * 9999, 1, None, ["en"]])
def test_an_unknown_one(code):
    assert languages.get_site_language(code) == ""


@pytest.mark.django_db
def test_whoever_makes_up_languages_fills_no_memory(client):
    kept = set(trans_real._translations) | {"en", "es"}
    for number in range(3):
        for path in ("newsletter/subscribe/", "consent/", "comments/post/"):
            client.post(f"/feedback/{path}", {"lang": f"es-x{number}"})
        client.get("/feedback/comments/mine/", {"lang": f"es-x{number}"})
    assert set(trans_real._translations) <= kept


@pytest.fixture
def american(settings):
    """A site whose own language is another than those of LANGUAGES, and which reads no header."""
    settings.LANGUAGE_CODE = "en-us"
    settings.LANGUAGES = [("en", "English"), ("es", "Español")]
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "LocaleMiddleware" not in m]
    with translation.override("en-us"):
        yield


def test_the_active_language_as_the_site_names_it(american):
    assert languages.get_current_language() == "en"
    assert languages.get_mail_language("xx") == "en"
    with translation.override("es-mx"):
        assert languages.get_current_language() == "es"


@pytest.fixture
def ways(american, client, article):
    """Sends a comment by the form or by the script, in a language; returns what is stored."""

    def send(way, language):
        words, seen = {"text": f"By {way} in {language}", "page": article.pk, "name": "Ana"}, OWN
        if way == "form":
            client.post("/feedback/comments/post/", {**words, "lang": language}, **seen)
        else:
            seen = {**OWN, "HTTP_ACCEPT_LANGUAGE": language}
            client.post(
                "/feedback/api/v1/comments/", words, content_type="application/json", **seen
            )
        comment = Comment.objects.order_by("-pk")[0]
        return comment.language, comment.reader.language if comment.reader else "none"

    return send


@pytest.mark.parametrize(
    ("sent", "stored"), [("en-us", "en"), ("en", "en"), ("es", "es"), ("es-mx", "es"), ("", "en")]
)
def test_forms_and_scripts_store_the_same_language(ways, sent, stored):
    assert ways("form", sent)[0] == ways("rest", sent)[0] == stored


def test_a_browsers_own_languages_are_those_of_the_request(ways):
    assert ways("rest", "fr;q=0.9, es-mx;q=0.8, en;q=0.5")[0] == "es"


def test_hidden_fields_carry_a_language_of_the_site(american, rf, article):
    html = article.serve(rf.get("/")).render().content.decode()
    found = set(re.findall(r'name="lang" value="([^"]*)"', html))
    assert found == {"en"}
