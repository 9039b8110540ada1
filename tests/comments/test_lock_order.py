"""Whoever changes several comments locks their threads first, or waits for nobody: no deadlocks."""

import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, Thread
from cx_feedback.comments.services import flags
from cx_feedback.comments.services.email_verification import verify_email
from cx_feedback.comments.services.follower_notifications import notify_followers
from cx_feedback.comments.submission import verification_mail
from cx_feedback.comments.submission.author import Actor
from cx_feedback.readers import services as readers
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE


def call_while_locked(rows, call):
    """Return the result of ``call`` while another connection holds ``rows``; it waits 0.5 s."""
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            assert list(rows.select_for_update())
            held.set()
            done.wait(30)

    def run():
        held.wait(30)
        try:
            with transaction.atomic():
                connection.cursor().execute("SET LOCAL lock_timeout = '500ms'")
                return call()
        finally:
            done.set()

    return in_threads(hold, run)[1]


def test_notifications_do_not_wait_for_a_comment_that_is_being_decided(write):
    first, second = write(state="published"), write(state="published")
    Comment.objects.update(followers_notified=False)
    call_while_locked(Comment.objects.filter(pk=first.pk), notify_followers)
    assert list(Comment.objects.filter(followers_notified=True)) == [second]
    notify_followers()
    assert set(Comment.objects.filter(followers_notified=True)) == {first, second}


def test_flags_are_erased_under_the_lock_of_their_threads(write):
    comment, reader = write(state="published"), readers.create_reader()
    services.flag_comment(comment_id=comment.pk, actor=Actor(reader=reader), reason="spam")

    def erase():
        return flags.erase_flags(reader_ids=[reader.pk])

    with pytest.raises(OperationalError):
        call_while_locked(Thread.objects.filter(pk=comment.thread_id), erase)
    assert Comment.objects.get(pk=comment.pk).flags == 1
    assert erase() == 1
    assert Comment.objects.get(pk=comment.pk).flags == 0


def test_all_comments_of_an_address_are_locked_at_once(write, home, talk):
    reader = readers.create_reader()
    other = home.add_child(instance=type(talk)(title="Other", slug="other"))
    rows = [write(reader=reader, email="ana@example.org", page=page) for page in (other, talk)]
    Comment.objects.filter(pk__in=[row.pk for row in rows]).update(state="awaiting")
    key = verification_mail.get_recipient_key("ana@example.org")
    with CaptureQueriesContext(connection) as queries:
        assert verify_email(comment_id=rows[1].pk, key=key).is_new
    locks = [query for query in queries if "FOR NO KEY UPDATE" in query["sql"]]
    assert len([query for query in locks if 'OF "' not in query["sql"]]) == 1
    assert not Comment.objects.filter(state="awaiting").exists()
