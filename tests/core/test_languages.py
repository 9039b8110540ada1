import re

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from cx_feedback.comments.models import Comment
from cx_feedback.conversations.models import Conversation
from cx_feedback.core.text import languages
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.surveys.models import Response, Start
from tests.conftest import OWN
from tests.pages import make_survey, make_widget
from tests.surveys.conftest import GOOD


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


@pytest.fixture
def acts(home):
    """Paths, bodies and models with a language, by what readers send as a script."""
    survey, widget = make_survey(), make_widget()
    MailingList.objects.create(name="Friday letter")
    api, letter = "/feedback/api/v1/", {"text": "Dear editors", "email": "ana@example.org"}
    return {
        "survey": (
            f"{api}surveys/{survey.pk}/responses/",
            {"answers": {"q-choice": GOOD}},
            Response,
        ),
        "nps": (f"{api}nps/{widget.pk}/responses/", {"answers": {"score": 9}}, Response),
        "start": (f"{api}surveys/{survey.pk}/starts/", {}, Start),
        "letter": (f"{api}conversations/", letter, Conversation),
        "subscribe": (f"{api}subscriptions/", {"email": "ana@example.org"}, Subscription),
    }


@pytest.mark.parametrize("name", ["survey", "nps", "start", "letter", "subscribe"])
@pytest.mark.parametrize(("sent", "stored"), [("en-us", "en"), ("es-mx", "es")])
def test_every_room_stores_it(american, acts, client, name, sent, stored):
    path, body, model = acts[name]
    headers = {**OWN, "HTTP_ACCEPT_LANGUAGE": sent}
    response = client.post(path, body, content_type="application/json", **headers)
    assert response.status_code in (200, 201, 202, 204), response.content
    assert list(model.objects.values_list("language", flat=True)) == [stored]


def test_the_filter_of_results_finds_what_both_ways_sent(american, acts, admin_client):
    path, body, _model = acts["survey"]
    headers = {**OWN, "HTTP_ACCEPT_LANGUAGE": "en-us"}
    form = path.replace("/api/v1", "").removesuffix("responses/")
    for _reader in range(5):  # fewer than five are withheld
        Client().post(path, body, content_type="application/json", **headers)
    Client().post(form, {"answers.q-choice": GOOD, "lang": "en-us"}, **OWN)
    found = admin_client.get(path.replace("responses", "results"), {"language": "en"}).json()
    assert (found["n"], found["total"]) == (6, 6)
