"""Suspensions: bans that end by themselves, with a message to the author."""

import datetime
import json

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.users.models import UserProfile

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Ban,
    Comment,
    CommentSettings,
    ModerationEvent,
    Rule,
    Section,
)
from cx_feedback.comments.submission.ban_lookup import clear_ban_cache
from cx_feedback.core.errors import InvalidInput
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
MAIL = "ana@example.org"
MESSAGE = "Please read our rules before you come back."


@pytest.fixture
def suspended(write, moderator):
    """The form that suspends the author of a comment, and the comment."""
    comment = write("Rude words", email=MAIL)
    return comment, f"/admin/cx-feedback/comments/{comment.pk}/ban/"


def post(client, talk, **more):
    sent = {"page": talk.pk, "name": "Ana", "email": MAIL, "text": "Kept words", **more}
    return client.post("/feedback/comments/post/", sent, **OWN)


def test_who_is_suspended_reads_until_when_and_why_and_keeps_the_words(
    client, talk, suspended, moderator, settings
):
    _comment, url = suspended
    settings.TIME_ZONE = "UTC"
    until = timezone.localtime(timezone.now() + datetime.timedelta(days=2))
    until = until.replace(second=0, microsecond=0)
    client.force_login(moderator)
    form = client.get(url).content.decode()
    assert ('name="until"' in form, 'name="message"' in form) == (True, True)
    sent = {"kinds": ["author"], "days": "7", "until": until.strftime("%Y-%m-%dT%H:%M")}
    assert client.post(url, {**sent, "message": MESSAGE}).status_code == 302
    client.logout()
    ban = Ban.objects.get()
    assert (ban.until, ban.message) == (
        until,
        MESSAGE,
    )
    assert ModerationEvent.objects.get().action == "suspend"
    page = post(client, talk)
    html = page.content.decode()
    assert (page.status_code, MESSAGE in html, "Kept words" in html) == (403, True, True)
    assert until.strftime("%Y-%m-%d %H:%M") in html
    sent = {"page": talk.pk, "name": "Ana", "email": MAIL, "text": "Words"}
    answer = client.post(
        "/feedback/api/v1/comments/", json.dumps(sent), content_type="application/json", **OWN
    )
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (403, "urn:cx-feedback:problem:banned")
    assert (MESSAGE in problem["errors"]["email"][0], problem["until"]) == (
        True, ban.until.isoformat(),
    )  # fmt: skip


