"""Objections that meet something else: another comment, an undo, a cleaning."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, Objection, State
from cx_feedback.comments.objections.own_refusals import get_own_refusals
from cx_feedback.comments.services import objections, retention_cleanup
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core.errors import NotFound
from tests.comments.seen import seen
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"


@pytest.fixture
def colleague(django_user_model):
    user = django_user_model.objects.create_user("other", "other@example.org", "pw")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "moderate_comment"])
    )
    return user


@pytest.fixture
def objected(write, reader, moderator):
    """A function that returns a rejected comment whose author objects."""

    def objected():
        comment = write(reader=reader)
        services.reject_comments(ids=[comment.pk], moderator=moderator, reason="Off topic")
        event = comment.events.latest("pk")
        services.object_to_refusal(event_id=event.pk, text="No")
        return comment

    return objected


def test_the_form_of_one_comment_decides_about_no_other(client, objected, colleague):
    one, two = objected(), objected()
    client.force_login(colleague)
    sent = {
        "decision": "uphold",
        "objection": two.objections.get().pk,
        "seen": seen([one.pk, two.pk]),
    }
    assert client.post(f"{QUEUE}{one.pk}/objection/", sent).status_code == 400
    assert set(Objection.objects.values_list("state", flat=True)) == {"open"}
    assert Comment.objects.get(pk=two.pk).state == State.REJECTED


def test_an_undo_that_leaves_the_comment_public_opens_no_objection(objected, reader, colleague):
    comment = objected()
    done = services.decide_on_objection(
        objection_id=comment.objections.get().pk, uphold=True, moderator=colleague
    )
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Newer words", minutes=60
    )
    assert services.undo_decision(batch=done.batch, moderator=colleague).changed == {}
    comment.refresh_from_db()
    assert (comment.state, comment.objected) == (State.PUBLISHED, False)
    assert Objection.objects.get().state == "upheld"


def test_a_comment_is_not_deleted_if_its_author_objects_meanwhile(
    write, reader, moderator, monkeypatch
):
    comment = write(reader=reader)
    services.reject_comments(ids=[comment.pk], moderator=moderator, reason="Off topic")
    event = comment.events.get()
    late = timezone.now() + timezone.timedelta(days=182)

    def object_first(batch=retention_cleanup._delete_refused_batch):
        def run(rows):
            class Late:
                """The rows as they were found before the objection."""

                def values_list(self, *fields, **how):
                    ids = list(rows.values_list(*fields, **how))
                    if not Objection.objects.exists():
                        services.object_to_refusal(event_id=event.pk, text="No")
                    return ids

            return batch(Late())

        return run

    monkeypatch.setattr(retention_cleanup, "_delete_refused_batch", object_first())
    assert services.delete_refused_comments(now=late) == 0
    assert Objection.objects.get().comment == comment


def test_an_objection_about_what_is_deleted_at_that_moment(write, reader, moderator, monkeypatch):
    comment = write(reader=reader)
    services.reject_comments(ids=[comment.pk], moderator=moderator, reason="Off topic")
    event, get_refusal = comment.events.get(), objections.get_refusal

    def delete_then(event_id):
        refusal = get_refusal(event_id)
        Comment.objects.filter(pk=comment.pk).delete()
        return refusal

    monkeypatch.setattr(objections, "get_refusal", delete_then)
    with pytest.raises(NotFound):
        services.object_to_refusal(event_id=event.pk, text="No")


def test_readers_see_at_once_that_an_edit_was_taken_back(client, talk, write, reader, moderator):
    comment = write("Good words", state="published", reader=reader)
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Bad words", minutes=60
    )
    done = services.approve_comments(ids=[comment.pk], moderator=moderator)
    assert "Bad words" in client.get(talk.url).content.decode()
    services.undo_decision(batch=done.batch, moderator=moderator)
    html = client.get(talk.url).content.decode()
    assert ("Good words" in html, "Bad words" in html) == (True, False)


@pytest.fixture
def edited(write, reader):
    """A published comment whose author's edit waits."""
    comment = write("Good words", state="published", reader=reader)
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Bad words", minutes=60
    )
    comment.refresh_from_db()
    return comment


def test_a_refusal_that_no_longer_holds_is_not_said_to_be_repeated(
    client, edited, moderator, colleague
):
    body = {"decision": "refuse_edit", "revision": 2, "state": "published", "reason": "Rude"}
    url, how = f"/feedback/api/v1/comments/{edited.pk}/decisions/", {
        "content_type": "application/json", **OWN,
    }  # fmt: skip
    client.force_login(moderator)
    assert client.post(url, body, **how).json()["changed"]
    assert client.post(url, body, **how).json()["changed"] is False
    objection = services.object_to_refusal(event_id=edited.events.latest("pk").pk, text="No")
    services.decide_on_objection(objection_id=objection.pk, uphold=True, moderator=colleague)
    again = client.post(url, body, **how)
    assert (again.status_code, list(again.json()["errors"])) == (400, ["decision"])


def test_a_reply_publishes_no_edit_that_waits(edited, moderator):
    known = services.get_seen(edited)
    done = services.reply_as_moderator(
        parent_id=edited.pk, text="We agree", name="Ed", moderator=moderator, seen=known
    )
    edited.refresh_from_db()
    assert (edited.text, edited.proposed, done.comment.parent_id) == ("Good words", 2, edited.pk)


def test_what_a_moderator_did_to_an_own_comment_is_no_refusal(talk, write, moderator):
    comment = write(state="published")
    Comment.objects.update(user=moderator)
    services.hide_comments(ids=[comment.pk], moderator=moderator, reason="My mistake")
    assert get_own_refusals(Actor(user=moderator), talk.pk) == []


def test_colleagues_learn_that_an_edit_was_refused(client, edited, moderator, colleague):
    client.force_login(colleague)
    sent = {"one": f"approve:{edited.pk}", "seen": seen([edited.pk])}
    query = {"state": "edited", "seen": ",".join(seen([edited.pk]))}
    services.decide_on_comments("refuse_edit", ids=[edited.pk], moderator=moderator, reason="Rude")
    [news] = client.get(f"{QUEUE}news/", query).json()["changed"].values()
    assert ("refused the edit" in news["words"], news["settled"]) == (True, True)
    answer = client.post(f"{QUEUE}decide/", sent, HTTP_ACCEPT="application/json").json()
    assert "refused the edit" in answer["conflicts"][str(edited.pk)]
