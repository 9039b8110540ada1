"""Undo, marks, bans and answers of moderators."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cx_feedback.comments import services
from cx_feedback.comments.models import Ban, Comment, Flag, ModerationEvent, State, Thread
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity

pytestmark = pytest.mark.django_db


def state_of(comment):
    return Comment.objects.get(pk=comment.pk).state


@pytest.mark.parametrize("act", services.DECISIONS)
@pytest.mark.parametrize("before", ["", "published", "reject", "mark_spam", "hide"])
def test_every_act_is_undone(write, moderator, act, before):
    comment = write(state="published" if before == "hide" else before)
    if before == "hide":
        services.hide_comments(ids=[comment.pk])
    was = state_of(comment)
    done = services.decide_on_comments(act, ids=[comment.pk], moderator=moderator)
    if not done.changed:
        assert done.batch is None
        return
    undone = services.undo_decision(batch=done.batch, moderator=moderator)
    assert undone.changed == {comment.pk: was}
    assert state_of(comment) == was
    assert rebuild_counters() == 0
    event, back = ModerationEvent.objects.order_by("-pk")[:2][::-1]
    assert (event.undone, back.action, back.undone) == (True, "undo", False)
    assert (back.from_state, back.to_state) == (event.to_state, event.from_state)
    assert services.undo_decision(batch=done.batch, moderator=moderator).changed == {}
    assert ModelLogEntry.objects.filter(action="cx_feedback.comments.comment.undo").count() == 1


def test_a_later_decision_is_not_undone(write, moderator):
    kept, back = write(), write()
    act = services.approve_comments(ids=[kept.pk, back.pk], moderator=moderator)
    services.hide_comments(ids=[kept.pk])
    assert services.undo_decision(batch=act.batch).changed == {back.pk: State.PENDING}
    assert (state_of(kept), state_of(back)) == ("hidden", "pending")
    services.restore_comments(ids=[kept.pk])
    # The same state again, but another moderator's: it stays.
    assert services.undo_decision(batch=act.batch).changed == {}


def test_the_wait_and_the_signals_are_kept_with_the_decision(write, moderator):
    comment = write()
    hour = timezone.now() - datetime.timedelta(hours=1)
    found = [{"scorer": "links", "points": 2.0, "detail": {"links": 4}}]
    Comment.objects.update(created_at=hour, spam_findings=found)
    act = services.approve_comments(ids=[comment.pk], moderator=moderator)
    event = ModerationEvent.objects.get()
    assert event.spam_findings == found
    assert 3600 <= event.wait_seconds < 3700
    services.undo_decision(batch=act.batch)
    services.reject_comments(ids=[comment.pk], moderator=moderator)
    assert 3600 <= ModerationEvent.objects.last().wait_seconds < 3700
    services.restore_comments(ids=[comment.pk])
    services.approve_comments(ids=[comment.pk], moderator=moderator)
    assert ModerationEvent.objects.last().wait_seconds < 60


def test_flags_are_settled_and_opened_again(write, reader):
    comment = write(state="published")
    Flag.objects.create(comment=comment, reader=reader, reason="abuse")
    Comment.objects.update(flags=1)
    kept = services.approve_comments(ids=[comment.pk])
    assert kept.changed == {comment.pk: State.PUBLISHED}
    assert Flag.objects.get().state == Flag.State.DISMISSED
    assert Comment.objects.get().flags == 0
    services.undo_decision(batch=kept.batch)
    assert Flag.objects.get().state == Flag.State.OPEN
    assert Comment.objects.get().flags == 1
    services.hide_comments(ids=[comment.pk])
    assert Flag.objects.get().state == Flag.State.UPHELD


def test_what_a_policy_published_is_looked_at_once(write):
    comment = write()
    Comment.objects.update(state=State.PUBLISHED, published_at=timezone.now())
    assert Comment.objects.unread().count() == 1
    assert services.approve_comments(ids=[comment.pk]).changed
    assert not services.approve_comments(ids=[comment.pk]).changed
    assert Comment.objects.unread().count() == 0


def test_marks(write, moderator):
    root, waiting = write(state="published"), write()
    reply = write(parent=root, state="published")
    done = services.highlight_comments(
        "pin", ids=[root.pk, reply.pk, waiting.pk], moderator=moderator
    )
    assert (set(done.changed), done.skipped) == ({root.pk}, [waiting.pk, reply.pk])
    services.highlight_comments("pick", ids=[root.pk, reply.pk], moderator=moderator)
    root.refresh_from_db()
    assert root.pinned_at
    assert root.picked
    assert services.get_highlight_actions(root) == ["unpick", "unpin"]
    services.undo_decision(batch=done.batch)
    root.refresh_from_db()
    assert not root.pinned_at
    assert root.picked


def test_an_answer_approves_and_is_undone_with_it(write, moderator, reader):
    comment = write(reader=reader)
    moderator.first_name, moderator.last_name = "Mo", "Derator"
    done = services.reply_as_moderator(
        parent_id=comment.pk, text="We **will**", moderator=moderator
    )
    answer = done.comment
    assert (answer.author_name, answer.by_staff, answer.user) == ("Mo Derator", True, moderator)
    assert (answer.state, answer.parent_id, answer.root_id) == ("published", comment.pk, comment.pk)
    assert answer.html == "<p>We <strong>will</strong></p>"
    assert state_of(comment) == State.PUBLISHED
    assert Thread.objects.get().published == 2
    assert Activity.objects.filter(kind="comment_approved").count() == 1
    services.undo_decision(batch=done.batch)
    assert (state_of(answer), state_of(comment)) == (State.HIDDEN, State.PENDING)
    assert rebuild_counters() == 0
    for text in ("", " \n", "x" * 5001):
        with pytest.raises(InvalidInput) as error:
            services.reply_as_moderator(parent_id=comment.pk, text=text, moderator=moderator)
        assert "text" in error.value.fields
    with pytest.raises(InvalidInput):
        services.reply_as_moderator(parent_id=10**9, text="Hello", moderator=moderator)


def test_a_ban_is_replaced_expires_and_is_lifted(write, moderator, reader):
    comment, other = write(reader=reader), write(reader=reader)
    Comment.objects.update(author_key="a" * 32, client_hash="o" * 32)
    now = timezone.now()
    day = now + datetime.timedelta(days=1)
    first = services.ban_author(
        comment_id=comment.pk, kinds=["author"], until=day, moderator=moderator
    )
    again = services.ban_author(
        comment_id=comment.pk,
        kinds=["author", "reader", "client"],
        shadow=True,
        sweep=True,
        moderator=moderator,
    )
    held = Ban.objects.active()
    assert {(b.kind, b.key, b.shadow) for b in held} == {
        ("author", "a" * 32, True),
        ("reader", str(reader.pk), True),
        ("client", "o" * 32, True),
    }
    assert set(again.swept) == {comment.pk, other.pk}
    assert not Ban.objects.get(pk=first.bans[0].pk).is_active
    assert services.lift_ban(ban=held.get(kind="client"), moderator=moderator)
    assert not services.lift_ban(ban=Ban.objects.get(kind="client"), moderator=moderator)
    assert ModelLogEntry.objects.filter(action="cx_feedback.comments.ban.lift").count() == 1
    services.undo_decision(batch=again.batch)
    assert not Ban.objects.active().exists()
    assert state_of(other) == State.PENDING
    Ban.objects.filter(pk=again.bans[0].pk).update(lifted_at=None, until=now)
    assert not Ban.objects.active().exists()


def test_nothing_to_ban_or_a_moment_that_has_passed(write):
    comment = write()
    with pytest.raises(InvalidInput) as error:
        services.ban_author(comment_id=comment.pk, kinds=["author", "nonsense"])
    assert "kinds" in error.value.fields
    with pytest.raises(InvalidInput) as error:
        services.ban_author(comment_id=comment.pk, kinds=["author"], until=timezone.now())
    assert "until" in error.value.fields
    assert not Ban.objects.exists()


def test_a_hundred_by_a_hundred_readers_cost_few_statements(
    talk, home, write, moderator, django_assert_max_num_queries
):
    ids = []
    for n in range(10):
        page = home.add_child(instance=type(talk)(title=f"Page {n}", slug=f"page-{n}"))
        ids += [write(page=page, reader=readers.create_reader()).pk for _ in range(10)]
    Flag.objects.create(comment_id=ids[0], reader=readers.create_reader(), reason="abuse")
    Comment.objects.filter(pk=ids[0]).update(flags=1)
    with django_assert_max_num_queries(15):
        done = services.approve_comments(ids=ids, moderator=moderator)
    assert len(done.changed) == 100
    assert Activity.objects.filter(kind="comment_approved").count() == 100
    with django_assert_max_num_queries(22):
        assert len(services.undo_decision(batch=done.batch, moderator=moderator).changed) == 100
