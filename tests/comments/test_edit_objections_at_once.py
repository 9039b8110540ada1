"""Edits, refusals, objections and redactions at the same moment: no text is shown unread."""

import itertools

import pytest
from django.contrib.auth.models import Permission

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, CommentRevision, ModerationEvent, Objection
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core.errors import FeedbackError
from cx_feedback.readers import services as readers
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE
ROUNDS, NUMBERS = 12, itertools.count()


@pytest.fixture
def colleague(django_user_model):
    user = django_user_model.objects.create_user("other", password="pw")
    names = ["access_admin", "moderate_comment"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


@pytest.fixture
def begin(write, moderator):
    """A function that returns a comment whose refused edit is objected to, and its author."""

    def begin():
        author = Actor(reader=readers.create_reader())
        comment = write(f"Good words {next(NUMBERS)}", reader=author.reader, state="published")
        edit(comment, author, "Bad words")
        services.decide_on_comments(
            "refuse_edit", ids=[comment.pk], moderator=moderator, reason="Rude"
        )
        event = comment.events.latest("pk")
        objection = services.object_to_refusal(event_id=event.pk, text="No")
        comment.refresh_from_db()
        return comment, author, objection

    return begin


def edit(comment, author, text):
    services.edit_comment(comment_id=comment.pk, actor=author, text=text, minutes=60)


def attempt(job):
    """Return a job that returns whether ``job`` was done, or refused with a clear error."""

    def run():
        try:
            job()
        except FeedbackError:
            return False
        return True

    return run


def check(comment):
    """Check that the comment, its texts and its objection fit together."""
    comment.refresh_from_db()
    shown = CommentRevision.objects.get(comment=comment, number=comment.revision)
    assert (shown.text, shown.replaced_at) == (comment.text, None)
    open_ones = Objection.objects.filter(comment=comment, state=Objection.State.OPEN)
    assert comment.objected == open_ones.exists()
    if comment.proposed:
        waits = CommentRevision.objects.get(comment=comment, number=comment.proposed)
        assert waits.replaced_at is None
    others = CommentRevision.objects.filter(comment=comment, replaced_at=None)
    assert set(others.values_list("number", flat=True)) == {comment.revision, comment.proposed} - {
        None
    }


def test_an_edit_and_an_accepted_objection(begin, colleague):
    for _ in range(ROUNDS):
        comment, author, objection = begin()
        known = services.get_seen(comment)

        def uphold(objection=objection, known=known):
            services.decide_on_objection(
                objection_id=objection.pk, uphold=True, moderator=colleague, seen=known
            )

        in_threads(
            attempt(uphold),
            lambda c=comment, a=author: edit(c, a, "Unread words"),
        )
        check(comment)
        assert "Unread" not in comment.text
    assert rebuild_counters() == 0


def test_one_of_many_decisions_holds(begin, colleague, moderator):
    for _ in range(ROUNDS):
        comment, author, objection = begin()
        known = services.get_seen(comment)
        seen = {comment.pk: known}

        def decide(uphold, objection=objection, known=known):
            services.decide_on_objection(
                objection_id=objection.pk,
                uphold=uphold,
                moderator=colleague,
                answer="So be it",
                seen=known,
            )

        def redact(comment=comment, known=known):
            services.edit_as_moderator(
                comment_id=comment.pk,
                text="Fair words",
                moderator=moderator,
                seen=known,
                reason="Rude",
            )

        def hide(comment=comment, seen=seen):
            services.decide_on_comments(
                "hide", ids=[comment.pk], moderator=moderator, reason="Rude", seen=seen
            )

        def undo(comment=comment):
            refused = ModerationEvent.objects.filter(comment=comment, action="refuse_edit")
            services.undo_decision(batch=refused.latest("pk").batch, moderator=moderator)

        in_threads(
            attempt(lambda: decide(True)),
            attempt(lambda: decide(False)),
            attempt(redact),
            attempt(hide),
            attempt(undo),
            lambda c=comment, a=author: attempt(lambda: edit(c, a, "Unread words"))(),
        )
        check(comment)
        assert "Unread" not in comment.text
        settled = ModerationEvent.objects.filter(comment=comment, action__in=("uphold", "dismiss"))
        assert settled.count() <= 1
    assert rebuild_counters() == 0


def test_two_objections_and_an_edit(write, moderator):
    for _ in range(ROUNDS):
        author = Actor(reader=readers.create_reader())
        comment = write(f"Good words {next(NUMBERS)}", reader=author.reader, state="published")
        edit(comment, author, "Bad words")
        services.decide_on_comments(
            "refuse_edit", ids=[comment.pk], moderator=moderator, reason="Rude"
        )
        event = comment.events.latest("pk")

        def object_to(event=event):
            services.object_to_refusal(event_id=event.pk, text="No")

        done = in_threads(
            attempt(object_to),
            attempt(object_to),
            lambda c=comment, a=author: edit(c, a, "Other words"),
        )
        assert sum(bool(each) for each in done) <= 1
        check(comment)


def test_bulk_refusals_and_edits(write, moderator):
    authors = [Actor(reader=readers.create_reader()) for _ in range(6)]
    comments = [write(reader=a.reader, state="published") for a in authors]
    for round_ in range(ROUNDS):
        for comment, author in zip(comments, authors, strict=True):
            edit(comment, author, f"Edit {round_}")
        fresh = Comment.objects.in_bulk([c.pk for c in comments])
        seen = {pk: services.get_seen(comment) for pk, comment in fresh.items()}

        def decide(action, seen=seen):
            services.decide_on_comments(
                action, ids=seen, moderator=moderator, reason="Rude", seen=seen
            )

        jobs = [
            lambda c=c, a=a, r=round_: edit(c, a, f"Unread {r}")
            for c, a in zip(comments, authors, strict=True)
        ]
        in_threads(lambda: decide("refuse_edit"), lambda: decide("approve"), *jobs)
        for comment in comments:
            check(comment)
            assert "Unread" not in comment.text
        services.decide_on_comments("refuse_edit", ids=seen, moderator=moderator)
    assert rebuild_counters() == 0
