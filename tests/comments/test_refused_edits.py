"""Authors whose edit is refused are told why, and can object as to other refusals."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Comment,
    CommentRevision,
    CommentSettings,
    Objection,
    Section,
    State,
)
from cx_feedback.comments.moderation.performance import measure_performance
from cx_feedback.comments.moderation.transparency import measure_year
from cx_feedback.comments.objections.objection_links import get_objection_path
from cx_feedback.comments.permissions import Scope
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core.errors import Closed, Conflict, NotFound, Refused
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import send_due
from tests.comments.seen import seen
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"
API = "/feedback/api/v1/comments/"
MAIL = "ana@example.org"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def colleague(django_user_model):
    user = django_user_model.objects.create_user("other", "other@example.org", "pw")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "moderate_comment"])
    )
    return user


@pytest.fixture
def edit(reader):
    """A function by which the reader edits an own comment, which is reloaded."""

    def edit(comment, text):
        actor = Actor(reader=reader)
        services.edit_comment(comment_id=comment.pk, actor=actor, text=text, minutes=60)
        comment.refresh_from_db()

    return edit


@pytest.fixture
def edited(write, reader, edit):
    """A published comment of a verified author whose edit waits."""
    comment = write("Good words", reader=reader, email=MAIL, state="published")
    Comment.objects.update(verified=True)
    edit(comment, "Bad words")
    assert comment.proposed == 2
    return comment


def refuse(comment, moderator, reason="Insults"):
    done = services.decide_on_comments(
        "refuse_edit", ids=[comment.pk], moderator=moderator, reason=reason
    )
    comment.refresh_from_db()
    return comment.events.get(batch=done.batch)


@pytest.fixture
def refusal(edited, moderator):
    return refuse(edited, moderator)


def object_to(event):
    return services.object_to_refusal(event_id=event.pk, text="They were fine.")


def decide(objection, moderator, *, uphold, seen=None):
    return services.decide_on_objection(
        objection_id=objection.pk, uphold=uphold, moderator=moderator, answer="So be it", seen=seen
    )


def send_later(mailoutbox):
    Delivery.objects.update(due_at=timezone.now())
    send_due()
    return mailoutbox


def test_the_author_gets_one_mail_and_sees_both_texts(
    client, edited, refusal, reader, talk, mailoutbox
):
    assert send_due().sent == 0  # time to undo
    [mail] = send_later(mailoutbox)
    assert mail.to == [MAIL]
    for body in (mail.body, mail.alternatives[0][0]):
        assert "The change to your comment was not published." in body
        assert ("Insults" in body, "words" in body, "{" in mail.body) == (True, False, False)
    path = re.search(r"http://[^/]+(/\S+/objection/\S+)", mail.body)[1]
    page = client.get(path).content.decode()
    assert ("Insults" in page, "Good words" in page, "Bad words" in page) == (True, False, False)
    client.cookies["cx_reader"] = reader.key.hex
    page = client.get(path).content.decode()
    assert ("Good words" in page, "Bad words" in page) == (True, True)
    own = client.get(f"/feedback/comments/mine/?page={talk.pk}&lang=en").content.decode()
    assert ("Insults" in own, "Good words" in own, "Bad words" in own) == (True, True, True)
    [told] = client.get(f"{API}?page={talk.pk}&only=mine", **OWN).json()["refused"]
    assert (told["decision"], told["edit"], told["comment"]["html"], told["may_object"]) == (
        refusal.pk, "<p>Bad words</p>", "<p>Good words</p>", True,
    )  # fmt: skip
    assert "Bad words" not in client.get(talk.url).content.decode()


@pytest.mark.parametrize(
    ("reason", "verified", "on", "mails"),
    [("Why", True, True, 1), ("", True, True, 0), ("Why", False, True, 0), ("Why", True, False, 0)],
)
def test_who_is_told(talk, edited, moderator, reason, verified, on, mails):
    CommentSettings.objects.create(site=talk.get_site(), tell_refusals=on)
    Comment.objects.update(verified=verified)
    refuse(edited, moderator, reason)
    assert Delivery.objects.count() == mails


def test_a_refusal_that_is_undone_is_not_told(edited, refusal, moderator, mailoutbox):
    services.undo_decision(batch=refusal.batch, moderator=moderator)
    assert send_later(mailoutbox) == []
    edited.refresh_from_db()
    assert edited.proposed == 2


def test_each_way_to_decide_asks_for_a_reason(client, moderator, edited, edit):
    client.force_login(moderator)
    tab = client.get(QUEUE, {"state": "edited"}).content.decode()
    url = f"{QUEUE}{edited.pk}/refuse-edit/"
    assert f'href="{url}?next=' in tab
    assert ('id="cx-dialog-refuse_edit"' in tab, 'name="reason"' in tab) == (True, True)
    form = client.get(url).content.decode()
    assert ("Insults or hate" in form, 'name="act" value="refuse_edit"' in form) == (True, True)
    sent = {"act": "refuse_edit", "ids": edited.pk, "seen": seen([edited.pk])}
    client.post(f"{QUEUE}decide/", {**sent, "reason": "Insults or hate"})
    assert edited.events.latest("pk").reason == "Insults or hate"
    edit(edited, "Other words")
    sent["seen"] = seen([edited.pk])
    client.post(f"{QUEUE}decide/", {**sent, "words": "My own words", "reason": ""}, **JSON)
    assert edited.events.latest("pk").reason == "My own words"
    edit(edited, "More words")
    body = {"decision": "refuse_edit", "revision": 4, "state": "published", "reason": "By REST"}
    url = f"{API}{edited.pk}/decisions/"
    answer = client.post(url, body, content_type="application/json", **OWN)
    assert (answer.status_code, edited.events.latest("pk").reason) == (200, "By REST")


def test_who_accepts_publishes_the_edit_and_undo_refuses_it_again(
    client, edited, refusal, colleague, talk, mailoutbox
):
    Comment.objects.update(flags=1)
    objection = object_to(refusal)
    edited.refresh_from_db()
    assert edited.objected
    client.force_login(colleague)
    tab = client.get(QUEUE, {"state": "objected"}).content.decode()
    assert '<span class="deletion">Good</span><span class="addition">Bad</span> words' in tab
    url = f"{QUEUE}{edited.pk}/objection/"
    assert "Accept and publish the author" in client.get(url).content.decode()
    known = {"seen": seen([edited.pk]), "objection": objection.pk}
    assert client.post(url, {**known, "decision": "uphold", "answer": "Sorry"}).status_code == 302
    edited.refresh_from_db()
    assert (edited.text, edited.revision, edited.proposed) == ("Bad words", 2, None)
    assert (edited.objected, edited.flags, edited.state) == (False, 1, State.PUBLISHED)
    assert "Bad words" in client.get(talk.url).content.decode()
    outcome = send_later(mailoutbox)[-1]
    assert ("We accept" in outcome.body, "Readers see your text now" in outcome.body) == (
        True,
        True,
    )
    page = client.get(get_objection_path(refusal.pk)).content.decode()
    assert "Readers see your text now" in page
    log = client.get(f"{QUEUE}log/").content.decode()
    assert ("Objection accepted" in log, "Bad words" in log) == (True, True)
    batch = Objection.objects.get().batch
    assert services.undo_decision(batch=batch, moderator=colleague).changed
    edited.refresh_from_db()
    assert (edited.text, edited.proposed, edited.objected) == ("Good words", None, True)
    assert Objection.objects.get().state == "open"
    assert "Bad words" not in client.get(talk.url).content.decode()
    assert rebuild_counters() == 0


def test_who_dismisses_leaves_both_texts_as_they_are(edited, refusal, colleague, mailoutbox):
    decide(object_to(refusal), colleague, uphold=False)
    edited.refresh_from_db()
    assert (edited.text, edited.proposed, edited.objected) == ("Good words", None, False)
    assert "We stay with our decision" in send_later(mailoutbox)[-1].body


def test_whoever_refused_does_not_decide_where_somebody_else_can(
    edited, refusal, moderator, colleague
):
    objection = object_to(refusal)
    with pytest.raises(Refused):
        decide(objection, moderator, uphold=False)
    colleague.delete()
    assert decide(objection, moderator, uphold=False).decided_alone


def test_an_objection_twice_or_about_a_text_that_has_changed(edited, refusal, edit, moderator):
    object_to(refusal)
    with pytest.raises(Closed, match="already objected"):
        object_to(refusal)
    Objection.objects.all().delete()
    Comment.objects.update(objected=False)
    edit(edited, "Other words")
    with pytest.raises(Closed, match="text has changed"):
        object_to(refusal)
    again = refuse(edited, moderator)
    with pytest.raises(Closed, match="text has changed"):
        object_to(refusal)
    assert not Objection.objects.exists()
    assert object_to(again).event == again


def test_nobody_objects_once_the_comment_is_gone_or_hidden(edited, refusal, reader, moderator):
    hidden = services.hide_comments(ids=[edited.pk], moderator=moderator)
    with pytest.raises(Closed):
        object_to(refusal)
    services.undo_decision(batch=hidden.batch, moderator=moderator)
    services.delete_comment(comment_id=edited.pk, actor=Actor(reader=reader), minutes=60)
    with pytest.raises(Closed):
        object_to(refusal)


def test_what_changed_since_the_objection_was_read_is_a_conflict(
    edited, refusal, edit, moderator, colleague
):
    objection = object_to(refusal)
    known = services.get_seen(edited)
    edit(edited, "Other words")
    with pytest.raises(Conflict):
        decide(objection, colleague, uphold=True, seen=known)
    # The text that was refused is given up: what waits now is decided on by itself.
    done = decide(objection, colleague, uphold=True, seen=services.get_seen(edited))
    edited.refresh_from_db()
    assert (done.state, done.is_restored) == ("upheld", False)
    assert (edited.text, edited.proposed) == ("Good words", 3)


def test_a_redaction_is_not_overwritten_by_an_objection(edited, refusal, moderator, colleague):
    objection = object_to(refusal)
    services.edit_as_moderator(
        comment_id=edited.pk, text="Fair words", moderator=moderator, seen=services.get_seen(edited)
    )
    decide(objection, colleague, uphold=True)
    edited.refresh_from_db()
    assert edited.text == "Fair words"


def test_other_decisions_do_not_accept_the_objection(edited, refusal, edit, moderator, colleague):
    objection = object_to(refusal)
    services.hide_comments(ids=[edited.pk], moderator=moderator)
    services.restore_comments(ids=[edited.pk], moderator=moderator)
    edit(edited, "Other words")
    services.approve_comments(ids=[edited.pk], moderator=moderator)
    edit(edited, "More words")
    refuse(edited, moderator)
    objection.refresh_from_db()
    assert (objection.state, edited.objected) == ("open", True)
    hidden = services.hide_comments(ids=[edited.pk], moderator=moderator, reason="Rude")
    object_to(edited.events.get(batch=hidden.batch))
    decide(objection, colleague, uphold=True)
    edited.refresh_from_db()
    assert (edited.state, edited.objected) == (State.HIDDEN, True)


def test_who_takes_the_refusal_back_accepts_the_objection(edited, refusal, moderator, mailoutbox):
    objection = object_to(refusal)
    services.undo_decision(batch=refusal.batch, moderator=moderator)
    objection.refresh_from_db()
    edited.refresh_from_db()
    assert (objection.state, edited.proposed, edited.objected) == ("upheld", 2, False)
    assert "Readers see" not in send_later(mailoutbox)[-1].body
    assert object_to(refuse(edited, moderator)).state == "open"


def test_a_refused_edit_is_kept_while_its_objection_is_open(edited, refusal, colleague):
    objection = object_to(refusal)
    late = timezone.now() + timezone.timedelta(days=120)
    assert services.delete_old_revisions(now=late) == 0
    decide(objection, colleague, uphold=False)
    assert services.delete_old_revisions(now=late) == 1
    page_text = CommentRevision.objects.get()
    assert page_text.text == "Good words"


def test_an_edit_that_is_no_longer_stored_is_not_brought_back(edited, refusal, colleague):
    services.delete_old_revisions(now=timezone.now() + timezone.timedelta(days=120))
    objection = object_to(refusal)
    assert not decide(objection, colleague, uphold=True).is_restored
    edited.refresh_from_db()
    assert edited.text == "Good words"


def test_refused_edits_are_counted_with_their_objections(edited, moderator, colleague):
    decide(object_to(refuse(edited, moderator, "Insults or hate")), colleague, uphold=True)
    report = measure_year(scope=Scope(everywhere=True), year=timezone.localdate().year)
    lines = {(each.subject, str(each.kind), str(each.reason)): each.count for each in report.lines}
    assert lines["decisions", "Keep the earlier text", "Insults or hate"] == 1
    assert (lines["objections", "Received", ""], lines["objections", "Accepted", ""]) == (1, 1)


@pytest.mark.parametrize("uphold", [True, False])
def test_a_refusal_is_overturned_by_an_accepted_objection(edited, refusal, colleague, uphold):
    decide(object_to(refusal), colleague, uphold=uphold)
    services.hide_comments(ids=[edited.pk], moderator=colleague)
    report = measure_performance(scope=Scope(everywhere=True), weeks=1)
    assert report.people["mod"].overturned == int(uphold)


def test_moderators_of_other_sections_decide_nothing(
    edited, refusal, home, talk, django_user_model
):
    objection = object_to(refusal)
    group = Group.objects.create(name="Mine")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    section = home.add_child(instance=type(talk)(title="Mine", slug="mine"))
    Section.objects.create(group=group, page=section)
    user = django_user_model.objects.create_user("bounded", "bounded@example.org", "pw")
    user.groups.add(group)
    from cx_feedback.comments.permissions import get_scope

    with pytest.raises((Conflict, NotFound)):
        services.decide_on_objection(
            objection_id=objection.pk,
            uphold=True,
            moderator=user,
            among=get_scope(user).comments(),
        )
    edited.refresh_from_db()
    assert (edited.text, edited.objected) == ("Good words", True)


def test_over_rest_a_moderator_reads_what_the_objection_is_about(
    client, edited, refusal, colleague
):
    objection = object_to(refusal)
    client.force_login(colleague)
    [shown] = client.get(f"{API}objections/").json()["objections"]
    assert (shown["edit"], shown["comment"]["html"]) == ("<p>Bad words</p>", "<p>Good words</p>")
    assert shown["decision"]["action"] == "refuse_edit"
    body = {"decision": "uphold", "revision": 1, "state": "published"}
    url = f"{API}objections/{objection.pk}/"
    done = client.post(url, body, content_type="application/json", **OWN).json()
    assert (done["state"], done["comment"]["html"], done["comment"]["revision"]) == (
        "upheld", "<p>Bad words</p>", 2,
    )  # fmt: skip
