"""Authors are told of refusals with the reason, and can object once to each decision."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Comment,
    CommentSettings,
    ModerationEvent,
    Objection,
    Section,
    State,
)
from cx_feedback.comments.objections.objection_links import get_objection_path
from cx_feedback.comments.permissions import get_moderators
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core.errors import Closed, Conflict, InvalidInput, NotFound, Refused
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import send_due
from cx_feedback.readers.privacy.person_requests import export_person
from tests.comments.seen import seen
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"
MAIL = "ana@example.org"


@pytest.fixture
def colleague(django_user_model):
    user = django_user_model.objects.create_user("other", "other@example.org", "pw")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "moderate_comment"])
    )
    return user


@pytest.fixture
def refused(write, reader, moderator):
    """A comment of a verified author that a moderator has rejected with a reason."""
    comment = write("Pale ale is best", reader=reader, email=MAIL)
    Comment.objects.update(verified=True)
    services.reject_comments(ids=[comment.pk], moderator=moderator, reason="Off topic")
    comment.refresh_from_db()
    return comment


def event_of(comment):
    return comment.events.filter(action__in=["reject", "hide", "delete"]).latest("pk")


def object_to(comment, text="It was about beer, as is the page."):
    return services.object_to_refusal(event_id=event_of(comment).pk, text=text)


def send_later(mailoutbox):
    Delivery.objects.update(due_at=timezone.now())
    send_due()
    return mailoutbox


def test_the_author_gets_one_mail_with_the_reason(refused, mailoutbox, client, moderator):
    assert send_due().sent == 0  # time to undo
    [mail] = send_later(mailoutbox)
    assert mail.to == [MAIL]
    assert ("Off topic" in mail.body, "Pale ale" in mail.body) == (True, False)
    assert "{" not in mail.body + mail.subject
    html = mail.alternatives[0][0]
    assert "Off topic" in html
    path = re.search(r"http://[^/]+(/\S+/objection/\S+)", mail.body)[1]
    page = client.get(path).content.decode()
    assert ("Off topic" in page, "Pale ale" in page) == (True, False)
    services.reject_comments(ids=[refused.pk], moderator=moderator, reason="Again")
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("action", "reason", "verified", "on", "mails"),
    [
        ("reject", "Why", True, True, 1),
        ("hide", "Why", True, True, 1),
        ("reject", "", True, True, 0),
        ("mark_spam", "Why", True, True, 0),
        ("reject", "Why", False, True, 0),
        ("reject", "Why", True, False, 0),
    ],
)
def test_who_is_told(talk, write, moderator, action, reason, verified, on, mails):
    CommentSettings.objects.create(site=talk.get_site(), tell_refusals=on)
    comment = write("Words", email=MAIL, state="published")
    Comment.objects.update(verified=verified)
    services.decide_on_comments(action, ids=[comment.pk], moderator=moderator, reason=reason)
    assert Delivery.objects.count() == mails


def test_many_are_told_by_one_mailing(write, moderator, django_assert_max_num_queries):
    ids = [write(email=f"a{n}@example.org").pk for n in range(20)]
    Comment.objects.update(verified=True)
    with django_assert_max_num_queries(50):
        services.reject_comments(ids=ids, moderator=moderator, reason="Why")
    assert Delivery.objects.count() == 20


def test_a_decision_that_is_undone_is_not_told(refused, mailoutbox, moderator):
    services.undo_decision(batch=event_of(refused).batch, moderator=moderator)
    assert send_later(mailoutbox) == []


def test_deletion_for_good_is_told_where_the_author_had_an_address(
    write, reader, moderator, colleague, mailoutbox
):
    comment = write("Secret", reader=reader, email=MAIL)
    Comment.objects.update(verified=True)
    comment.refresh_from_db()
    services.delete_as_moderator(
        comment_id=comment.pk,
        reason="A court's order",
        moderator=moderator,
        seen=services.get_seen(comment),
    )
    comment.refresh_from_db()
    assert comment.author_email == ""
    objection = object_to(comment)
    services.decide_on_objection(objection_id=objection.pk, uphold=True, moderator=colleague)
    bodies = [mail.body for mail in send_later(mailoutbox)]
    assert [mail.to for mail in mailoutbox] == [[MAIL], [MAIL]]
    assert ("A court's order" in bodies[0], "We accept your objection" in bodies[1]) == (True, True)
    assert "is published" not in bodies[1]
    assert Comment.objects.get().state == State.ERASED


def test_the_author_sees_the_reason_at_the_own_comment(client, talk, refused, reader):
    url = f"/feedback/api/v1/comments/?page={talk.pk}&only=mine"
    assert "refused" not in client.get(url, **OWN).json()
    client.cookies["cx_reader"] = reader.key.hex
    [told] = client.get(url, **OWN).json()["refused"]
    assert (told["reason"], told["comment"]["id"], told["may_object"]) == (
        "Off topic", refused.pk, True,
    )  # fmt: skip
    own = client.get(f"/feedback/comments/mine/?page={talk.pk}&lang=en").content.decode()
    assert ("Off topic" in own, "Pale ale" in own, told["url"] in own) == (True, True, True)
    assert "Pale ale" in client.get(told["url"]).content.decode()
    assert "Off topic" not in client.get(talk.url).content.decode()


def test_the_form_works_without_script_and_once(client, refused):
    path = get_objection_path(event_of(refused).pk)
    bad = client.post(path, {"text": " "}, **OWN)
    assert (bad.status_code, "Write some words first." in bad.content.decode()) == (400, True)
    assert client.post(path, {"text": "x" * 2001}, **OWN).status_code == 400
    assert client.post(path, {"text": "It was <b>fine</b>"}, **OWN).status_code == 303
    refused.refresh_from_db()
    assert (refused.objected, refused.objections.get().event) == (True, event_of(refused))
    page = client.get(path).content.decode()
    assert ("We have your objection" in page, "<textarea" in page) == (True, False)
    again = client.post(path, {"text": "And again"}, **OWN)
    assert again.status_code == 409
    assert "You have already objected to this decision." in again.content.decode()
    assert Objection.objects.get().text == "It was <b>fine</b>"
    cross = client.post(path, {"text": "x"}, HTTP_SEC_FETCH_SITE="cross-site")
    assert cross.status_code == 403


@pytest.mark.parametrize("token", ["1", "1:x", "x:y"])
def test_a_broken_link_says_so(client, refused, token):
    assert client.get(f"/feedback/comments/objection/{token}/").status_code == 400


def test_what_nobody_can_object_to(refused, moderator, talk, write):
    with pytest.raises(NotFound):
        services.object_to_refusal(event_id=event_of(refused).pk + 99, text="x")
    event = event_of(refused)
    ModerationEvent.objects.update(created_at=timezone.now() - timezone.timedelta(days=184))
    with pytest.raises(Closed):
        object_to(refused)
    ModerationEvent.objects.update(created_at=timezone.now())
    services.approve_comments(ids=[refused.pk], moderator=moderator)
    with pytest.raises(Closed):
        services.object_to_refusal(event_id=event.pk, text="x")
    assert not Objection.objects.exists()


def test_another_moderator_decides_where_there_is_one(
    client, refused, moderator, colleague, mailoutbox
):
    objection = object_to(refused)
    with pytest.raises(Refused):
        services.decide_on_objection(
            objection_id=objection.pk, uphold=False, moderator=moderator, answer="No"
        )
    client.force_login(moderator)
    tab = client.get(QUEUE, {"state": "objected"}).content.decode()
    assert "It was about beer" in tab
    url = f"{QUEUE}{refused.pk}/objection/"
    assert "another moderator decides here" in client.get(url).content.decode()
    known = {"seen": seen([refused.pk]), "objection": objection.pk}
    page = client.post(url, {**known, "decision": "dismiss", "answer": "No"})
    assert page.status_code == 403
    client.force_login(colleague)
    empty = client.post(url, {**known, "decision": "dismiss"})
    assert empty.status_code == 400
    assert client.post(url, {**known, "decision": "uphold", "answer": "Sorry!"}).status_code == 302
    refused.refresh_from_db()
    assert (refused.state, refused.objected) == (State.PUBLISHED, False)
    objection.refresh_from_db()
    assert (objection.state, objection.answer, objection.decided_alone) == (
        "upheld", "Sorry!", False,
    )  # fmt: skip
    assert client.post(url, {**known, "decision": "dismiss", "answer": "x"}).status_code == 409
    outcome = send_later(mailoutbox)[-1]
    assert "We accept your objection" in outcome.body
    assert "Sorry!" in outcome.body
    log = client.get(f"{QUEUE}log/").content.decode()
    assert "Objection accepted" in log


def test_who_is_alone_decides_and_says_so(client, refused, moderator, mailoutbox):
    objection = object_to(refused)
    client.force_login(moderator)
    url = f"{QUEUE}{refused.pk}/objection/"
    assert "Nobody else moderates this page" in client.get(url).content.decode()
    sent = {"decision": "dismiss", "answer": "It stays.", "seen": seen([refused.pk])}
    assert client.post(url, sent).status_code == 400
    sent["objection"] = objection.pk
    assert client.post(url, sent).status_code == 302
    objection.refresh_from_db()
    assert (objection.state, objection.decided_alone) == ("dismissed", True)
    assert "no other one for this page" in send_later(mailoutbox)[-1].body
    page = client.get(get_objection_path(objection.event_id)).content.decode()
    assert ("It stays." in page, "We stay with our decision" in page) == (True, True)


def test_undo_reopens_an_objection(refused, moderator, colleague, mailoutbox):
    objection = object_to(refused)
    done = services.decide_on_objection(
        objection_id=objection.pk, uphold=True, moderator=colleague, answer="Yes"
    )
    services.undo_decision(batch=done.batch, moderator=colleague)
    refused.refresh_from_db()
    objection.refresh_from_db()
    assert (refused.state, refused.objected, objection.state) == (State.REJECTED, True, "open")
    assert ["objection" in mail.subject for mail in send_later(mailoutbox)] == [False]
    services.decide_on_objection(
        objection_id=objection.pk, uphold=False, moderator=colleague, answer="No"
    )
    assert "We stay with" in send_later(mailoutbox)[-1].body


def test_other_ways_to_publish_accept_the_objection(refused, moderator):
    objection = object_to(refused)
    services.undo_decision(batch=event_of(refused).batch, moderator=moderator)
    objection.refresh_from_db()
    refused.refresh_from_db()
    assert (objection.state, refused.objected) == ("upheld", False)


def test_an_objected_comment_is_not_deleted(refused, moderator, settings):
    object_to(refused)
    Comment.objects.update(decided_at=timezone.now() - timezone.timedelta(days=999))
    assert services.delete_refused_comments() == 0
    refused.refresh_from_db()
    with pytest.raises(Conflict):
        services.delete_as_moderator(
            comment_id=refused.pk,
            reason="x",
            moderator=moderator,
            seen=services.get_seen(refused),
        )


def test_objections_are_exported_and_erased(refused, reader):
    object_to(refused)
    [row] = export_person(reader_ids=[reader.pk])["comments"]
    assert row["objections"][0]["text"].startswith("It was about beer")
    services.erase_comments(reader_ids=[reader.pk])
    assert not Objection.objects.exists()
    assert not Comment.objects.get().objected


def test_moderators_of_a_page(talk, moderator, admin_user, django_user_model):
    assert set(get_moderators(talk.path)) == {moderator, admin_user}
    group = Group.objects.create(name="Beer")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    Section.objects.create(group=group, page=talk)
    own = django_user_model.objects.create_user("beer", "b@example.org", "pw")
    own.groups.add(group)
    assert own in get_moderators(talk.path)
    assert own not in get_moderators(talk.get_parent().path)
    idle = django_user_model.objects.create_user("idle", "i@example.org", "pw", is_active=False)
    idle.groups.add(group)
    assert idle not in get_moderators(talk.path)


def test_bad_words_of_an_objection_change_nothing(refused):
    for text in ("", "\u200b", "x" * 5000):
        with pytest.raises(InvalidInput) as caught:
            object_to(refused, text)
        assert "text" in caught.value.fields
    assert not Objection.objects.exists()


def test_a_refusal_ends_with_the_next_decision(
    client, refused, moderator, reader, talk, mailoutbox
):
    first = event_of(refused)
    services.approve_comments(ids=[refused.pk], moderator=moderator)
    services.reject_comments(ids=[refused.pk], moderator=moderator, reason="Insults")
    [mail] = send_later(mailoutbox)
    assert ("Insults" in mail.body, "Off topic" in mail.body) == (True, False)
    with pytest.raises(Closed):
        services.object_to_refusal(event_id=first.pk, text="x")
    object_to(refused)
    client.cookies["cx_reader"] = reader.key.hex
    own = client.get(f"/feedback/comments/mine/?page={talk.pk}").content.decode()
    assert ("Insults" in own, "Off topic" in own) == (True, False)


def test_a_refusal_holds_again_once_its_reversal_is_undone(refused, moderator):
    first = event_of(refused)
    services.approve_comments(ids=[refused.pk], moderator=moderator)
    batch = refused.events.filter(action="approve").get().batch
    services.undo_decision(batch=batch, moderator=moderator)
    assert services.object_to_refusal(event_id=first.pk, text="x").event == first


def test_an_earlier_reason_is_not_shown_for_a_refusal_without_one(
    client, refused, moderator, reader, talk
):
    services.approve_comments(ids=[refused.pk], moderator=moderator)
    services.reject_comments(ids=[refused.pk], moderator=moderator)
    client.cookies["cx_reader"] = reader.key.hex
    own = client.get(f"/feedback/comments/mine/?page={talk.pk}").content.decode()
    assert "Off topic" not in own


def test_who_takes_an_own_refusal_back_is_not_said_to_be_alone(
    client, refused, moderator, colleague, mailoutbox
):
    objection = object_to(refused)
    services.approve_comments(ids=[refused.pk], moderator=moderator)
    mail = send_later(mailoutbox)[-1]
    for body in (mail.body, mail.alternatives[0][0]):
        assert ("no other one" in body, "Another moderator" in body) == (False, False)
        assert "took the decision back" in body
    objection.refresh_from_db()
    assert not objection.decided_alone
    page = client.get(get_objection_path(objection.event_id)).content.decode()
    assert ("took the decision back" in page, "Another moderator than" in page) == (True, False)


def test_a_reopened_objection_was_decided_by_nobody(refused, moderator):
    objection = object_to(refused)
    done = services.decide_on_objection(
        objection_id=objection.pk, uphold=False, moderator=moderator, answer="No"
    )
    assert done.decided_alone
    services.undo_decision(batch=done.batch, moderator=moderator)
    objection.refresh_from_db()
    assert (objection.state, objection.decided_alone) == ("open", False)


def test_looking_at_a_decision_stores_nothing(client, refused):
    path = get_objection_path(event_of(refused).pk)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path, {"text": "x"}).status_code == 200
        assert client.head(path).status_code == 200
    assert {query["sql"].split()[0] for query in queries} <= {"SELECT", "PRAGMA"}
    assert client.put(path).status_code == 405


def test_a_comment_that_waits_again_is_not_said_to_be_published(refused, moderator, mailoutbox):
    object_to(refused)
    services.undo_decision(batch=event_of(refused).batch, moderator=moderator)
    refused.refresh_from_db()
    assert refused.state == State.PENDING
    body = send_later(mailoutbox)[-1].body
    assert ("We accept your objection" in body, "is published" in body) == (True, False)


def test_an_objection_about_what_became_spam_publishes_nothing(
    refused, moderator, colleague, mailoutbox
):
    objection = object_to(refused)
    services.mark_spam(ids=[refused.pk], moderator=moderator)
    services.decide_on_objection(objection_id=objection.pk, uphold=True, moderator=colleague)
    refused.refresh_from_db()
    assert refused.state == State.SPAM
    assert "is published" not in send_later(mailoutbox)[-1].body


def test_a_refusal_outlives_the_account_of_its_moderator(client, refused, moderator, mailoutbox):
    event = event_of(refused)
    moderator.delete()
    [mail] = send_later(mailoutbox)
    path = re.search(r"http://[^/]+(/\S+/objection/\S+)", mail.body)[1]
    assert "Off topic" in client.get(path).content.decode()
    assert client.post(path, {"text": "It was fine"}, **OWN).status_code == 303
    assert Objection.objects.get().event == event


def test_nobody_objects_to_an_own_deletion(refused, reader):
    services.approve_comments(ids=[refused.pk])
    services.delete_comment(comment_id=refused.pk, actor=Actor(reader=reader), minutes=60)
    with pytest.raises(NotFound):
        object_to(refused)
