"""Decisions over REST name the revision and the state that were seen, like those of the queue."""

import json
import uuid

import pytest
from django.contrib.auth.models import Group, Permission

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, CommentRevision, ModerationEvent, Section
from cx_feedback.comments.submission.author import Actor
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def mod_client(client, moderator):
    client.force_login(moderator)
    return client


def address(comment):
    return f"/feedback/api/v1/comments/{getattr(comment, 'pk', comment)}/decisions/"


def decide(client, comment, headers=OWN, **data):
    body = {"decision": "approve", "revision": 1, "state": "pending", **data}
    sent = {"data": json.dumps(body), "content_type": "application/json"}
    return client.post(address(comment), **sent, **headers)


def edit(comment, reader, text):
    actor = Actor(reader=reader)
    services.edit_comment(comment_id=comment.pk, actor=actor, text=text, minutes=60)


def test_a_moderator_reads_and_decides(mod_client, moderator, write):
    comment = write("Good words")
    shown = mod_client.get(address(comment)).json()
    assert shown == {
        "id": comment.pk,
        "revision": 1,
        "state": "pending",
        "html": "<p>Good words</p>",
        "public_revision": None,
        "decisions": ["approve", "reject", "mark_spam"],
    }
    done = decide(mod_client, comment, reason="Good").json()
    assert (done["state"], done["changed"], done["public_revision"]) == ("published", True, 1)
    event = ModerationEvent.objects.get(batch=uuid.UUID(done["batch"]))
    assert (event.moderator, event.action, event.revision) == (moderator, "approve", 1)
    assert event.reason == "Good"
    again = decide(mod_client, comment)
    assert (again.status_code, again.json()["changed"], again.json()["batch"]) == (200, False, None)
    assert ModerationEvent.objects.count() == 1
    picked = decide(mod_client, comment, decision="pick", state="published")
    assert picked.json()["changed"]
    assert "unpick" in picked.json()["decisions"]


def test_what_changed_since_comes_back_with_the_difference(mod_client, write, reader):
    comment = write("Good words", reader=reader)
    edit(comment, reader, "Bad words")
    response = decide(mod_client, comment)
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "urn:cx-feedback:problem:conflict"
    assert "the text has changed" in problem["detail"]
    now = problem["current"]
    assert (now["revision"], now["state"], now["html"]) == (2, "pending", "<p>Bad words</p>")
    assert '<span class="addition">Bad</span>' in now["difference"]
    assert not ModerationEvent.objects.exists()
    decided = decide(mod_client, comment, revision=now["revision"], state=now["state"])
    assert decided.json()["html"] == "<p>Bad words</p>"


def test_a_colleagues_decision_is_a_conflict(mod_client, moderator, write):
    comment = write()
    services.reject_comments(ids=[comment.pk], moderator=moderator)
    response = decide(mod_client, comment)
    assert response.status_code == 409
    assert "mod changed this comment to “Rejected”" in response.json()["detail"]
    assert response.json()["current"]["difference"] == ""
    comment.refresh_from_db()
    assert comment.state == "rejected"


def test_a_waiting_edit_is_what_is_decided_on(mod_client, write, reader):
    comment = write("Good words", state="published", reader=reader)
    edit(comment, reader, "Other words")
    shown = mod_client.get(address(comment)).json()
    assert (shown["revision"], shown["public_revision"]) == (2, 1)
    assert (shown["html"], shown["state"]) == ("<p>Other words</p>", "published")
    assert "refuse_edit" in shown["decisions"]
    decided = decide(mod_client, comment, revision=2, state="published").json()
    assert (decided["public_revision"], decided["changed"]) == (2, True)


