"""Tokens that hold and that don't; their rate, their use, their cache; sections."""

import datetime
import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.permissions import get_token_scopes
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.tokens import services
from cx_feedback.tokens.models import Token
from tests.pages import make_survey
from tests.site.models import ArticlePage
from tests.tokens.conftest import ProgramClient

pytestmark = pytest.mark.django_db
RESULTS, TEXTS = "cx_feedback_surveys.view_results", "cx_feedback_surveys.view_texts"
FETCH, LOYALTY = "cx_feedback_surveys.fetch_responses", "cx_feedback_loyalty.view_loyalty"
SIGN_UP = "cx_feedback_newsletter.add_subscription"
MODERATE = "cx_feedback_comments.moderate_comment"
API = "/feedback/api/v1/"


@pytest.fixture
def results():
    return f"{API}surveys/{make_survey().pk}/results/"


def assert_unauthenticated(response):
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="cx_feedback", error="invalid_token"'
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:cx-feedback:problem:unauthenticated"


def test_only_a_hash_is_stored(make_token):
    token, text = make_token(RESULTS)
    assert re.fullmatch(r"cxf_[0-9a-f]{8}_[\w-]{43}", str(text))
    assert text.secret not in str(Token.objects.values().get())
    assert text.matches(token.digest)


def test_an_earlier_key_of_the_site_still_counts(make_token, results, settings):
    _token, text = make_token(RESULTS)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert ProgramClient(str(text)).get(results).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert_unauthenticated(ProgramClient(str(text)).get(results))


@pytest.mark.parametrize("change", ["expired", "revoked", "foreign", "unknown", "inactive"])
def test_a_token_that_does_not_hold(make_token, results, owner, change):
    token, text = make_token(RESULTS)
    sent = str(text)
    if change == "expired":
        Token.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    elif change == "revoked":
        Token.objects.update(revoked_at=timezone.now())
    elif change == "foreign":
        sent = f"{token.prefix}_{'x' * 43}"
    elif change == "unknown":
        sent = f"cxf_00000000_{text.secret}"
    else:
        owner.is_active = False
        owner.save()
    assert_unauthenticated(ProgramClient(sent).get(results))
    for open_to_all in ("surveys/", "schema/"):
        assert_unauthenticated(ProgramClient(sent).get(API + open_to_all))


@pytest.mark.parametrize(
    "sent", ["x", "cxf_", "cxf_12345678", "cxf_12345678_é", "a b", "cxf_0000000g_" + "x" * 43]
)
def test_a_malformed_token(results, sent):
    assert_unauthenticated(ProgramClient(sent).get(results))
    assert_unauthenticated(ProgramClient(sent).call("post", f"{API}subscriptions/"))


@pytest.mark.parametrize("header", ["Basic eDp5", "Token x", "Bearer", ""])
def test_other_schemes_are_not_ours(results, header):
    client = ProgramClient()
    response = client.get(results, headers={"Authorization": header})
    assert response.status_code == (401 if header == "Bearer" else 403)


def test_a_token_that_expires_while_it_is_cached(make_token, results, monkeypatch):
    _token, text = make_token(RESULTS, expires_at=timezone.now() + datetime.timedelta(seconds=30))
    client, now = ProgramClient(str(text)), timezone.now()
    assert client.get(results).status_code == 200
    later = now + datetime.timedelta(seconds=40)
    monkeypatch.setattr("cx_feedback.tokens.token_lookup.timezone.now", lambda: later)
    assert_unauthenticated(client.get(results))


def test_a_revoked_token_is_refused_at_once(
    make_token, results, owner, django_capture_on_commit_callbacks
):
    token, text = make_token(RESULTS)
    client = ProgramClient(str(text))
    assert client.get(results).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert services.revoke_token(token_id=token.pk, user=owner)
    assert_unauthenticated(client.get(results))
    assert not services.revoke_token(token_id=token.pk, user=owner)


def test_a_request_that_read_the_row_before_does_not_cache_it_again(
    make_token, owner, django_capture_on_commit_callbacks, monkeypatch
):
    from cx_feedback.tokens import token_lookup

    token, text = make_token(RESULTS)
    load = token_lookup._load_token

    def load_and_lose(prefix):
        found = load(prefix)
        with django_capture_on_commit_callbacks(execute=True):
            services.revoke_token(token_id=token.pk, user=owner)
        return found

    monkeypatch.setattr(token_lookup, "_load_token", load_and_lose)
    token_lookup.find_token(str(text))
    monkeypatch.setattr(token_lookup, "_load_token", load)
    with pytest.raises(token_lookup.Unauthenticated):
        token_lookup.find_token(str(text))


