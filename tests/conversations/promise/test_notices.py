"""Reminders and escalations: to whom, when, once."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from wagtail.users.models import UserProfile

from cx_feedback.conversations.models import PromiseClock, PromiseNotice
from cx_feedback.conversations.promise import notices
from cx_feedback.conversations.promise.notices import send_due_notices
from cx_feedback.conversations.tasks import recalculate_due_times, send_promise_notices
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import send_due
from tests.conversations.promise.test_clocks import (
    answer,
    at,
    begin,
    make_calendar,
    make_promise,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chiefs():
    return Group.objects.create(name="Chiefs")


@pytest.fixture
def ana(chiefs):
    user = get_user_model().objects.create_user("ana", "ana@paper.example", first_name="Ana")
    user.groups.add(chiefs)
    return user


@pytest.fixture
def ben():
    return get_user_model().objects.create_superuser("ben", "ben@paper.example")


@pytest.fixture
def promise(chiefs):
    return make_promise(closing=None, remind_before=60, escalate_after=120, escalate_to=chiefs)


def get_mailings():
    return sorted(Delivery.objects.values_list("mailing", "address"))


def test_the_assignee_is_reminded_before_and_the_group_told_after(promise, ana, ben):
    row = begin(at(1, 9), assignee=ben)
    clock = row.clocks.get(goal="first")
    assert (clock.remind_at, clock.due_at, clock.escalate_at) == (
        at(1, 18),
        at(1, 19),
        at(2, 11),
    )
    assert send_due_notices(now=at(1, 17, 59)) == 0
    assert send_due_notices(now=at(1, 18)) == 1
    assert get_mailings() == [(f"conversation-reminder:{clock.pk}", "ben@paper.example")]
    assert send_due_notices(now=at(2, 10, 59)) == 0
    assert send_due_notices(now=at(2, 11)) == 1
    assert get_mailings()[0] == (f"conversation-escalation:{clock.pk}", "ana@paper.example")
    assert send_due_notices(now=at(20, 11)) == 0


def test_the_mail_says_what_is_due_in_the_words_of_its_reader(promise, ana, ben):
    UserProfile.objects.create(user=ana, preferred_language="es")
    row = begin(at(1, 9), assignee=ben)
    send_due_notices(now=at(2, 11))
    send_due()
    reminder, escalation = sorted(mail.outbox, key=lambda one: one.to, reverse=True)
    assert reminder.subject == f"Conversation {row.pk} is due 06/01/2026 7 p.m."
    assert "Promised: First answer" in reminder.body
    assert "Assigned to: ben" in reminder.body
    assert f"/conversations/{row.pk}/" in reminder.body
    assert escalation.to == ["ana@paper.example"]
    assert escalation.subject == f"Con retraso: la conversación {row.pk} vencía el 01/06/2026 19:00"


def test_without_an_assignee_all_who_may_answer_are_reminded(promise, ana, ben):
    begin(at(1, 9))
    send_due_notices(now=at(1, 18))
    assert [address for _mailing, address in get_mailings()] == ["ben@paper.example"]


def test_who_was_answered_needs_no_reminder(promise, ben):
    answer(begin(at(1, 9)), at(1, 17))
    assert send_due_notices(now=at(2, 18)) == 0


def test_a_mail_that_waits_is_not_sent_after_the_answer(promise, ben):
    row = begin(at(1, 9))
    send_due_notices(now=at(1, 18))
    answer(row, at(1, 18, 30))
    send_due()
    assert mail.outbox == []
    assert Delivery.objects.get().error == "Nobody waits any more"


def test_a_changed_calendar_reminds_nobody_twice(promise, ben):
    row = begin(at(1, 9))
    assert send_due_notices(now=at(1, 18)) == 1
    promise.calendar.closing_days = "2026-06-01"
    promise.calendar.save()
    recalculate_due_times()
    clock = row.clocks.get(goal="first")
    assert (clock.due_at, clock.remind_at, clock.escalate_at) == (at(2, 19), None, at(3, 11))
    assert send_due_notices(now=at(3, 10)) == 0


def test_a_clock_that_stood_reminds_nobody_twice(promise, ben):
    """Closed and opened again, the clock goes on and its reminder stays sent."""
    from tests.conversations.promise.test_clocks import close, write_again

    row = begin(at(1, 9))
    assert send_due_notices(now=at(1, 18)) == 1
    write_again(close(row, at(1, 18, 30)), at(2, 9))
    assert send_due_notices(now=at(2, 9, 20)) == 0
    assert row.clocks.get(goal="first").due_at == at(2, 9, 30)


@pytest.mark.parametrize("place", ["write_promise_mail", "get_variables"])
def test_a_worker_that_dies_has_done_all_or_nothing(promise, ben, monkeypatch, place):
    def die(*args, **kwargs):
        raise KeyboardInterrupt

    begin(at(1, 9))
    with monkeypatch.context() as patched:
        patched.setattr(notices, place, die)
        with pytest.raises(KeyboardInterrupt):
            send_due_notices(now=at(1, 18))
    assert not PromiseNotice.objects.exists()
    assert PromiseClock.objects.filter(remind_at=at(1, 18)).exists()
    assert send_due_notices(now=at(1, 18)) == 1
    assert len(get_mailings()) == 1


def test_many_are_reminded_in_one_run(promise, ben):
    for _number in range(5):
        begin(at(1, 9), assignee=ben)
    send_promise_notices()
    assert Delivery.objects.filter(mailing__startswith="conversation-reminder:").count() == 5


def test_the_list_of_deliveries_names_them(promise, ben):
    from cx_feedback.mail.mailing_kinds import get_mailing_names

    begin(at(1, 9))
    send_due_notices(now=at(1, 18))
    mailing = Delivery.objects.get().mailing
    number = mailing.rpartition(":")[2]
    assert str(get_mailing_names([mailing])[mailing]) == (
        f"Mail {number} about a promised time, to editors"
    )


def test_a_calendar_of_its_own_zone_names_its_own_hour(ben):
    promise = make_promise(make_calendar(time_zone="Atlantic/Canary"), remind_before=60)
    row = begin(at(1, 10), assignee=ben)
    send_due_notices(now=at(1, 19, 30))
    delivery = Delivery.objects.first()
    assert promise.calendar.time_zone == "Atlantic/Canary"
    assert delivery.variables["due"] == "06/01/2026 7 p.m."
    assert row.due_at == at(1, 20)
