"""Accounts of the site: where only they may write, and what the page says to everybody."""

import json

import pytest
from django.test import Client

from cx_feedback.comments.models import CommentSettings
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/"


def test_where_only_accounts_write_the_form_says_so_to_everybody(client, talk, django_user_model):
    CommentSettings.objects.create(site=talk.get_site(), allowed_authors="accounts")
    html = client.get(talk.url).content.decode()
    assert "You need an account to comment" in html
    assert ("/accounts/login/?next=http" in html, 'name="email"' in html) == (True, False)
    client.force_login(django_user_model.objects.create_user("eva", password="pw"))
    assert client.get(talk.url).content.decode() == html


def test_the_script_learns_of_the_account_only_when_it_asks(client, talk, django_user_model):
    user = django_user_model.objects.create_user("eva", first_name="Eva", last_name="Luna")
    client.force_login(user)
    ask = {"page": talk.pk, "only": "mine"}
    assert client.get(API, ask).json()["account"] == "Eva Luna"
    assert "account" not in Client().get(API, ask).json()
    assert "account" not in client.get(API, ask, HTTP_SEC_FETCH_SITE="cross-site").json()


def test_an_account_changes_its_own_from_any_browser(talk, write, django_user_model):
    user = django_user_model.objects.create_user("eva", password="pw")
    comment = write("Mine", state="published")
    comment.user = user
    comment.save()
    for status, logged_in in ((404, False), (200, True)):
        browser = Client()
        if logged_in:
            browser.force_login(user)
        answer = browser.patch(
            f"{API}{comment.pk}/",
            json.dumps({"text": "Better"}),
            content_type="application/json",
            **OWN,
        )
        assert answer.status_code == status


def test_guests_are_told_where_to_log_in_if_there_is_a_place(client, talk, settings):
    assert "Have an account here?" not in client.get(talk.url).content.decode()
    settings.LOGIN_URL = "/log-in/"
    html = client.get(talk.url).content.decode()
    assert 'href="/log-in/?next=http' in html
    assert 'name="email"' in html
