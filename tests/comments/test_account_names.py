"""No login of an account gets out, and one without a name is asked for one."""

import json
import re

import pytest
from django.contrib.auth.models import AbstractUser
from django.core import mail as outbox
from django.test import Client

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, CommentSettings, Follow
from cx_feedback.comments.submission.author import Actor
from cx_feedback.mail.services import send_due
from tests.comments.markup import Markup
from tests.comments.seen import seen
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/"
POST = "/feedback/comments/post/"
LOGIN = "eva.secret@example.org"


@pytest.fixture
def nameless(django_user_model):
    """An account whose login is its address, without a full name."""
    return django_user_model.objects.create_user(LOGIN, LOGIN, "pw")


@pytest.fixture
def browser(nameless):
    made = Client()
    made.force_login(nameless)
    return made


def by_rest(browser, page, **sent):
    body = json.dumps({"page": page.pk, "text": "Well said", **sent})
    return browser.post(API, body, content_type="application/json", **OWN)


def test_rest_asks_an_account_without_a_name_for_one(browser, talk):
    asked = by_rest(browser, talk)
    assert (asked.status_code, list(asked.json()["errors"])) == (400, ["name"])
    assert not Comment.objects.exists()
    made = by_rest(browser, talk, name="Eva")
    assert (made.status_code, made.json()["name"]) == (201, "Eva")
    comment = Comment.objects.get()
    assert (comment.author_name, comment.author_email) == ("Eva", LOGIN)
    assert browser.get(API, {"page": talk.pk, "only": "mine"}).json()["account"] == ""


def test_a_login_is_no_name_to_give_either(browser, talk):
    asked = by_rest(browser, talk, name=LOGIN)
    assert "This email address would be public" in asked.json()["errors"]["name"][0]


@pytest.mark.parametrize("who", ["anybody", "accounts"])
def test_the_form_asks_without_scripts(browser, talk, who):
    CommentSettings.objects.create(site=talk.get_site(), allowed_authors=who)
    page = Markup(browser.get(talk.url).content.decode())
    assert any(given.get("name") == "name" for _tag, given in page.tags)
    sent = {"page": talk.pk, "text": "Well said", "lang": "en"}
    again = browser.post(POST, sent, **OWN)
    html = again.content.decode()
    assert (again.status_code, "Well said" in html) == (400, True)
    assert re.search(r'<input\s+id="cx-c-name"\s+name="name"[^>]*aria-invalid="true"', html)
    assert "Enter your name" in html
    assert browser.post(POST, {**sent, "name": "Eva"}, **OWN).status_code == 303
    assert Comment.objects.get().author_name == "Eva"


def test_an_account_with_a_name_is_not_asked(talk, django_user_model):
    named = Client()
    named.force_login(django_user_model.objects.create_user("ana", first_name="Ana"))
    assert by_rest(named, talk, name="Somebody else").json()["name"] == "Ana"


def test_a_site_may_publish_logins_that_are_no_address(browser, talk, settings, django_user_model):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "PUBLISH_USERNAMES": True}
    assert by_rest(browser, talk).status_code == 400
    other = Client()
    other.force_login(django_user_model.objects.create_user("ana"))
    assert by_rest(other, talk).json()["name"] == "ana"


def test_nothing_that_readers_get_has_the_login(
    browser, talk, nameless, django_user_model, django_capture_on_commit_callbacks
):
    nameless.is_superuser = True
    nameless.save()
    with django_capture_on_commit_callbacks(execute=True):
        made = by_rest(browser, talk, name="Eva").json()
        assert made["state"] == "published"
        services.following.request_follow(page_id=talk.pk, email="f@example.org", actor=Actor())
        row = Follow.objects.get()
        services.following.confirm_follow(
            follow_id=row.pk, asked=row.asked_at.timestamp(), actor=Actor()
        )
        services.reply_as_moderator(
            parent_id=made["id"], text="Thank you", moderator=nameless, name="The desk"
        )
    services.follower_notifications.notify_followers()
    send_due()
    pages = [
        Client().get(url).content.decode()
        for url in (
            talk.url,
            f"{API}?page={talk.pk}",
            f"/feedback/comments/{made['id']}/",
            f"/feedback/comments/page/{talk.pk}/rss/",
        )
    ]
    mails = [str(message.message()) for message in outbox.outbox]
    assert len(mails) >= 2
    for text in [*pages, *mails]:
        assert LOGIN not in text
        assert "eva.secret" not in text
    assert all("The desk" in page for page in pages)


def test_a_moderator_without_a_name_is_asked_for_one(browser, talk, write, nameless):
    nameless.is_superuser = True
    nameless.save()
    comment = write("A question")
    url = f"/admin/cx-feedback/comments/{comment.pk}/reply/"
    assert 'name="name"' in browser.get(url).content.decode()
    sent = {"text": "An answer", "seen": seen([comment.pk])}
    asked = browser.post(url, sent)
    assert (asked.status_code, "Enter your name" in asked.content.decode()) == (400, True)
    assert browser.post(url, {**sent, "name": "The desk"}).status_code == 302
    assert Comment.objects.get(by_staff=True).author_name == "The desk"
    nameless.first_name = "Eva"
    nameless.save()
    assert 'name="name"' not in browser.get(url).content.decode()


def test_a_user_model_without_full_names_fails_nowhere(
    browser, talk, write, nameless, monkeypatch, home
):
    monkeypatch.delattr(AbstractUser, "get_full_name")
    nameless.is_superuser = True
    nameless.save()
    assert by_rest(browser, talk).status_code == 400
    assert by_rest(browser, talk, name="Eva").status_code == 201
    comment = write("Words")
    services.approve_comments(ids=[comment.pk], moderator=nameless)
    services.ban_author(
        comment_id=write(email="x@example.org").pk, kinds=["author"], moderator=nameless
    )
    services.reply_as_moderator(
        parent_id=comment.pk, text="Yes", moderator=nameless, name="The desk"
    )
    for screen in ("", "log/", "bans/", "performance/", f"{comment.pk}/", f"{comment.pk}/reply/"):
        answer = browser.get(f"/admin/cx-feedback/comments/{screen}")
        assert answer.status_code == 200
    assert LOGIN in browser.get("/admin/cx-feedback/comments/log/").content.decode()
