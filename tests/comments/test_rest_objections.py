"""Over REST authors object to refusals, and moderators decide about the objections."""

import json

import pytest
from django.contrib.auth.models import Group, Permission

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Comment,
    CommentSettings,
    ModerationEvent,
    Objection,
    Section,
)
from cx_feedback.comments.submission.author import Actor
from cx_feedback.readers import services as readers
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/"


@pytest.fixture
def author(client, reader):
    client.cookies["cx_reader"] = reader.key.hex
    return client


@pytest.fixture
def colleague(django_user_model):
    user = django_user_model.objects.create_user("other", "other@example.org", "pw")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "moderate_comment"])
    )
    return user


@pytest.fixture
def refused(write, reader, moderator):
    comment = write("Pale ale is best", reader=reader)
    services.reject_comments(ids=[comment.pk], moderator=moderator, reason="Off topic")
    return comment


def post(client, path, headers=OWN, **data):
    sent = {"data": json.dumps(data), "content_type": "application/json"}
    return client.post(API + path, **sent, **headers)


def object_to(client, comment, text="It was about beer.", decision=None, **more):
    event = decision or comment.events.latest("pk").pk
    return post(client, f"{comment.pk}/objections/", decision=event, text=text, **more)


def decide(client, objection, **data):
    body = {"decision": "dismiss", "answer": "No.", "revision": 1, "state": "rejected", **data}
    return post(client, f"objections/{objection.pk}/", **body)


@pytest.fixture
def objection(refused):
    event = refused.events.latest("pk")
    return services.object_to_refusal(event_id=event.pk, text="It was about beer.")


def test_the_author_objects_with_what_the_list_says(author, refused, talk):
    mine = author.get(f"{API}?page={talk.pk}&only=mine").json()
    [told] = mine["refused"]
    assert told["decision"] == refused.events.get().pk
    made = object_to(author, refused, decision=told["decision"])
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["text"]) == ("open", "It was about beer.")
    stored = Objection.objects.get()
    assert (stored.event_id, stored.comment) == (told["decision"], refused)
    shown = author.get(f"{API}{refused.pk}/objections/").json()
    assert shown == {"objections": [made.json()], "next": None}
    again = object_to(author, refused, decision=told["decision"])
    assert (again.status_code, again.json()["type"]) == (409, "urn:cx-feedback:problem:closed")
    assert Objection.objects.count() == 1


def test_a_repeated_request_is_the_same_objection(author, refused):
    event = refused.events.get().pk
    key = {**OWN, "HTTP_IDEMPOTENCY_KEY": "one-and-the-same"}
    body = {"decision": event, "text": "About beer"}
    answers = [post(author, f"{refused.pk}/objections/", key, **body) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"decision": None}, "decision"),
        ({"decision": True}, "decision"),
        ({"decision": "1"}, "decision"),
        ({"decision": 2**70}, "decision"),
        ({"decision": 2**40}, "decision"),
        ({"text": None}, "text"),
        ({"text": ""}, "text"),
        ({"text": "\u200b\u2060"}, "text"),
        ({"text": "x" * 2001}, "text"),
    ],
)
def test_each_wrong_field_of_an_objection_is_named(author, refused, data, field):
    body = {"decision": refused.events.get().pk, "text": "Words", **data}
    response = post(author, f"{refused.pk}/objections/", **body)
    assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    assert not Objection.objects.exists()


def test_nobody_objects_for_another_or_by_another_comment(
    author, refused, write, reader, moderator
):
    stranger = type(author)()
    stranger.cookies["cx_reader"] = readers.create_reader().key.hex
    for client in (stranger, type(author)()):
        assert object_to(client, refused).status_code == 404
        assert client.get(f"{API}{refused.pk}/objections/").status_code == 404
    mine = write(reader=reader)
    crossed = object_to(author, mine, decision=refused.events.get().pk)
    assert list(crossed.json()["errors"]) == ["decision"]
    approved = services.approve_comments(ids=[mine.pk], moderator=moderator)
    event = ModerationEvent.objects.get(batch=approved.batch)
    assert object_to(author, mine, decision=event.pk).status_code == 404
    body = {"decision": refused.events.get().pk, "text": "Words"}
    assert post(author, f"{refused.pk}/objections/", FOREIGN, **body).status_code == 403
    assert post(author, f"{2**64}/objections/", **body).status_code == 404
    assert not Objection.objects.exists()


def test_where_refusals_are_not_told_nobody_objects(author, refused, talk):
    CommentSettings.objects.create(site=talk.get_site(), tell_refusals=False)
    assert object_to(author, refused).status_code == 404


def test_a_colleague_reads_and_upholds(client, objection, refused, colleague):
    client.force_login(colleague)
    listed = client.get(f"{API}objections/").json()
    assert listed["next"] is None
    [shown] = listed["objections"]
    assert (shown["id"], shown["text"]) == (objection.pk, "It was about beer.")
    assert shown["decision"]["reason"] == "Off topic"
    assert (shown["comment"]["id"], shown["comment"]["state"]) == (refused.pk, "rejected")
    assert client.get(f"{API}objections/{objection.pk}/").json() == shown
    done = decide(client, objection, decision="uphold", answer="").json()
    assert (done["state"], done["changed"], done["comment"]["state"]) == (
        "upheld", True, "published",
    )  # fmt: skip
    again = decide(client, objection, decision="uphold", answer="").json()
    assert (again["changed"], again["batch"]) == (False, None)
    assert client.get(f"{API}objections/").json()["objections"] == []
    other = decide(client, objection, state="published")
    assert (other.status_code, other.json()["current"]["state"]) == (409, "published")
    undone = client.post(f"{API}decisions/{done['batch']}/undo/", **OWN)
    assert undone.json()["changed"] == [refused.pk]
    assert Objection.objects.get().state == "open"


