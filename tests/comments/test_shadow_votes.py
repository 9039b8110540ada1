"""Votes under a shadow ban are counted once the ban is over, wherever they came from."""

import datetime

import pytest
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import Ban, Comment, Vote
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.services.votes import VoteChoice
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.ban_lookup import clear_ban_cache
from cx_feedback.readers.services import create_reader

pytestmark = pytest.mark.django_db
ADDRESS = "o" * 32


@pytest.fixture
def comment(write):
    return write(state="published")


@pytest.fixture
def ban(write, reader, moderator):
    """A function that bans the reader, or the network address, and returns the bans."""

    def ban(*kinds, shadow=True, **more):
        written = write("Rude words", reader=reader)
        Comment.objects.filter(pk=written.pk).update(client_hash=ADDRESS)
        clear_ban_cache()  # as the commit does
        banned = services.ban_author(
            comment_id=written.pk, kinds=kinds, shadow=shadow, moderator=moderator, **more
        )
        return banned.bans

    return ban


def vote(comment, reader, value=1, reaction="", address=""):
    actor = Actor(reader=reader, client_hash=address)
    choice = VoteChoice(value, reaction)
    return services.votes.cast_vote(comment_id=comment.pk, actor=actor, choice=choice)


def read_counts(comment):
    comment.refresh_from_db()
    return comment.up, comment.down, comment.reactions


def lift(bans, moderator):
    for each in bans:
        services.lift_ban(ban=each, moderator=moderator)
    return services.count_freed_votes()


def test_votes_count_once_the_ban_is_lifted(comment, write, reader, ban, moderator):
    other = write(state="published")
    vote(comment, create_reader())
    bans = ban("reader")
    vote(comment, reader, reaction="love")
    vote(other, reader, -1)
    assert services.count_freed_votes() == 0
    assert read_counts(comment) == (1, 0, {})
    comment.thread.refresh_from_db()
    version = comment.thread.version
    assert lift(bans, moderator) == 2
    assert (read_counts(comment), read_counts(other)) == ((2, 0, {"love": 1}), (0, 1, {}))
    assert comment.rank > 0
    comment.thread.refresh_from_db()
    assert comment.thread.version > version
    assert not Vote.objects.filter(counted=False).exists()
    assert (services.count_freed_votes(), rebuild_counters()) == (0, 0)
    assert vote(comment, reader, 0).up == 1


def test_lifting_by_the_screen_counts_at_once(
    client, comment, reader, ban, moderator, django_capture_on_commit_callbacks
):
    [banned] = ban("reader")
    vote(comment, reader)
    client.force_login(moderator)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/cx-feedback/comments/bans/{banned.pk}/lift/")
    assert read_counts(comment) == (1, 0, {})


def test_an_undone_ban_and_one_that_has_ended_free_the_votes(comment, reader, ban, moderator):
    [banned] = ban("reader")
    vote(comment, reader)
    services.undo_decision(batch=banned.batch, moderator=moderator)
    assert (services.count_freed_votes(), read_counts(comment)) == (1, (1, 0, {}))
    [banned] = ban("reader", until=timezone.now() + datetime.timedelta(hours=1))
    vote(comment, reader, -1)
    assert (services.count_freed_votes(), read_counts(comment)) == (0, (0, 0, {}))
    Ban.objects.update(until=timezone.now())
    assert (services.count_freed_votes(), read_counts(comment)) == (1, (0, 1, {}))


def test_votes_from_a_banned_address_wait_for_that_ban(comment, reader, ban, moderator):
    by_reader, by_address = ban("reader", "client")
    stranger = create_reader()
    vote(comment, stranger, address=ADDRESS)
    vote(comment, reader, address=ADDRESS)
    assert (lift([by_reader], moderator), read_counts(comment)) == (0, (0, 0, {}))
    assert (lift([by_address], moderator), read_counts(comment)) == (2, (2, 0, {}))


def test_who_is_banned_otherwise_still_waits(comment, reader, ban, moderator):
    by_reader, by_address = ban("reader", "client")
    vote(comment, reader, address=ADDRESS)
    assert (lift([by_address], moderator), read_counts(comment)) == (0, (0, 0, {}))
    assert Vote.objects.get().ban == by_reader
    assert (lift([by_reader], moderator), read_counts(comment)) == (1, (1, 0, {}))


@pytest.mark.parametrize("shadow", [True, False])
def test_a_new_ban_takes_the_votes_over(comment, reader, ban, moderator, shadow):
    ban("client")
    vote(comment, create_reader(), address=ADDRESS)
    again = ban("client", shadow=shadow)
    assert (services.count_freed_votes(), read_counts(comment)) == (0, (0, 0, {}))
    assert (lift(again, moderator), read_counts(comment)) == (1, (1, 0, {}))


def test_a_ban_by_address_of_mail_is_found_again(comment, write, moderator):
    written = write("Rude", email="ana@example.org")
    voter = create_reader()
    voter.email = "ana@example.org"
    voter.save()
    banned = services.ban_author(
        comment_id=written.pk, kinds=["author"], shadow=True, moderator=moderator
    ).bans
    clear_ban_cache()
    vote(comment, voter)
    assert (services.count_freed_votes(), lift(banned, moderator)) == (0, 1)
    assert read_counts(comment) == (1, 0, {})


def test_votes_on_what_is_hidden_count_too(comment, reader, ban, moderator):
    bans = ban("reader")
    vote(comment, reader)
    services.hide_comments(ids=[comment.pk])
    assert (lift(bans, moderator), read_counts(comment)) == (1, (1, 0, {}))


def test_many_votes_take_few_statements(
    write, reader, ban, moderator, django_assert_max_num_queries
):
    comments = [write(state="published") for _ in range(40)]
    bans = ban("reader")
    for one in comments:
        vote(one, reader)
    services.lift_ban(ban=bans[0], moderator=moderator)
    with django_assert_max_num_queries(25):
        assert services.count_freed_votes() == 40


def test_a_rebuild_mends_votes(comment):
    vote(comment, create_reader(), reaction="love")
    Comment.objects.update(up=7, reactions={})
    assert rebuild_counters() == 1
    assert read_counts(comment) == (1, 0, {"love": 1})
