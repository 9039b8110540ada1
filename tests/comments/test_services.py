import datetime
import random

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, ModerationEvent, State, Thread
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.services.transitions import change_state
from cx_feedback.comments.submission import comment_input
from cx_feedback.core.errors import Closed, InvalidInput
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity, Reader, VisitDay
from cx_feedback.readers.privacy.person_requests import export_person

pytestmark = pytest.mark.django_db


def thread_of(page):
    return Thread.objects.get(page_id=page.pk)


def test_a_comment_waits_and_is_told_to_the_other_rooms(talk, write, reader):
    comment = write("Hello **you**", reader=reader, email="ANA@example.org")
    assert comment.state == State.PENDING
    assert comment.html == "<p>Hello <strong>you</strong></p>"
    assert comment.author_email == "ana@example.org"
    thread = thread_of(talk)
    assert (thread.published, thread.waiting) == (0, 1)
    activity = Activity.objects.get()
    assert (activity.kind, activity.page_id, activity.object_id) == ("comment", talk.pk, comment.pk)
    assert activity.detail == {"thread": thread.pk}


def test_replies_stand_below_what_they_answer(write):
    first = write(state="published")
    answer = write(parent=first, state="published")
    deeper = write(parent=answer)
    assert (first.path, first.root_id, first.depth) == (first.key, None, 0)
    assert answer.path == first.path + answer.key
    assert (deeper.root_id, deeper.depth) == (first.pk, 2)
    assert deeper.path == answer.path + deeper.key


def test_a_thread_may_be_deeper_than_its_paths(write):
    comment = write(state="published")
    for _level in range(40):
        comment = write(parent=comment, state="published")
    assert comment.depth == 40
    assert rebuild_counters() == 0


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("approve", "", "published"),
        ("approve", "reject", "published"),
        ("approve", "mark_spam", "published"),
        ("reject", "", "rejected"),
        ("reject", "approve", "rejected"),
        ("mark_spam", "approve", "spam"),
        ("hide", "approve", "hidden"),
        ("hide", "", "pending"),
        ("restore", "reject", "pending"),
        ("restore", "mark_spam", "pending"),
        ("restore", "approve", "published"),
    ],
)
def test_acts(write, act, before, after):
    comment = write(state=before)
    services.decide_on_comments(act, ids=[comment.pk])
    comment.refresh_from_db()
    assert comment.state == after


def test_a_hidden_comment_comes_back_published(write):
    comment = write(state="published")
    services.hide_comments(ids=[comment.pk])
    assert services.restore_comments(ids=[comment.pk]).changed == {comment.pk: State.PUBLISHED}


def test_what_is_restored_waits_from_then_on(write, moderator):
    comment = write(state="reject")
    yesterday = timezone.now() - datetime.timedelta(days=1)
    Comment.objects.update(created_at=yesterday, decided_at=yesterday)
    services.restore_comments(ids=[comment.pk], moderator=moderator)
    comment.refresh_from_db()
    assert (comment.state, comment.decided_at > yesterday) == (State.PENDING, True)
    services.approve_comments(ids=[comment.pk], moderator=moderator)
    assert comment.events.get(action="approve").wait_seconds < 60 * 60


def test_what_an_undo_lets_wait_again_waits_since_it_was_written(write, moderator):
    comment = write()
    yesterday = timezone.now() - datetime.timedelta(days=1)
    Comment.objects.update(created_at=yesterday)
    rejected = services.reject_comments(ids=[comment.pk], moderator=moderator)
    services.undo_decision(batch=rejected.batch, moderator=moderator)
    comment.refresh_from_db()
    assert (comment.state, comment.decided_at) == (State.PENDING, None)
    services.approve_comments(ids=[comment.pk], moderator=moderator)
    assert comment.events.get(action="approve").wait_seconds >= 24 * 60 * 60


def test_nothing_has_waited_for_less_than_no_time(write, moderator):
    comment = write()
    # The clock of another server is ahead.
    Comment.objects.update(created_at=timezone.now() + datetime.timedelta(seconds=90))
    services.approve_comments(ids=[comment.pk], moderator=moderator)
    assert comment.events.get().wait_seconds == 0


def test_a_decision_is_an_event_and_a_line_in_the_audit_log(write, moderator):
    comment = write()
    decision = services.reject_comments(ids=[comment.pk], moderator=moderator, reason="Off topic")
    assert decision.changed == {comment.pk: State.REJECTED}
    event = comment.events.get()
    assert (event.moderator, event.from_state, event.to_state, event.reason) == (
        moderator,
        "pending",
        "rejected",
        "Off topic",
    )
    entry = ModelLogEntry.objects.get()
    assert (entry.action, entry.user, entry.object_id) == (
        "cx_feedback.comments.comment.reject",
        moderator,
        str(comment.pk),
    )
    assert entry.data == {
        "from": "pending",
        "to": "rejected",
        "revision": 1,
        "reason": "Off topic",
    }
    assert entry.message