def test_a_dismissal_tells_its_answer(author, objection, refused, colleague):
    moderator = type(author)()
    moderator.force_login(colleague)
    missing = decide(moderator, objection, answer="")
    assert list(missing.json()["errors"]) == ["answer"]
    assert decide(moderator, objection).json()["state"] == "dismissed"
    [told] = author.get(f"{API}{refused.pk}/objections/").json()["objections"]
    assert (told["state"], told["answer"]) == ("dismissed", "No.")
    assert Comment.objects.get(pk=refused.pk).state == "rejected"


def test_whoever_refused_does_not_decide_where_somebody_else_can(
    client, objection, moderator, colleague
):
    client.force_login(moderator)
    response = decide(client, objection)
    assert (response.status_code, response.json()["type"]) == (
        403, "urn:cx-feedback:problem:refused",
    )  # fmt: skip
    assert Objection.objects.get().state == "open"


def test_what_changed_since_it_was_seen_is_a_conflict(
    client, objection, refused, colleague, moderator
):
    services.edit_as_moderator(
        comment_id=refused.pk, text="Pale ale", moderator=moderator, seen=services.SeenComment(
            1, "rejected"
        ),
    )  # fmt: skip
    client.force_login(colleague)
    response = decide(client, objection)
    assert response.status_code == 409
    now = response.json()["current"]
    assert (now["revision"], now["html"]) == (2, "<p>Pale ale</p>")
    assert "deletion" in now["difference"]
    assert decide(client, objection, revision=2).json()["state"] == "dismissed"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"decision": "approve"}, "decision"),
        ({"decision": []}, "decision"),
        ({"answer": 5}, "answer"),
        ({"answer": "x" * 2001}, "answer"),
        ({"revision": 0}, "revision"),
        ({"state": "seen"}, "state"),
    ],
)
def test_each_wrong_field_of_a_decision_is_named(client, objection, colleague, data, field):
    client.force_login(colleague)
    response = decide(client, objection, **data)
    assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    assert Objection.objects.get().state == "open"


def test_objections_of_other_sections_are_not_there(
    client, home, talk, objection, django_user_model
):
    section = home.add_child(instance=type(talk)(title="Mine", slug="mine"))
    group = Group.objects.create(name="Mine")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    Section.objects.create(group=group, page=section)
    user = django_user_model.objects.create_user("bounded", "bounded@example.org", "pw")
    user.groups.add(group)
    assert client.get(f"{API}objections/").status_code == 403
    client.force_login(user)
    assert client.get(f"{API}objections/").json()["objections"] == []
    assert client.get(f"{API}objections/{objection.pk}/").status_code == 404
    assert decide(client, objection).status_code == 404
    assert client.get(f"{API}objections/?cursor=x").status_code == 400


def follow(client, url):
    """Return the ids in each part of a list, following ``next``."""
    parts = []
    while url:
        answer = client.get(url).json()
        parts.append([each.get("id", each["decision"]) for each in answer["objections"]])
        url = answer["next"]
    return parts


def test_the_list_goes_on_and_costs_the_same(
    client, colleague, moderator, write, reader, django_assert_max_num_queries
):
    found = []
    for _ in range(6):
        comment = write(reader=reader)
        services.hide_comments(ids=[comment.pk])
        services.reject_comments(ids=[comment.pk], moderator=moderator, reason="Off topic")
        event = comment.events.latest("pk")
        found.append(services.object_to_refusal(event_id=event.pk, text="No").pk)
    client.force_login(colleague)
    with django_assert_max_num_queries(6):
        client.get(f"{API}objections/?limit=4")
    assert follow(client, f"{API}objections/?limit=4") == [found[:4], found[4:]]


def test_the_author_reads_all_their_objections_by_cursor(author, refused, moderator):
    events = ModerationEvent.objects.bulk_create(
        ModerationEvent(comment=refused, action="reject", to_state="rejected") for _ in range(5)
    )
    rows = [Objection(comment=refused, event=event, text="No") for event in events]
    Objection.objects.bulk_create(rows)
    newest_first = [event.pk for event in reversed(events)]
    path = f"{API}{refused.pk}/objections/"
    assert follow(author, f"{path}?limit=2") == [
        newest_first[:2], newest_first[2:4], newest_first[4:],
    ]  # fmt: skip
    for wrong in ("cursor=x", "limit=0", "limit="):
        response = author.get(f"{path}?{wrong}")
        named = wrong.partition("=")[0]
        assert (response.status_code, list(response.json()["errors"])) == (400, [named])


def test_a_waiting_edit_of_the_objected_comment_is_shown(
    client, colleague, moderator, write, reader
):
    comment = write("First words", reader=reader, state="published")
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Second words", minutes=60
    )
    services.hide_comments(ids=[comment.pk], moderator=moderator, reason="Rude")
    event = comment.events.latest("pk")
    services.object_to_refusal(event_id=event.pk, text="No")
    client.force_login(colleague)
    [shown] = client.get(f"{API}objections/").json()["objections"]
    assert (shown["comment"]["html"], shown["comment"]["state"]) == ("<p>First words</p>", "hidden")
