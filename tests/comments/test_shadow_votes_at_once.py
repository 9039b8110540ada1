"""Votes while a shadow ban is lifted: each is counted once, none is forgotten."""

from cx_feedback.comments import services
from cx_feedback.comments.models import Ban, Comment, Vote
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.services.votes import VoteChoice
from cx_feedback.comments.submission.author import Actor
from cx_feedback.readers.services import create_reader
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE
ADDRESS, ROUNDS, VOTERS = "o" * 32, 8, 6


def test_no_vote_is_forgotten_or_counted_twice(write, moderator):
    rude = write("Rude words")
    Comment.objects.update(client_hash=ADDRESS)
    comments = [write(state="published") for _ in range(3)]
    expected = dict.fromkeys([c.pk for c in comments], 0)
    for number in range(ROUNDS):
        bans = services.ban_author(
            comment_id=rude.pk, kinds=["client"], shadow=True, moderator=moderator
        ).bans
        voters = [create_reader() for _ in range(VOTERS)]
        for voter in voters[:2]:
            vote(comments[0], voter)
        expected[comments[0].pk] += 2

        def cast(voter):
            for comment in comments[1:]:
                vote(comment, voter)

        def lift(bans=bans):
            services.lift_ban(ban=bans[0], moderator=moderator)

        def again(number=number):
            if number % 2:  # banned anew at the same moment
                services.ban_author(
                    comment_id=rude.pk, kinds=["client"], shadow=True, moderator=moderator
                )

        jobs = [lambda v=v: cast(v) for v in voters[2:]]
        in_threads(*jobs, lift, again, services.count_freed_votes)
        for comment in comments[1:]:
            expected[comment.pk] += VOTERS - 2
        for ban in Ban.objects.filter(lifted_at=None):
            services.lift_ban(ban=ban, moderator=moderator)
        in_threads(services.count_freed_votes, services.count_freed_votes)
        assert not Vote.objects.filter(counted=False).exists()
        counts = dict(Comment.objects.filter(pk__in=expected).values_list("pk", "up"))
        assert counts == expected
        assert rebuild_counters() == 0


def vote(comment, reader):
    services.votes.cast_vote(
        comment_id=comment.pk,
        actor=Actor(reader=reader, client_hash=ADDRESS),
        choice=VoteChoice(1),
    )
