"""Following by e-mail: nothing without a confirmation, one mail a comment, one click to end."""

import json
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import translation
from wagtail.models import PageViewRestriction

from cx_feedback.comments import services
from cx_feedback.comments.following import notification_mails
from cx_feedback.comments.models import Comment, Follow, Thread
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery
from cx_feedback.readers import services as readers
from cx_feedback.readers.privacy.person_requests import export_person
from tests.comments.markup import Markup
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/follows/"
FORM = "/feedback/comments/follow/"


def ask(client, page, email="eva@example.org", **more):
    body = json.dumps({"page": page.pk, "email": email, **more})
    return client.post(API, body, content_type="application/json", **OWN)


def sent():
    """Send what is due and return it, oldest first."""
    mail.outbox.clear()
    call_command("cx_send_due", verbosity=0)
    return list(mail.outbox)


def link_in(message, word):
    return re.search(rf"https?://[^/]+(/feedback/comments/follow/{word}/[^\s<>]+)", message.body)[1]


def end_of(message):
    return (
        message.extra_headers["List-Unsubscribe"].strip("<>").partition("://")[2].partition("/")[2]
    )


@pytest.fixture
def followed(client, talk):
    """A function by which an address follows the article, or the replies to one comment."""

    def followed(email="eva@example.org", **more):
        assert ask(client, talk, email, **more).status_code == 202
        [message] = sent()
        assert client.post(link_in(message, "confirm"), **OWN).status_code == 200
        return message

    return followed


def test_nothing_comes_before_the_confirmation_and_a_get_confirms_nothing(client, talk, write):
    ask(client, talk)
    [message] = sent()
    assert message.to == ["eva@example.org"]
    path = link_in(message, "confirm")
    page = client.get(path)
    assert (page.status_code, page["Referrer-Policy"]) == (200, "same-origin")
    assert "eva@" not in page.content.decode()
    write(state="published")
    services.follower_notifications.notify_followers()
    assert sent() == []
    assert client.post(path, **FOREIGN).status_code == 403
    assert client.post(path, **OWN).status_code == 200
    assert client.post(path, **OWN).status_code == 200  # twice is once
    write("News", name="Ana {name}", state="published")
    services.follower_notifications.notify_followers()
    [news] = sent()
    assert ("News" in news.body, "Ana (name)" in news.subject) == (True, True)
    assert client.post(path[:-4] + "xxx/", **OWN).status_code == 400


def test_one_mail_a_comment_and_follower_after_its_approval(client, talk, write, followed):
    first = write("Before", state="published")
    services.follower_notifications.notify_followers()
    followed()
    followed(comment=first.pk)
    waiting = write("Not yet", parent=first)
    services.follower_notifications.notify_followers()
    assert sent() == []
    services.approve_comments(ids=[waiting.pk])
    assert services.follower_notifications.notify_followers().mails == 1
    assert services.follower_notifications.notify_followers().comments == 0
    assert [m.to for m in sent()] == [["eva@example.org"]]
    services.hide_comments(ids=[waiting.pk])
    services.restore_comments(ids=[waiting.pk])
    services.follower_notifications.notify_followers()
    assert sent() == []
    assert Delivery.objects.filter(mailing=f"follow:{waiting.pk}").count() == 1


def test_replies_only_and_never_to_their_author(client, talk, write, followed):
    first, other = write(state="published"), write(state="published")
    services.follower_notifications.notify_followers()
    followed(comment=first.pk)
    write(parent=other, state="published")
    write(state="published")
    own = write(parent=first, email="eva@example.org", state="published")
    deep = write("Deep", parent=own, state="published")
    services.follower_notifications.notify_followers()
    assert [f"/{deep.pk}/" in m.body for m in sent()] == [True]


@pytest.mark.parametrize("way", ["form", "rest"])
def test_an_author_who_ticked_it_hears_of_replies_after_confirming(client, talk, write, way):
    said = {"page": talk.pk, "name": "Ana", "text": "First", "email": "ana@example.org"}
    if way == "form":
        assert (
            client.post("/feedback/comments/post/", {**said, "follow": "1"}, **OWN).status_code
            == 303
        )
    else:
        body = json.dumps({**said, "follow": True})
        url = "/feedback/api/v1/comments/"
        answer = client.post(url, body, content_type="application/json", **OWN)
        assert (answer.status_code, b"example.org" in answer.content) == (201, False)
    first = Comment.objects.get()
    services.follower_notifications.notify_followers()
    assert sent() == []  # nobody is written to before approval
    services.approve_comments(ids=[first.pk])
    services.follower_notifications.notify_followers()
    [message] = sent()
    assert message.to == ["ana@example.org"]
    write(parent=first, name="Eva", state="published")
    services.follower_notifications.notify_followers()
    assert sent() == []  # nor told of anything before the confirmation
    assert client.post(link_in(message, "confirm"), **OWN).status_code == 200
    write("To the page", name="Eva", state="published")
    write("To Ana", name="Eva", parent=first, state="published")
    services.follower_notifications.notify_followers()
    [news] = sent()
    assert ("To Ana" in news.body, news.to) == (True, ["ana@example.org"])