def test_a_suspension_ends_by_itself(client, talk, suspended):
    comment, _url = suspended
    until = timezone.now() + datetime.timedelta(days=1)
    services.ban_author(comment_id=comment.pk, kinds=["author"], until=until, message=MESSAGE)
    assert post(client, talk).status_code == 403
    Ban.objects.update(until=timezone.now() - datetime.timedelta(seconds=1))
    assert post(client, talk).status_code == 303
    assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"until": "2001-01-01T10:00"}, "until"),
        ({"until": "soon"}, "until"),
        ({"shadow": "on", "message": "Hush"}, "message"),
        ({"message": "x" * 501}, "message"),
    ],
)
def test_bad_suspensions_name_their_field(client, suspended, moderator, more, field):
    _comment, url = suspended
    client.force_login(moderator)
    answer = client.post(url, {"kinds": ["author"], **more}, HTTP_ACCEPT="application/json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Ban.objects.exists()


def test_the_queue_says_until_when(client, suspended, moderator):
    comment, _url = suspended
    until = timezone.now() + datetime.timedelta(days=1)
    services.ban_author(comment_id=comment.pk, kinds=["author"], until=until, message=MESSAGE)
    client.force_login(moderator)
    assert "suspended until" in client.get("/admin/cx-feedback/comments/").content.decode()
    bans = client.get("/admin/cx-feedback/comments/bans/").content.decode()
    assert MESSAGE in bans


def test_the_message_is_exported_and_goes_with_the_person(suspended):
    from cx_feedback.readers.privacy.person_requests import erase_person, export_person

    comment, _url = suspended
    services.ban_author(comment_id=comment.pk, kinds=["author"], message=MESSAGE)
    assert export_person(email=MAIL)["bans"][0]["message"] == MESSAGE
    erase_person(email=MAIL)
    assert Ban.objects.get().message == ""
    with pytest.raises(InvalidInput):
        services.ban_author(comment_id=comment.pk, kinds=["author"], message=MESSAGE)


@pytest.mark.parametrize("kinds", [("author", "reader"), ("reader", "author")])
def test_the_longest_of_several_bans_is_told(write, client, talk, reader, kinds):
    comment = write(email=MAIL, reader=reader)
    soon = timezone.now() + datetime.timedelta(days=1)
    shorter, longer = kinds
    services.ban_author(
        comment_id=comment.pk, kinds=[shorter], until=soon, message="Until tomorrow"
    )
    services.ban_author(comment_id=comment.pk, kinds=[longer], message="For good")
    client.cookies["cx_reader"] = reader.key.hex
    told = post(client, talk).content.decode()
    assert ("For good" in told, "Until tomorrow" in told) == (True, False)


def test_a_time_that_not_every_zone_has_is_refused(client, suspended, moderator):
    profile = UserProfile.get_for_user(moderator)
    profile.current_time_zone = "America/New_York"
    profile.save()
    client.force_login(moderator)
    answer = client.post(suspended[1], {"kinds": ["author"], "until": "9999-12-31T23:59"})
    assert (answer.status_code, Ban.objects.exists()) == (400, False)
    assert "At most the year 9000." in answer.content.decode()


def test_a_ban_from_another_section_is_neither_shortened_nor_undone(
    client, write, talk, reader, moderator, django_user_model
):
    own = write(email=MAIL, reader=reader)
    elsewhere = write(email=MAIL, reader=reader, page=talk.get_parent())
    services.ban_author(comment_id=elsewhere.pk, kinds=["author"], moderator=moderator)
    group = Group.objects.create(name="Beer")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    Section.objects.create(group=group, page=talk)
    user = django_user_model.objects.create_user("beer", "b@example.org", "pw")
    user.groups.add(group)
    client.force_login(user)
    url = f"/admin/cx-feedback/comments/{own.pk}/ban/"
    answer = client.post(url, {"kinds": ["author"], "days": "1"})
    assert answer.status_code == 400
    assert "a comment that you don&#x27;t moderate" in answer.content.decode()
    assert Ban.objects.active().get().until is None
    assert client.post(url, {"kinds": ["reader"], "days": "1"}).status_code == 302
    client.force_login(moderator)
    assert client.post(url, {"kinds": ["author"], "days": "1"}).status_code == 302
    assert Ban.objects.active().get(kind="author").until is not None


@pytest.fixture
def author(client, reader):
    client.cookies["cx_reader"] = reader.key.hex
    return client


def ban(comment, moderator, **more):
    clear_ban_cache()  # as the commit does
    kinds = ["reader"] if comment.reader_id else ["author"]
    return services.ban_author(comment_id=comment.pk, kinds=kinds, moderator=moderator, **more)


def patch(client, comment, text="New words"):
    body = json.dumps({"text": text})
    url = f"/feedback/api/v1/comments/{comment.pk}/"
    return client.patch(url, body, content_type="application/json", **OWN)


def test_no_edit_leads_around_a_suspension(author, write, reader, moderator):
    comment = write("Old words", reader=reader, state="published")
    until = timezone.now() + datetime.timedelta(days=1)
    ban(write("Rude words", reader=reader), moderator, until=until, message=MESSAGE)
    refused = patch(author, comment)
    problem = refused.json()
    assert (refused.status_code, list(problem["errors"])) == (403, ["text"])
    assert problem["type"] == "urn:cx-feedback:problem:banned"
    assert (MESSAGE in problem["detail"], bool(problem["until"])) == (True, True)
    form = author.post(f"/feedback/comments/{comment.pk}/edit/", {"text": "New words"}, **OWN)
    html = form.content.decode()
    assert (form.status_code, MESSAGE in html, "New words" in html) == (403, True, True)
    comment.refresh_from_db()
    assert (comment.text, comment.proposed) == ("Old words", None)
    Ban.objects.update(until=timezone.now() - datetime.timedelta(seconds=1))
    assert patch(author, comment).status_code == 200


def test_an_edit_of_who_is_banned_without_knowing_it_waits(author, talk, write, reader, moderator):
    CommentSettings.objects.create(site=talk.get_site(), rule=Rule.OPEN)
    comment = write("First words", reader=reader, state="published")
    assert "edit" not in patch(author, comment, "Old words").json()
    ban(comment, moderator, shadow=True)
    edited = patch(author, comment)
    assert (edited.status_code, edited.json()["edit"]) == (200, "<p>New words</p>")
    comment.refresh_from_db()
    assert (comment.text, comment.state, comment.proposed) == ("Old words", "published", 3)


def test_who_is_suspended_does_not_vote_and_takes_votes_back(author, write, reader, moderator):
    one, two = (write(state="published") for _ in range(2))

    def vote(comment, value):
        body = json.dumps({"value": value})
        url = f"/feedback/api/v1/comments/{comment.pk}/votes/"
        return author.post(url, body, content_type="application/json", **OWN).status_code

    assert vote(one, 1) == 200
    ban(write("Rude words", reader=reader), moderator)
    assert (vote(two, 1), Comment.objects.get(pk=two.pk).up) == (403, 0)
    assert (vote(one, 0), Comment.objects.get(pk=one.pk).up) == (200, 0)
