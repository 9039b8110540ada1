"""Objections and decisions at the same moment: one holds, and nobody is told twice."""

import pytest
from django.contrib.auth.models import Permission

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, ModerationEvent, Objection, State
from cx_feedback.core.errors import Closed, Conflict
from cx_feedback.mail.models import Delivery
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE


@pytest.fixture
def refused(write, moderator):
    comment = write("Words", email="ana@example.org")
    Comment.objects.update(verified=True)
    services.reject_comments(ids=[comment.pk], moderator=moderator, reason="Off topic")
    return comment


def try_to(job, error):
    """Return a job that returns whether ``job`` was done, or refused with ``error``."""

    def attempt():
        try:
            job()
        except error:
            return False
        return True

    return attempt


def object_to(event):
    return lambda: services.object_to_refusal(event_id=event.pk, text="It was fine")


def test_one_objection_holds(refused):
    event = ModerationEvent.objects.get(action="reject")
    done = in_threads(*(try_to(object_to(event), Closed) for _ in range(6)))
    assert (sum(done), Objection.objects.count()) == (1, 1)


def test_no_objection_stays_open_about_what_was_undone(refused, moderator):
    for _ in range(5):
        event = ModerationEvent.objects.filter(action="reject").latest("pk")
        in_threads(
            try_to(object_to(event), Closed),
            lambda batch=event.batch: services.undo_decision(batch=batch, moderator=moderator),
        )
        refused.refresh_from_db()
        assert (refused.state, refused.objected) == (State.PENDING, False)
        assert not Objection.objects.filter(state=Objection.State.OPEN).exists()
        services.reject_comments(ids=[refused.pk], moderator=moderator, reason="Off topic")


def test_one_decision_on_an_objection_holds(refused, django_user_model):
    objection = object_to(ModerationEvent.objects.get(action="reject"))()
    users = [django_user_model.objects.create_user(f"mod{n}", password="pw") for n in range(4)]
    for user in users:
        names = ["access_admin", "moderate_comment"]
        user.user_permissions.set(Permission.objects.filter(codename__in=names))

    def decide(user, uphold):
        services.decide_on_objection(
            objection_id=objection.pk, uphold=uphold, moderator=user, answer="So be it"
        )

    jobs = (lambda u=u, n=n: decide(u, bool(n % 2)) for n, u in enumerate(users))
    done = in_threads(*(try_to(job, Conflict) for job in jobs))
    assert sum(done) == 1
    assert Delivery.objects.filter(mailing__startswith="comment-objection:").count() == 1
