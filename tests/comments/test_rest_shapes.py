"""Each answer of the comments is made by the serializer that describes it."""

import pytest
from django.test import Client

from cx_feedback.comments import services
from cx_feedback.comments.submission.author import Actor
from tests.rest_shapes import ShapeWalk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("added_field")]


@pytest.fixture
def walk(client):
    return ShapeWalk(client, "comments/")


@pytest.fixture
def author(reader):
    client = Client()
    client.cookies["cx_reader"] = reader.key.hex
    return client


@pytest.fixture
def staff(moderator):
    client = Client()
    client.force_login(moderator)
    return client


def test_serializers_make_the_answers(walk, client, author, staff, talk, write, reader, moderator):
    seen, waiting = write(state="published"), write("Mine waits", reader=reader)
    walk.call(client, f"comments/?page={talk.pk}")
    walk.call(client, f"comments/counts/?pages={talk.pk}")
    walk.call(client, f"comments/{seen.pk}/")
    walk.call(client, "comments/999999/", status=404)
    walk.call(client, "comments/", {"page": talk.pk, "name": "Ben", "text": "New"}, status=201)
    walk.call(author, f"comments/{waiting.pk}/", {"text": "Mine again"}, method="patch")
    walk.call(author, f"comments/{seen.pk}/votes/", {"value": 1})
    walk.call(author, f"comments/{seen.pk}/votes/", method="delete")
    report = {"reason": "abuse", "text": "Rude"}
    walk.call(author, f"comments/{seen.pk}/flags/", report, status=201)
    walk.call(author, f"comments/{seen.pk}/flags/", report)
    check_decisions(walk, staff, write())
    check_objections(walk, author, staff, write("Pale ale", reader=reader), talk, moderator)
    assert walk.get_missing() == set()


def check_decisions(walk, staff, comment):
    path = f"comments/{comment.pk}/decisions/"
    walk.call(staff, path)
    made = {"decision": "approve", "revision": 1, "state": "pending"}
    batch = walk.call(staff, path, made)["batch"]
    walk.call(staff, path, {**made, "decision": "reject"}, status=409)
    walk.call(staff, f"comments/decisions/{batch}/undo/", method="post")
    batch = walk.call(staff, path, {**made, "decision": "reject"})["batch"]
    services.approve_comments(ids=[comment.pk])
    walk.call(staff, f"comments/decisions/{batch}/undo/", method="post", status=409)


def check_objections(walk, author, staff, comment, talk, moderator):
    services.reject_comments(ids=[comment.pk], moderator=moderator, reason="Off topic")
    [refused] = walk.call(author, f"comments/?page={talk.pk}&only=mine")["refused"]
    path = f"comments/{comment.pk}/objections/"
    said = {"decision": refused["decision"], "text": "It was about beer."}
    walk.call(author, path, said, status=201)
    walk.call(author, path)
    [objection] = walk.call(staff, "comments/objections/")["objections"]
    path = f"comments/objections/{objection['id']}/"
    walk.call(staff, path)
    made = {"decision": "dismiss", "answer": "No.", "revision": 1}
    walk.call(staff, path, {**made, "state": "pending"}, status=409)
    walk.call(staff, path, {**made, "state": "rejected"})


def test_an_edit_that_waits_is_told_to_its_author(walk, author, write, reader):
    comment = write("Mine", reader=reader, state="published")
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Mine too", minutes=60
    )
    changed = walk.call(author, f"comments/{comment.pk}/", {"text": "Changed"}, method="patch")
    assert changed["edit"] == "<p>Changed</p>"