def test_a_repeat_does_no_harm(talk, write, reader):
    comment = write(reader=reader)
    services.approve_comments(ids=[comment.pk])
    again = services.approve_comments(ids=[comment.pk, comment.pk, 10**9])
    assert (again.changed, again.skipped) == ({}, [comment.pk, 10**9])
    assert ModerationEvent.objects.count() == 1
    assert thread_of(talk).published == 1
    assert Activity.objects.filter(kind="comment_approved").count() == 1


def test_approval_is_told_once_and_counts_no_visit(write, reader):
    comment = write(reader=reader)
    VisitDay.objects.all().delete()
    for act in ("approve", "hide", "restore", "reject", "approve"):
        services.decide_on_comments(act, ids=[comment.pk])
    told = Activity.objects.get(kind="comment_approved")
    assert told.detail == {"comment": comment.pk, "thread": comment.thread_id}
    assert not VisitDay.objects.exists()


def test_what_only_waits_again_is_not_told_as_approved(write, reader):
    comment = write(reader=reader, state="reject")
    assert services.restore_comments(ids=[comment.pk]).changed == {comment.pk: State.PENDING}
    assert not Activity.objects.filter(kind="comment_approved").exists()


def test_a_long_reason_is_cut_to_its_column(write):
    comment = write(state="published")
    change_state(comment, State.HIDDEN, action="flag", reason="x" * 300)
    event = comment.events.get(action="flag")
    assert event.reason == "x" * ModerationEvent._meta.get_field("reason").max_length


def test_a_hundred_at_once_cost_few_statements(write, django_assert_max_num_queries):
    ids = [write().pk for _ in range(100)]
    with django_assert_max_num_queries(15):
        services.approve_comments(ids=ids)
    assert Comment.objects.published().count() == 100


@pytest.mark.parametrize("seed", range(4))
def test_counters_never_drift(talk, home, write, reader, seed):
    chance = random.Random(seed)
    other = home.add_child(instance=type(talk)(title="Other", slug="other"))
    comments = []
    for _step in range(120):
        published = list(Comment.objects.published())
        if chance.random() < 0.4 or not comments:
            parent = chance.choice([*published, None]) if chance.random() < 0.7 else None
            elsewhere = (
                chance.random() < 0.3 if parent is None else parent.thread.page_id == other.pk
            )
            page = other if elsewhere else talk
            who = reader if chance.random() < 0.2 else None
            comments.append(write(parent=parent, page=page, reader=who))
        else:
            some = chance.sample(comments, min(len(comments), chance.randint(1, 5)))
            services.decide_on_comments(chance.choice(services.DECISIONS), ids=[c.pk for c in some])
    if seed % 2:
        services.erase_comments(reader_ids=[reader.pk])
    assert rebuild_counters() == 0
    for thread in Thread.objects.all():
        rows = thread.comments
        assert thread.published == rows.filter(state="published").count()
        assert thread.waiting == rows.filter(state="pending").count()


def test_rebuild_repairs_what_is_wrong(talk, write):
    first = write(state="published")
    second = write(parent=first, state="published")
    Thread.objects.update(published=7)
    Comment.objects.filter(pk=first.pk).update(replies=0)
    Comment.objects.filter(pk=second.pk).update(replies=5)
    assert rebuild_counters(thread_ids=[thread_of(talk).pk]) == 3
    assert rebuild_counters() == 0
    first.refresh_from_db()
    assert (first.replies, thread_of(talk).published, thread_of(talk).waiting) == (1, 2, 0)


def draft_of(page, **data):
    key = data.pop("idempotency_key", "")
    words = {"name": "Ana", "text": "Hello", **data}
    return comment_input.parse_comment(words, page_id=page.pk, idempotency_key=key)


def test_the_same_key_is_stored_once_and_leaves_no_reader(talk):
    made = []

    def begin():
        made.append(readers.create_reader())
        return made[-1]

    first = services.store_comment(draft=draft_of(talk, idempotency_key="k1"), reader=begin)
    again = services.store_comment(draft=draft_of(talk, idempotency_key="k1"), reader=begin)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.comment == first.comment
    assert again.reader is None
    assert Comment.objects.count() == Reader.objects.count() == thread_of(talk).waiting == 1


