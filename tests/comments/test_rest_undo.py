"""Moderators take actions back over REST, by the batch that the decision answered."""

import json
import uuid

import pytest
from django.contrib.auth.models import Group, Permission

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, ModerationEvent, Section, Thread
from cx_feedback.comments.submission.author import Actor
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def mod_client(client, moderator):
    client.force_login(moderator)
    return client


def undo(client, batch, headers=OWN):
    return client.post(f"/feedback/api/v1/comments/decisions/{batch}/undo/", **headers)


def test_an_approval_is_taken_back_once(mod_client, moderator, write):
    comment = write("Good words")
    address = f"/feedback/api/v1/comments/{comment.pk}/decisions/"
    body = json.dumps({"decision": "approve", "revision": 1, "state": "pending"})
    batch = mod_client.post(address, body, content_type="application/json", **OWN).json()["batch"]
    undone = undo(mod_client, batch)
    assert (undone.status_code, undone.json()["changed"]) == (200, [comment.pk])
    [shown] = undone.json()["comments"]
    assert (shown["state"], shown["revision"], shown["public_revision"]) == ("pending", 1, None)
    assert Thread.objects.get().published == 0
    assert ModerationEvent.objects.latest("pk").moderator == moderator
    again = undo(mod_client, batch)
    assert (again.status_code, again.json()["changed"]) == (200, [])
    assert ModerationEvent.objects.count() == 2


def test_what_has_changed_since_stays_and_is_said(mod_client, moderator, write, reader):
    one, two = write(reader=reader), write()
    batch = services.reject_comments(ids=[one.pk, two.pk], moderator=moderator).batch
    services.approve_comments(ids=[one.pk], moderator=moderator)
    part = undo(mod_client, batch)
    assert (part.status_code, part.json()["changed"]) == (200, [two.pk])
    assert [row["state"] for row in part.json()["comments"]] == ["published", "pending"]
    none = undo(mod_client, batch)
    assert none.status_code == 409
    assert none["Content-Type"] == "application/problem+json"
    assert none.json()["type"] == "urn:cx-feedback:problem:conflict"
    assert [row["state"] for row in none.json()["current"]] == ["published", "pending"]
    assert ModerationEvent.objects.filter(action="undo").count() == 1


def test_actions_that_nothing_takes_back(mod_client, moderator, write):
    comment = write()
    services.delete_as_moderator(
        comment_id=comment.pk, reason="x", moderator=moderator, seen=services.get_seen(comment)
    )
    event = ModerationEvent.objects.get(action="delete")
    refused = undo(mod_client, event.batch)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:cx-feedback:problem:closed")
    assert undo(mod_client, uuid.uuid4()).status_code == 404


def test_other_sections_readers_and_other_sites_undo_nothing(
    client, home, talk, write, moderator, django_user_model
):
    section = home.add_child(instance=type(talk)(title="Mine", slug="mine"))
    theirs, mine = write(), write(page=section)
    batch = services.approve_comments(ids=[theirs.pk, mine.pk], moderator=moderator).batch
    other = services.approve_comments(ids=[write().pk], moderator=moderator).batch
    assert undo(client, batch).status_code == 403
    group = Group.objects.create(name="Mine")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    Section.objects.create(group=group, page=section)
    user = django_user_model.objects.create_user("bounded", "bounded@example.org", "pw")
    user.groups.add(group)
    client.force_login(user)
    assert undo(client, batch, headers=FOREIGN).status_code == 403
    assert undo(client, other).status_code == 404
    done = undo(client, batch).json()
    assert (done["changed"], [row["id"] for row in done["comments"]]) == ([mine.pk], [mine.pk])
    assert Comment.objects.get(pk=theirs.pk).state == "published"


def test_the_undo_of_an_edit_s_refusal_lets_it_wait_again(mod_client, moderator, write, reader):
    comment = write("Good words", state="published", reader=reader)
    actor = Actor(reader=reader)
    services.edit_comment(comment_id=comment.pk, actor=actor, text="Other words", minutes=60)
    batch = services.decide_on_comments("refuse_edit", ids=[comment.pk], moderator=moderator).batch
    [shown] = undo(mod_client, batch).json()["comments"]
    assert (shown["revision"], shown["public_revision"]) == (2, 1)
    assert (shown["html"], "refuse_edit" in shown["decisions"]) == ("<p>Other words</p>", True)


def test_undos_are_throttled_like_decisions(mod_client, settings):
    settings.CX_FEEDBACK = {"RATES": {"decision": "1/d"}}
    assert [undo(mod_client, uuid.uuid4()).status_code for _ in range(2)] == [404, 429]
