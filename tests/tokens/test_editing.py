"""Editing tokens in the admin: what is taken away is gone at once, and nothing can be added."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cx_feedback.core.errors import InvalidInput
from cx_feedback.tokens import services, token_lookup
from cx_feedback.tokens.models import Token
from tests.pages import make_survey
from tests.permissions.conftest import find_permissions
from tests.site.models import ArticlePage
from tests.tokens.conftest import ProgramClient

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/tokens/"
RESULTS, FETCH = "cx_feedback_surveys.view_results", "cx_feedback_surveys.fetch_responses"
LOYALTY = "cx_feedback_loyalty.view_loyalty"
UNTIL = datetime.datetime(2099, 1, 1, 11, tzinfo=datetime.UTC)
FORM = {"name": "Shop", "scopes": [RESULTS, FETCH], "expires_at": "2099-01-01 12:00", "rate": ""}


@pytest.fixture
def admin(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def sections(home):
    """Two sections, each with a page."""
    found = []
    for name in ("politics", "culture"):
        section = home.add_child(instance=ArticlePage(title=name, slug=name))
        section.add_child(instance=ArticlePage(title="Page", slug=f"{name}-page"))
        found.append(section.pk)
    return found


@pytest.fixture
def edit(admin, django_capture_on_commit_callbacks):
    """Return a function that sends the form of a token; returns the response."""

    def edit(token, **changes):
        with django_capture_on_commit_callbacks(execute=True):
            return admin.post(f"{LIST}edit/{token.pk}/", FORM | changes)

    return edit


def list_updates():
    return ModelLogEntry.objects.filter(action=services.UPDATE_ACTION)


def test_what_is_taken_away_is_gone_at_once(edit, make_token, owner):
    token, text = make_token(RESULTS, FETCH, expires_at=UNTIL)
    client = ProgramClient(str(text))
    url = f"/feedback/api/v1/surveys/{make_survey().pk}/"
    assert client.get(f"{url}responses/").status_code == 200
    response = edit(token, name="The shop", scopes=[RESULTS], rate="2/h")
    assert (response.status_code, response["Location"]) == (302, LIST)
    assert client.get(f"{url}responses/").json()["scopes"] == [FETCH]
    assert [client.get(f"{url}results/").status_code for _ in range(2)] == [200, 429]
    assert list_updates().get().data == {
        "changes": {
            "name": {"from": "Shop", "to": "The shop"},
            "scopes": {"from": [FETCH, RESULTS], "to": [RESULTS]},
            "rate": {"from": "", "to": "2/h"},
        }
    }
    token.refresh_from_db()
    assert (token.owner, token.expires_at) == (owner, UNTIL)


def test_a_request_that_read_the_row_before_does_not_cache_it(
    make_token, owner, django_capture_on_commit_callbacks, monkeypatch
):
    token, text = make_token(RESULTS, FETCH)
    load = token_lookup._load_token

    def load_and_lose(prefix):
        found = load(prefix)
        with django_capture_on_commit_callbacks(execute=True):
            fields = {"name": "Shop", "sections": [], "expires_at": None, "rate": ""}
            services.update_token(token_id=token.pk, user=owner, scopes=[RESULTS], **fields)
        return found

    monkeypatch.setattr(token_lookup, "_load_token", load_and_lose)
    token_lookup.find_token(str(text))
    monkeypatch.setattr(token_lookup, "_load_token", load)
    assert token_lookup.find_token(str(text)).grant.scopes == {RESULTS}


def test_an_expired_token_is_prolonged_and_its_past_can_stay(edit, make_token):
    past = datetime.datetime(2020, 1, 1, 11, tzinfo=datetime.UTC)
    token, text = make_token(RESULTS, FETCH, expires_at=past)
    assert edit(token, name="Old", expires_at="2020-01-01 12:00").status_code == 302
    assert "in the past" in edit(token, expires_at="2020-01-02 12:00").content.decode()
    assert edit(token).status_code == 302
    url = f"/feedback/api/v1/surveys/{make_survey().pk}/results/"
    assert ProgramClient(str(text)).get(url).status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scopes": []}, "This field is required."),
        ({"scopes": [RESULTS, LOYALTY]}, "is not one of the available choices"),
        ({"rate": "often"}, "Must look like 600/m"),
        ({"expires_at": "2020-01-01 12:00"}, "This is in the past."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_refusal_leaves_nothing_changed(edit, make_token, change, words):
    token, _text = make_token(RESULTS, FETCH, expires_at=UNTIL)
    before = Token.objects.values().get()
    assert words in edit(token, **change).content.decode()
    assert Token.objects.values().get() == before
    assert not list_updates().exists()


def test_saving_without_a_change_is_no_event(edit, make_token):
    token, _text = make_token(RESULTS, FETCH, expires_at=UNTIL)
    assert edit(token).status_code == 302
    assert not list_updates().exists()


def test_a_token_of_the_whole_site_can_be_limited_to_sections(edit, make_token, sections):
    token, _text = make_token(RESULTS, FETCH, expires_at=UNTIL)
    assert edit(token, sections=sections[:1]).status_code == 302
    token.refresh_from_db()
    assert token.sections == sections[:1]


def test_sections_are_taken_away_but_the_last(edit, make_token, sections):
    own, other = sections
    token, _text = make_token(RESULTS, FETCH, expires_at=UNTIL, sections=sections)
    assert edit(token, sections=[own]).status_code == 302
    for refused in ([], [own, other]):
        assert edit(token, sections=refused).status_code == 200
        token.refresh_from_db()
        assert token.sections == [own]


def test_a_deleted_section_is_no_way_to_the_whole_site(edit, make_token, sections):
    token, _text = make_token(RESULTS, FETCH, expires_at=UNTIL, sections=sections[:1])
    ArticlePage.objects.get(pk=sections[0]).delete()
    assert edit(token, name="Still").status_code == 302
    token.refresh_from_db()
    assert (token.name, token.sections) == ("Still", sections[:1])


@pytest.mark.parametrize(
    "given", [{"scopes": [RESULTS, LOYALTY]}, {"scopes": []}, {"sections": []}]
)
def test_no_caller_of_the_service_adds_anything(make_token, owner, home, given):
    token, _text = make_token(RESULTS, FETCH, sections=[home.pk])
    fields = {"name": "Shop", "scopes": [RESULTS], "sections": [home.pk], "rate": ""}
    with pytest.raises(InvalidInput) as caught:
        services.update_token(token_id=token.pk, user=owner, expires_at=None, **(fields | given))
    assert set(caught.value.fields) == set(given)


def test_what_others_took_away_meanwhile_is_said_in_the_form(edit, make_token, monkeypatch):
    token, _text = make_token(RESULTS, FETCH, expires_at=UNTIL)

    def narrow(*args, **kwargs):
        Token.objects.update(scopes=[RESULTS])
        return original(*args, **kwargs)

    original = services.update_token
    monkeypatch.setattr(services, "update_token", narrow)
    html = edit(token).content.decode()
    assert "A token can be given no further scopes" in html
    assert not list_updates().exists()


def test_a_revoked_token_is_not_edited(edit, admin, make_token, owner):
    token, _text = make_token(RESULTS, FETCH, expires_at=UNTIL)
    services.revoke_token(token_id=token.pk, user=owner)
    assert admin.get(f"{LIST}edit/{token.pk}/")["Location"] == LIST
    response = edit(token, name="Again")
    assert response.status_code == 409
    assert "This token is revoked." in response.content.decode()
    assert Token.objects.get().name == "Shop"
    fields = {"name": "Again", "scopes": [RESULTS], "sections": [], "rate": ""}
    with pytest.raises(InvalidInput):
        services.update_token(token_id=token.pk, user=owner, expires_at=None, **fields)
    assert timezone.now() > Token.objects.get().revoked_at


def test_the_list_leads_to_what_each_may_do(admin, owner, make_token):
    token, _text = make_token(RESULTS)
    edit, revoke = (f'href="{LIST}{name}/{token.pk}/"' for name in ("edit", "delete"))
    html = admin.get(LIST).content.decode()
    assert edit in html
    assert revoke in html
    owner.is_superuser = False
    owner.save()
    for codename, shown in (("change", [edit]), ("delete", [revoke]), ("view", [])):
        owner.user_permissions.set(find_permissions("access_admin", f"{codename}_token"))
        html = admin.get(LIST).content.decode()
        assert [link for link in (edit, revoke) if link in html] == shown