def test_the_token_is_read_once_a_minute_and_its_use_written_as_often(make_token, results):
    token, text = make_token(RESULTS)
    client = ProgramClient(str(text))
    for count in (2, 0, 0):  # read and written, then neither
        with CaptureQueriesContext(connection) as captured:
            assert client.get(results).status_code == 200
        about = [query for query in captured if "cx_feedback_tokens_token" in query["sql"]]
        assert len(about) == count
    token.refresh_from_db()
    used = token.last_used_at
    assert used is not None
    cache.clear()  # of a site whose processes share none
    client.get(results)
    token.refresh_from_db()
    assert token.last_used_at == used


def test_a_refused_token_was_not_used(make_token, results):
    token, _text = make_token(RESULTS)
    ProgramClient(f"{token.prefix}_{'x' * 43}").get(results)
    token.refresh_from_db()
    assert token.last_used_at is None


def test_a_rate_of_its_own(program, results):
    client, other = program(RESULTS, rate="2/h"), program(RESULTS)
    assert [client.get(results).status_code for _ in range(3)] == [200, 200, 429]
    assert 1 <= int(client.get(results)["Retry-After"]) <= 3600
    assert other.get(results).status_code == 200


def test_the_rate_of_the_site(program, results, settings):
    settings.CX_FEEDBACK = {"RATES": {"token": "1/h"}}
    client = program(RESULTS)
    assert [client.get(results).status_code for _ in range(2)] == [200, 429]


def test_tokens_are_not_guessed_without_end(results, settings):
    settings.CX_FEEDBACK = {"RATES": {"unauthorized": "2/h"}}
    client = ProgramClient(f"cxf_00000000_{'x' * 43}")
    assert [client.get(results).status_code for _ in range(3)] == [401, 401, 429]


def test_the_rate_of_an_address_does_not_hold_for_tokens(program, settings):
    settings.CX_FEEDBACK = {"RATES": {"mail": "1/h", "signup": "1/h", "write": "1/h"}}
    MailingList.objects.create(name="Friday letter")
    client = program(SIGN_UP)
    for number in range(4):
        data = {"email": f"ana{number}@example.org"}
        assert client.call("post", f"{API}subscriptions/", data).status_code == 202
    assert Subscription.objects.filter(state=Subscription.State.PENDING).count() == 4
    assert ProgramClient().call("post", f"{API}subscriptions/", data).status_code == 202
    assert ProgramClient().call("post", f"{API}subscriptions/", data).status_code == 429


def test_a_sign_up_without_the_scope_stores_nothing(program):
    MailingList.objects.create(name="Friday letter")
    response = program(RESULTS).call("post", f"{API}subscriptions/", {"email": "a@example.org"})
    assert response.status_code == 403
    assert response.json()["scopes"] == [SIGN_UP]
    assert not Subscription.objects.exists()


def test_texts_need_a_scope_of_their_own(program, reader):
    from cx_feedback.surveys import services as surveys
    from tests.surveys.conftest import GOOD

    survey = make_survey()
    surveys.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD})
    url = f"{API}surveys/{survey.pk}/responses/"
    assert program(FETCH).get(url).json()["responses"]
    assert program(TEXTS).get(url).status_code == 403


def test_a_token_acts_for_no_account_where_everybody_is_let_in(program, article):
    client = program(RESULTS)
    response = client.call("get", f"{API}comments/?page={article.pk}")
    assert response.status_code == 200
    assert client.call("get", f"{API}me/").json()["known"] is False


def test_a_page_of_another_site_gets_nowhere_with_a_token(program):
    client = program(SIGN_UP)
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    response = client.post(
        f"{API}subscriptions/",
        data='{"email": "ana@example.org"}',
        content_type="application/json",
        headers=headers,
    )
    assert response.json()["type"] == "urn:cx-feedback:problem:cross-site"
    assert not Subscription.objects.exists()


@pytest.fixture
def sections(home):
    """Two sections, each with a page."""
    found = []
    for name in ("politics", "culture"):
        section = home.add_child(instance=ArticlePage(title=name, slug=name))
        page = section.add_child(instance=ArticlePage(title="Page", slug=f"{name}-page"))
        found.append((section, page))
    return found


