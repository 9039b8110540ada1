"""Bans of a network address hold for votes, edits and reports too, in any browser."""

import json

import pytest

from cx_feedback.comments import services
from cx_feedback.comments.exports.vote_records import iterate_vote_records
from cx_feedback.comments.models import Ban, Comment, CommentSettings, Flag, Rule, Vote
from cx_feedback.comments.submission.ban_lookup import clear_ban_cache
from cx_feedback.readers.privacy.person_requests import export_person
from tests.conftest import OWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(rf):
    """The hash under which the address of the test client is stored."""
    from cx_feedback.core.http.client_address import get_client_hash

    return get_client_hash(rf.get("/"))


@pytest.fixture
def ban_address(write, moderator, here):
    """A function that bans the address of the test client."""

    def ban(**more):
        comment = write("Rude words")
        Comment.objects.filter(pk=comment.pk).update(client_hash=here)
        clear_ban_cache()  # as the commit does
        services.ban_author(comment_id=comment.pk, kinds=["client"], moderator=moderator, **more)

    return ban


def send(client, comment, path, body, method="post", **more):
    url = f"/feedback/api/v1/comments/{comment.pk}/{path}"
    send_by = getattr(client, method)
    return send_by(url, json.dumps(body), content_type="application/json", **OWN, **more)


@pytest.mark.parametrize("is_known", [False, True])
def test_a_banned_address_does_not_vote(client, write, reader, ban_address, is_known):
    comment = write(state="published")
    ban_address(message="Please stop")
    if is_known:
        client.cookies["cx_reader"] = reader.key.hex
    refused = send(client, comment, "votes/", {"value": 1})
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (403, "urn:cx-feedback:problem:banned")
    assert "Please stop" in problem["detail"]
    assert Comment.objects.get(pk=comment.pk).up == 0
    elsewhere = send(client, comment, "votes/", {"value": 1}, REMOTE_ADDR="10.1.2.3")
    assert (elsewhere.status_code, Comment.objects.get(pk=comment.pk).up) == (200, 1)


def test_a_vote_of_a_form_is_refused_too(client, write, ban_address):
    comment = write(state="published")
    ban_address()
    sent = {"value": "1"}
    assert client.post(f"/feedback/comments/{comment.pk}/votes/", sent, **OWN).status_code == 403
    assert Comment.objects.get(pk=comment.pk).up == 0


def test_a_vote_under_a_shadow_ban_counts_for_its_reader_alone(
    client, talk, write, reader, ban_address
):
    CommentSettings.objects.create(site=talk.get_site(), votes="both")
    comment = write(state="published")
    client.cookies["cx_reader"] = reader.key.hex
    ban_address(shadow=True)

    def vote(value):
        answer = send(client, comment, "votes/", {"value": value})
        return answer.status_code, answer.json()

    def recall():
        own = client.get(f"/feedback/api/v1/comments/?page={talk.pk}&only=mine", **OWN).json()
        return own.get("tallies", {}).get(str(comment.pk))

    def read_counts():
        row = Comment.objects.get(pk=comment.pk)
        return row.up, row.down, row.rank

    comment.thread.refresh_from_db()
    version = comment.thread.version
    tally = {"up": 1, "down": 0, "mine": 1}
    assert (vote(1), recall(), read_counts()) == ((200, tally), tally, (0, 0, 0))
    assert vote(1) == (200, tally)
    tally = {"up": 0, "down": 1, "mine": -1}
    assert (vote(-1), recall(), read_counts()) == ((200, tally), tally, (0, 0, 0))
    comment.thread.refresh_from_db()
    assert comment.thread.version == version
    assert list(iterate_vote_records(comment.thread)) == []
    [exported] = export_person(reader_ids=[reader.pk])["comment_actions"]
    assert not exported["counted"]
    assert services.votes.erase_votes(reader_ids=[reader.pk]) == 1
    assert read_counts() == (0, 0, 0)


def test_votes_before_a_shadow_ban_leave_the_counts_when_changed(
    client, talk, write, reader, ban_address
):
    settings = {"rule": Rule.OPEN, "votes": "reactions", "reactions": ["like", "love", "idea"]}
    CommentSettings.objects.create(site=talk.get_site(), **settings)
    comment = write(state="published")
    client.cookies["cx_reader"] = reader.key.hex
    send(client, comment, "votes/", {"reaction": "love"})
    assert Comment.objects.get(pk=comment.pk).reactions == {"love": 1}
    ban_address(shadow=True)
    changed = send(client, comment, "votes/", {"reaction": "idea"}).json()
    assert (changed["reactions"], changed["reaction"]) == ({"idea": 1}, "idea")
    stored = Comment.objects.get(pk=comment.pk)
    assert (stored.up, stored.reactions) == (0, {})
    own = client.get(f"/feedback/api/v1/comments/?page={talk.pk}&only=mine", **OWN).json()
    assert own["tallies"] == {str(comment.pk): changed}
    assert send(client, comment, "votes/", {"value": 0}).json()["reactions"] == {}
    assert not Vote.objects.exists()
    Ban.objects.all().delete()
    clear_ban_cache()
    send(client, comment, "votes/", {"reaction": "idea"})
    assert Comment.objects.get(pk=comment.pk).reactions == {"idea": 1}


def test_a_comment_from_elsewhere_is_not_edited_from_a_banned_address(
    client, write, reader, ban_address
):
    comment = write("Old words", reader=reader, state="published")
    client.cookies["cx_reader"] = reader.key.hex
    ban_address()
    refused = send(client, comment, "", {"text": "New words"}, "patch")
    assert (refused.status_code, list(refused.json()["errors"])) == (403, ["text"])
    assert Comment.objects.get(pk=comment.pk).text == "Old words"
    elsewhere = send(client, comment, "", {"text": "New"}, "patch", REMOTE_ADDR="10.1.2.3")
    assert elsewhere.status_code == 200


@pytest.mark.parametrize("shadow", [False, True])
def test_reports_of_who_is_banned_are_read_and_hide_nothing(
    client, talk, write, ban_address, shadow
):
    """Everybody may report what is against the law, also who may not comment."""
    CommentSettings.objects.create(site=talk.get_site(), rule=Rule.OPEN, flags_to_hide=1)
    one, two = (write(state="published") for _ in range(2))
    ban_address(shadow=shadow)
    assert send(client, one, "flags/", {"reason": "abuse"}).status_code in (200, 201, 202)
    one.refresh_from_db()
    assert (one.state, one.flags, Flag.objects.count()) == ("published", 1, 1)
    Ban.objects.all().delete()
    clear_ban_cache()
    assert send(client, two, "flags/", {"reason": "abuse"}).status_code in (200, 201, 202)
    two.refresh_from_db()
    assert two.state == "pending"