def test_a_revision_that_is_gone_is_said_and_nothing_changes(mod_client, moderator, write, reader):
    comment = write("Good words", reader=reader)
    edit(comment, reader, "Bad words")
    CommentRevision.objects.filter(number=1).delete()
    response = decide(mod_client, comment)
    assert response.status_code == 409
    assert "no longer stored" in response.json()["detail"]
    assert response.json()["current"]["difference"] == ""
    never = decide(mod_client, comment, revision=3)
    assert (never.status_code, list(never.json()["errors"])) == (400, ["revision"])
    comment.refresh_from_db()
    services.delete_as_moderator(
        comment_id=comment.pk, reason="x", moderator=moderator, seen=services.get_seen(comment)
    )
    erased = decide(mod_client, comment, revision=2)
    assert (erased.status_code, erased.json()["current"]["state"]) == (409, "erased")
    assert erased.json()["current"]["decisions"] == []
    assert not ModerationEvent.objects.filter(action="approve").exists()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"decision": "publish"}, "decision"),
        ({"decision": ["approve"]}, "decision"),
        ({"decision": "hide"}, "decision"),
        ({"revision": None}, "revision"),
        ({"revision": "1"}, "revision"),
        ({"revision": True}, "revision"),
        ({"revision": 2**70}, "revision"),
        ({"state": ""}, "state"),
        ({"state": {}}, "state"),
        ({"reason": "x" * 201}, "reason"),
        ({"reason": 5}, "reason"),
    ],
)
def test_each_wrong_field_is_named(mod_client, write, data, field):
    response = decide(mod_client, write(), **data)
    assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    assert not ModerationEvent.objects.exists()


def test_other_sections_readers_and_other_sites_decide_nothing(
    client, home, talk, write, django_user_model
):
    comment = write()
    assert decide(client, comment).status_code == 403
    section = home.add_child(instance=type(talk)(title="Mine", slug="mine"))
    group = Group.objects.create(name="Mine")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    Section.objects.create(group=group, page=section)
    user = django_user_model.objects.create_user("bounded", "bounded@example.org", "pw")
    user.groups.add(group)
    client.force_login(user)
    assert decide(client, comment).status_code == 404
    assert client.get(address(comment)).status_code == 404
    assert decide(client, write(page=section)).status_code == 200
    assert decide(client, write(page=section), headers=FOREIGN).status_code == 403
    assert decide(client, 2**64).status_code == 404
    assert Comment.objects.filter(state="published").count() == 1


def test_openapi_names_what_was_seen(client):
    schema = client.get("/feedback/api/v1/schema/").json()
    described = schema["paths"]["/feedback/api/v1/comments/{comment_id}/decisions/"]["post"]
    required = schema["components"]["schemas"]["DecisionInput"]["required"]
    assert required == ["decision", "revision", "state"]
    assert "DecisionConflict" in json.dumps(described["responses"]["409"])


@pytest.mark.parametrize("action", ["pick", "pin", "approve"])
def test_a_repeat_that_leaves_the_state_as_it_is_is_no_error(
    mod_client, moderator, write, reader, action
):
    comment = write(state="published")
    services.flag_comment(comment_id=comment.pk, actor=Actor(reader=reader), reason="spam")
    sent = {"decision": action, "state": "published"}
    first, again = (decide(mod_client, comment, **sent) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert (first.json()["changed"], again.json()["changed"]) == (True, False)
    assert decide(mod_client, comment, decision="restore", state="published").status_code == 400


def test_a_refused_edit_is_refused_again_and_no_longer_approved(mod_client, write, reader):
    comment = write("Good words", state="published", reader=reader)
    edit(comment, reader, "Other words")
    sent = {"state": "published", "revision": 2}
    refuse = {**sent, "decision": "refuse_edit"}
    answers = [decide(mod_client, comment, **refuse) for _ in range(2)]
    assert [(each.status_code, each.json()["changed"]) for each in answers] == [
        (200, True), (200, False),
    ]  # fmt: skip
    assert decide(mod_client, comment, **sent).status_code == 409
    edit(comment, reader, "Third words")
    assert decide(mod_client, comment, **refuse).status_code == 409
    comment.refresh_from_db()
    assert comment.proposed == 3