def find_box(html):
    """Return the attributes of the checkbox to follow the replies."""
    [given] = [given for _tag, given in Markup(html).tags if given.get("name") == "follow"]
    return given


def test_replies_are_told_to_an_address_only(client, talk):
    said = {"page": talk.pk, "name": "Ana", "text": "First"}
    refused = client.post("/feedback/comments/post/", {**said, "follow": "1"}, **OWN)
    assert (refused.status_code, Comment.objects.exists()) == (400, False)
    html = refused.content.decode()
    assert "To get replies by email" in html
    assert find_box(html)["checked"] == ""
    client.post("/feedback/comments/post/", {**said, "email": "ana@example.org"}, **OWN)
    assert not Follow.objects.exists()
    assert "checked" not in find_box(client.get(talk.url).content.decode())


def test_it_ends_by_one_click_and_before_what_is_on_its_way(client, talk, write, followed):
    followed()
    write(state="published")
    services.follower_notifications.notify_followers()
    [news] = sent()
    assert news.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = "/" + end_of(news)
    assert client.get(path).status_code == 200
    assert Follow.objects.get().ended_at is None
    write(state="published")
    services.follower_notifications.notify_followers()
    # As a mailbox provider posts: without origin and cookie.
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Follow.objects.get().ended_at
    assert sent() == []
    assert Delivery.objects.filter(state="cancelled").count() == 1
    ask(client, talk)  # may begin anew, after a pause
    assert sent() == []


def test_answers_never_tell_and_mailboxes_are_not_flooded(client, talk, followed):
    known = followed()
    unknown = ask(client, talk, "new@example.org")
    again = ask(client, talk, "eva@example.org")
    assert (unknown.status_code, unknown.content) == (again.status_code, again.content)
    for _ in range(3):
        ask(client, talk, "new@example.org")
    assert [m.to for m in sent()] == [["new@example.org"]]
    form = {"page": talk.pk, "email": "eva@example.org", "lang": "en"}
    answers = [
        client.post(FORM, {**form, "email": e}, **OWN) for e in ("eva@example.org", "x@example.org")
    ]
    assert {(a.status_code, a["Location"]) for a in answers} == {
        (303, f"{talk.url}#cx-follow-thanks")
    }
    assert known.to == ["eva@example.org"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": 5}, "email"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "email"),
        ({"comment": 4242}, "comment"),
        ({"comment": "x"}, "comment"),
        ({"page": 4242}, "page"),
    ],
)
def test_bad_input_names_the_field(client, talk, body, field):
    data = json.dumps({"page": talk.pk, "email": "a@example.org", **body})
    answer = client.post(API, data, content_type="application/json", **OWN)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Follow.objects.exists()
    html = client.post(FORM, {"page": talk.pk, "email": "no <b>", "lang": "en"}, **OWN)
    assert (html.status_code, "no &lt;b&gt;" in html.content.decode()) == (400, True)


def test_restricted_pages_suppressed_addresses_and_the_forgotten_get_none(
    client, talk, write, followed
):
    followed("bea@example.org")
    followed("eva@example.org")
    post_office.suppress_address(address="bea@example.org")
    write(state="published")
    services.follower_notifications.notify_followers()
    assert [m.to for m in sent()] == [["eva@example.org"]]
    assert Follow.objects.get(email="bea@example.org").ended_at
    PageViewRestriction.objects.create(page=talk, restriction_type=PageViewRestriction.LOGIN)
    write(state="published")
    services.follower_notifications.notify_followers()
    assert sent() == []
    [row] = export_person(email="eva@example.org")["comment_actions"]
    assert (row["kind"], row["page"]) == ("follow", talk.pk)
    readers.erase_person(email="eva@example.org")
    assert not Follow.objects.filter(email="eva@example.org").exists()


def test_votes_and_flags_of_the_forgotten_are_taken_back(client, talk, write, reader):
    comment = write(state="published")
    client.cookies["cx_reader"] = reader.key.hex
    how = {"content_type": "application/json", **OWN}
    base = f"/feedback/api/v1/comments/{comment.pk}/"
    client.post(f"{base}votes/", json.dumps({"value": 1}), **how)
    client.post(f"{base}flags/", json.dumps({"reason": "spam"}), **how)
    kinds = [row["kind"] for row in export_person(reader_ids=[reader.pk])["comment_actions"]]
    assert kinds == ["vote", "flag"]
    assert readers.erase_person(reader_ids=[reader.pk])["comment_actions"] == 2
    comment = Comment.objects.get(pk=comment.pk)
    assert (comment.up, comment.flags, comment.rank) == (0, 0, 0)


def test_a_mail_to_whoever_named_no_language_is_in_that_of_the_site(talk, settings):
    settings.LANGUAGE_CODE = "es"
    follow = Follow.objects.create(thread=Thread.objects.create(page=talk), email="eva@example.org")
    with translation.override("en"):  # of whoever had the task done
        assert notification_mails.write_opt_in_mail(follow).subject.startswith("Confirma")
