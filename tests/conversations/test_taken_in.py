"""Letters taken back from the spam: assigned by rule, due in time, mailed about."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from cx_feedback.conversations import services
from cx_feedback.conversations.models import (
    AssignmentRule,
    Calendar,
    Conversation,
    Promise,
    PromiseClock,
)
from cx_feedback.conversations.promise.notices import send_due_notices
from cx_feedback.readers.models import Activity
from tests.conftest import OWN, consenting
from tests.conversations.conftest import link_in, send

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def boss(make_editor):
    return make_editor("boss", groups=[Group.objects.create(name="Bosses")])


@pytest.fixture
def promise(boss):
    """Four hours by a calendar that is always open, a reminder before and an escalation after."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    calendar = Calendar.objects.create(
        name="Always", time_zone="UTC", **dict.fromkeys(days, "0:00-24:00")
    )
    return Promise.objects.create(
        name="Letters",
        calendar=calendar,
        first_answer=240,
        remind_before=60,
        escalate_after=30,
        escalate_to=boss.groups.get(),
    )


@pytest.fixture
def colleague(make_editor):
    """Who gets all letters by rule."""
    colleague = make_editor("colleague")
    AssignmentRule.objects.create(name="Letters", kind="letter", account=colleague)
    return colleague


@pytest.fixture
def aside(write):
    """A function that sets a letter aside which came in some hours ago."""

    def aside(*, hours, **fields):
        row = write(
            "Buy cheap viagra pills online now, best casino bonus at https://pills.example and "
            "https://casino.example, contact us on WhatsApp +1 555 0100 for discount offer!!!",
            **fields,
        )
        came_in = timezone.now() - hours * HOUR
        Conversation.objects.filter(pk=row.pk).update(created_at=came_in)
        row.refresh_from_db()
        assert (row.state, row.assignee, row.due_at) == ("spam", None, None)
        return row

    return aside


def accept(row, editor):
    return services.accept_conversation(conversation_id=row.pk, user=editor, seen=row.version)


def close_and_reopen(row, editor):
    common = {"conversation_id": row.pk, "user": editor}
    services.close_conversation(outcome="spam", seen=row.version, **common)
    return services.reopen_conversation(seen=row.version + 1, **common)


@pytest.mark.parametrize("take_in", [accept, close_and_reopen])
def test_it_is_assigned_due_and_mailed_about_as_if_it_had_not_been_spam(
    take_in, client, aside, editor, colleague, boss, promise
):
    row = aside(hours=5)
    found = take_in(row, editor)
    found.refresh_from_db()
    assert found == row
    assert (found.state, found.assignee) == ("new", colleague)
    assert found.waiting_since == row.created_at
    assert found.due_at == row.created_at + 4 * HOUR
    event = found.events.order_by("-version").first()
    assert event.detail["rule"] == AssignmentRule.objects.get().pk
    act = Activity.objects.get(kind="letter")
    assert (act.object_id, act.at) == (row.pk, row.created_at)
    assert send_due_notices() == 2
    assert send_due_notices() == 0
    mails = {mail.to[0]: mail for mail in send()}
    assert mails.keys() == {"ana@example.org", "colleague@example.org", "boss@example.org"}
    assert client.post(link_in(mails["ana@example.org"]), **OWN).status_code == 200
    found.refresh_from_db()
    services.answer_conversation(
        conversation_id=found.pk, text="It is no spam.", user=colleague, seen=found.version
    )
    assert [mail.to for mail in send()] == [["ana@example.org"]]
    clock = PromiseClock.objects.get(goal="first")
    assert (clock.on_time, clock.done_by) == (False, colleague)


def test_who_is_away_is_passed_over_at_the_time_of_the_decision(
    aside, editor, colleague, boss, promise
):
    AssignmentRule.objects.update(account=None, target="group", group=boss.groups.get())
    row = aside(hours=1)
    assert accept(row, editor).assignee == boss


def test_a_new_letter_that_was_called_spam_goes_on_when_it_is_opened_again(
    write, editor, colleague, promise
):
    row = write()
    due = row.due_at
    found = close_and_reopen(row, editor)
    assert (found.state, found.assignee) == ("open", colleague)
    assert due <= found.due_at <= due + datetime.timedelta(seconds=5)
    assert Activity.objects.filter(kind="letter").count() == 1


def test_what_joins_a_conversation_that_waits_for_the_reader_is_due_from_when_it_came_in(
    write, answer, aside, editor, colleague, promise
):
    Promise.objects.update(next_answer=120)
    known = write(page_id=None)
    answer(known)
    row = aside(hours=1)
    assert accept(row, editor) == known
    known.refresh_from_db()
    assert (known.state, known.waiting_since) == ("open", row.created_at)
    assert known.due_at == row.created_at + 2 * HOUR


def test_an_older_conversation_that_is_merged_keeps_its_time(write, editor, promise, reader):
    first, second = write(to="editors"), write(to="author")
    earlier = first.created_at - HOUR
    Conversation.objects.filter(pk=first.pk).update(waiting_since=earlier)
    PromiseClock.objects.filter(conversation=first).update(begun_at=earlier, running_since=earlier)
    services.merge_conversations(
        source_id=first.pk, target_id=second.pk, user=editor, seen=first.version
    )
    second.refresh_from_db()
    assert second.due_at == earlier + 4 * HOUR
    clock = second.clocks.get(goal="first")
    assert (clock.begun_at, clock.due_at) == (earlier, second.due_at)


def test_a_stranger_is_not_joined(write, aside, editor, promise):
    known = write(by=consenting())
    assert accept(aside(hours=1), editor) != known