def test_a_key_used_for_other_words_is_no_repeat(talk):
    services.store_comment(draft=draft_of(talk, idempotency_key="k1"))
    with pytest.raises(InvalidInput) as caught:
        services.store_comment(draft=draft_of(talk, text="Other", idempotency_key="k1"))
    assert list(caught.value.fields) == ["Idempotency-Key"]


def test_a_second_click_without_a_key_is_one_comment(talk):
    assert not services.store_comment(draft=draft_of(talk)).repeated
    assert services.store_comment(draft=draft_of(talk)).repeated
    assert not services.store_comment(draft=draft_of(talk, name="Eva")).repeated
    assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n\u200b "}, "text"),
        ({"text": "x" * 100_000}, "text"),
        ({"text": ["x"]}, "text"),
        ({"name": ""}, "name"),
        ({"name": "\u202e"}, "name"),
        ({"name": "n" * 81}, "name"),
        ({"name": "n" * 5000}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a" * 250 + "@example.org"}, "email"),
        ({"website": ["x"]}, "website"),
        ({"parent": "x"}, "parent"),
        ({"parent": True}, "parent"),
        ({"parent": 2**70}, "parent"),
        ({"parent": 424242}, "parent"),
        ({"idempotency_key": "k" * 65}, "Idempotency-Key"),
    ],
)
def test_bad_input_names_the_field(talk, data, field):
    with pytest.raises(InvalidInput) as caught:
        draft_of(talk, **data)
    assert list(caught.value.fields) == [field]
    assert not Comment.objects.exists()
    assert not Thread.objects.exists()


def test_every_wrong_field_is_named_at_once(talk):
    with pytest.raises(InvalidInput) as caught:
        draft_of(talk, name="", text="", email="x")
    assert set(caught.value.fields) == {"name", "text", "email"}


def test_email_by_setting(talk, settings):
    settings.CX_FEEDBACK = {"COMMENTS_EMAIL": "required"}
    with pytest.raises(InvalidInput) as caught:
        draft_of(talk)
    assert list(caught.value.fields) == ["email"]
    settings.CX_FEEDBACK = {"COMMENTS_EMAIL": "no"}
    assert draft_of(talk, email="ana@example.org").email == ""


def test_a_parent_must_be_a_published_one_of_the_same_page(talk, home, write):
    other = home.add_child(instance=type(talk)(title="Other", slug="other"))
    far = write(page=other, state="published")
    waiting = write()
    for parent in (far, waiting):
        with pytest.raises(InvalidInput) as caught:
            draft_of(talk, parent=parent.pk)
        assert list(caught.value.fields) == ["parent"]


def test_a_closed_thread_takes_nothing(talk, write):
    write()
    services.set_thread_closed(page_id=talk.pk, closed=True)
    with pytest.raises(Closed) as caught:
        draft_of(talk, text="More")
    assert list(caught.value.fields) == ["page"]
    services.set_thread_closed(page_id=talk.pk, closed=False)
    assert draft_of(talk, text="More").text == "More"


def test_erasing_a_person_keeps_the_shape(talk, write, reader):
    readers.confirm_email(reader=reader, email="ana@example.org")
    mine = write("Mine", reader=reader, state="published")
    write("An answer", parent=mine, name="Eva", state="published")
    by_mail = write("By mail", email="ana@example.org")
    services.reject_comments(ids=[by_mail.pk], reason="Ana again")
    assert readers.erase_person(email="ana@example.org")["comments"] == 2
    for comment in (mine, by_mail):
        comment.refresh_from_db()
        assert comment.state == State.ERASED
        assert comment.author_name == comment.author_email == comment.text == comment.html == ""
        assert comment.reader is None
    assert by_mail.events.get().reason == ""
    assert mine.replies == 1
    assert rebuild_counters() == 0
    assert thread_of(talk).published == 1
    assert services.approve_comments(ids=[mine.pk]).changed == {}


def test_exporting_a_person(talk, write, reader):
    write("Mine", reader=reader)
    write("By mail", email="ana@example.org")
    write("Eva's", name="Eva")
    found = export_person(email="Ana@example.org", reader_ids=[reader.pk])["comments"]
    assert [row["text"] for row in found] == ["Mine", "By mail"]
    assert found[0]["page"] == talk.pk


def test_a_page_takes_its_comments_along_and_keeps_them_when_it_moves(talk, home, write):
    comment = write(state="published")
    write(parent=comment, state="published")
    section = home.add_child(instance=type(talk)(title="Section", slug="section"))
    talk.slug = "new-slug"
    talk.save_revision().publish()
    talk.move(section, "last-child")
    assert Comment.objects.filter(thread__page_id=talk.pk).count() == 2
    type(talk).objects.get(pk=talk.pk).delete()
    assert not Comment.objects.exists()
    assert not Thread.objects.exists()
