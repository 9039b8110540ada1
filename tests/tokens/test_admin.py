"""Making and revoking tokens in the admin."""

import datetime
import re

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cx_feedback.tokens.models import Token
from tests.tokens.conftest import ALL_SCOPES, ProgramClient

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/tokens/"
RESULTS = "cx_feedback_surveys.view_results"
FORM = {"name": "Shop", "scopes": [RESULTS], "expires_at": "2099-01-01 12:00", "rate": "90/m"}


@pytest.fixture
def admin(client, owner):
    client.force_login(owner)
    return client


def list_actions():
    return list(ModelLogEntry.objects.order_by("pk").values_list("action", "label"))


def test_a_token_is_shown_once(admin, owner):
    response = admin.post(f"{LIST}new/", FORM)
    assert "no-store" in response["Cache-Control"]
    html = response.content.decode()
    [text] = set(re.findall(r"cxf_[0-9a-f]{8}_[\w-]{43}", html))
    token = Token.objects.get()
    assert (token.owner, token.scopes, token.sections) == (owner, [RESULTS], [])
    assert (token.rate, token.expires_at.year) == ("90/m", 2099)
    assert list_actions() == [("cx_feedback.tokens.create", str(token))]
    assert ProgramClient(text).get("/feedback/api/v1/surveys/1/results/").status_code == 404
    for path in (LIST, f"{LIST}delete/{token.pk}/", "/admin/reports/site-history/"):
        page = admin.get(path).content.decode()
        assert "Shop" in page, path
        assert text not in page, path


def test_the_form_offers_what_its_maker_may_do(admin, owner, article):
    html = admin.get(f"{LIST}new/").content.decode()
    assert html.count('name="scopes"') == len(ALL_SCOPES)
    owner.is_superuser = False
    owner.save()
    from tests.permissions.conftest import find_permissions

    owner.user_permissions.set(find_permissions("access_admin", "add_token", "view_results"))
    html = admin.get(f"{LIST}new/").content.decode()
    assert html.count('name="scopes"') == 1
    assert RESULTS in html


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["wagtailadmin.access_admin"]}, "is not one of the available choices"),
        ({"rate": "often"}, "Must look like 600/m"),
        ({"rate": "0/m"}, "Must look like 600/m"),
        ({"expires_at": "2020-01-01 12:00"}, "This is in the past."),
        ({"name": ""}, "This field is required."),
        ({"sections": [999]}, "is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(admin, change, words):
    html = admin.post(f"{LIST}new/", FORM | change).content.decode()
    assert words in html
    assert not Token.objects.exists()


def test_a_token_is_revoked(admin, make_token, django_capture_on_commit_callbacks):
    token, text = make_token(RESULTS)
    assert "Revoke Shop" in admin.get(f"{LIST}delete/{token.pk}/").content.decode()
    assert Token.objects.filter(revoked_at=None).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post(f"{LIST}delete/{token.pk}/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert list_actions()[-1] == ("cx_feedback.tokens.revoke", str(token))
    assert "Revoked" in admin.get(LIST).content.decode()
    assert "Yes, revoke" not in admin.get(f"{LIST}delete/{token.pk}/").content.decode()
    url = "/feedback/api/v1/surveys/1/results/"
    assert ProgramClient(str(text)).get(url).status_code == 401


def test_the_list_says_what_each_token_is(admin, make_token, article):
    make_token(RESULTS, name="Whole", expires_at=timezone.now())
    make_token(RESULTS, name="Part", sections=[article.pk])
    html = admin.get(LIST).content.decode()
    assert "See the results of surveys and NPS widgets" in html
    assert "(An article)" in html
    assert "Expired" in html
    assert "Active" in html


def test_the_list_says_when_a_token_expires(admin, make_token):
    make_token(RESULTS, expires_at=datetime.datetime(2099, 5, 3, 12, tzinfo=datetime.UTC))
    html = admin.get(LIST).content.decode()
    assert "May 3, 2099" in html
    assert "Just now" not in html