def test_a_token_of_a_section_sees_what_is_of_its_pages(program, results, sections):
    (own, own_page), (other, other_page) = sections
    client = program(RESULTS, sections=[own.pk])
    for query in (f"section={own.pk}", f"page={own_page.pk}", f"page={own.pk}&section={other.pk}"):
        assert client.get(f"{results}?{query}").status_code == 200, query
    refused = ["", "since=2026-01-01", f"section={other.pk}", f"page={other_page.pk}", "page=0"]
    refused += ["page=x", "section=999999", f"section={own.pk}&section={other.pk}"]
    for query in refused:
        response = client.get(f"{results}?{query}")
        assert response.status_code == 403, query
        assert response.json()["type"] == "urn:cx-feedback:problem:section-required"


def test_single_responses_of_a_section_are_asked_for_by_page(program, sections):
    (own, own_page), _other = sections
    url = f"{API}surveys/{make_survey().pk}/responses/"
    client = program(FETCH, sections=[own.pk])
    assert client.get(f"{url}?page={own_page.pk}").status_code == 200
    assert client.get(f"{url}?section={own.pk}").status_code == 403


def test_what_is_of_the_whole_site_is_not_of_a_section(program, sections):
    [(own, _page), _other] = sections
    response = program(LOYALTY, sections=[own.pk]).get(f"{API}loyalty/?section={own.pk}")
    assert response.status_code == 403
    assert response.json()["type"] == "urn:cx-feedback:problem:section-required"


def test_a_deleted_section_widens_nothing(program, results, sections):
    [(own, own_page), _other] = sections
    client = program(RESULTS, sections=[own.pk])
    own.delete()
    for query in ("", f"section={own.pk}", f"page={own_page.pk}"):
        assert client.get(f"{results}?{query}").status_code == 403


def test_sign_ups_of_a_section_come_from_its_pages(program, sections):
    (own, own_page), (_other, other_page) = sections
    MailingList.objects.create(name="Friday letter")
    client, url = program(SIGN_UP, sections=[own.pk]), f"{API}subscriptions/"
    for page, status in ((own_page.pk, 202), (other_page.pk, 403), (None, 403)):
        data = {"email": "ana@example.org", "page": page}
        assert client.call("post", url, data).status_code == status


def test_comments_of_a_section_are_moderated_there_alone(program, sections):
    from cx_feedback.comments import services as comments
    from cx_feedback.comments.submission import comment_input

    (own, own_page), (_other, other_page) = sections
    client = program(MODERATE, sections=[own.pk])
    for page, status in ((own_page, 200), (other_page, 404)):
        draft = comment_input.parse_comment({"name": "Ana", "text": "Words"}, page_id=page.pk)
        comment = comments.store_comment(draft=draft).comment
        assert client.get(f"{API}comments/{comment.pk}/decisions/").status_code == status


def test_nobody_gives_away_what_they_may_not_do(make_token, django_user_model):
    editor = django_user_model.objects.create_user("editor", "editor@example.org", "x")
    with pytest.raises(InvalidInput) as caught:
        make_token(RESULTS, owner=editor)
    assert set(caught.value.fields) == {"scopes"}
    with pytest.raises(InvalidInput):
        make_token()
    with pytest.raises(InvalidInput):
        make_token("wagtailadmin.access_admin")
    assert not Token.objects.exists()


class OwnScheme:
    """An authentication class of a site."""

    def authenticate(self, request):
        from django.contrib.auth.models import User
        from rest_framework.exceptions import AuthenticationFailed

        if request.headers.get("Authorization") == "Bearer of-the-site":
            return User.objects.get(username="maker"), None
        if "Authorization" in request.headers:
            raise AuthenticationFailed("Not one of ours.")
        return None

    def authenticate_header(self, request):
        return "Bearer"


def test_a_sites_own_authentication_classes(results, owner, settings, program):
    settings.CX_FEEDBACK = {"AUTHENTICATION_CLASSES": [f"{__name__}.OwnScheme"]}
    assert ProgramClient("of-the-site").get(results).status_code == 200
    assert program(RESULTS).get(results).status_code == 200
    response = ProgramClient("of-nobody").get(results)
    assert_unauthenticated(response)
    assert response.json()["detail"] == "Not one of ours."
    assert ProgramClient().get(results).status_code == 403


def test_the_guide_names_each_scope():
    guide = (Path(__file__).parents[2] / "docs/reference/rest.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(cx_feedback_\w+\.\w+)` \|", guide, re.MULTILINE))
    assert named == {scope.permission.name for scope in get_token_scopes()}
