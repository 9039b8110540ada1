"""The clocks of conversations: when they run, stand and end, and when an answer is due."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from cx_feedback.conversations.models import Calendar, Conversation, Promise, PromiseClock
from cx_feedback.conversations.promise.clock_updates import update_clocks
from cx_feedback.conversations.promise.recalculation import find_stale_clocks
from cx_feedback.conversations.tasks import recalculate_due_times
from cx_feedback.readers.models import Reader
from tests.conftest import consenting

pytestmark = pytest.mark.django_db

MADRID = ZoneInfo("Europe/Madrid")
HOURS = datetime.timedelta(hours=1)


def at(day, hour, minute=0):
    """A moment of June 2026, whose first is a Monday."""
    return datetime.datetime(2026, 6, day, hour, minute, tzinfo=MADRID)


def make_calendar(**fields):
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), "09:00-14:00, 16:00-19:00")
    given = {"name": "Office", "time_zone": "Europe/Madrid", "friday": "09:00-15:00", **week}
    return Calendar.objects.create(**{**given, **fields})


def make_promise(calendar=None, **fields):
    given = {"name": "All", "first_answer": 480, "next_answer": 240, "closing": 2400, **fields}
    return Promise.objects.create(calendar=calendar or make_calendar(), **given)


def begin(now, reader=None, **fields):
    """A letter that a reader wrote at ``now``."""
    given = {"kind": "letter", "matter": "letter:1", "created_at": now, "waiting_since": now}
    row = Conversation.objects.create(reader=reader or consenting(), **{**given, **fields})
    return change(row, now)


def change(row, now, *, answered=False, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    with transaction.atomic():
        update_clocks(conversation=row, now=now, answered=answered)
        row.save()
    return row


def answer(row, now):
    row.first_answer_at = row.first_answer_at or now
    return change(row, now, answered=True, state="waiting", waiting_since=None)


def write_again(row, now):
    return change(
        row, now, state="open", closed_at=None, outcome="", waiting_since=row.waiting_since or now
    )


def close(row, now):
    return change(row, now, state="closed", closed_at=now, waiting_since=None)


def clock(row, goal):
    return row.clocks.filter(goal=goal).order_by("-pk").first()


def test_a_letter_is_due_after_the_promised_working_time():
    make_promise()
    row = begin(at(1, 18))
    # One hour on Monday, seven on Tuesday.
    assert row.due_at == at(2, 18)
    assert clock(row, "first").due_at == at(2, 18)
    assert clock(row, "closing").due_at == at(9, 10)


def test_nothing_is_due_where_nothing_is_promised():
    row = begin(at(1, 18))
    assert row.due_at is None
    answer(row, at(2, 10))
    assert clock(row, "first").on_time is None
    assert clock(row, "first").used == 16 * HOURS


def test_the_clock_stands_while_the_reader_is_waited_for():
    make_promise()
    row = answer(begin(at(1, 9)), at(1, 11))
    first, closing = clock(row, "first"), clock(row, "closing")
    assert (first.on_time, first.used, first.done_at) == (True, 2 * HOURS, at(1, 11))
    assert (closing.used, closing.running_since, closing.due_at) == (2 * HOURS, None, None)
    assert row.due_at is None
    write_again(row, at(8, 9))
    # 38 of 40 hours are left, and a week has 38.
    assert clock(row, "closing").due_at == at(12, 15)
    assert row.due_at == clock(row, "next").due_at == at(8, 13)


def test_each_further_answer_has_the_time_promised_for_it():
    make_promise()
    row = answer(begin(at(1, 9)), at(1, 10))
    row = answer(write_again(row, at(2, 9)), at(2, 12))
    row = write_again(row, at(3, 9))
    assert row.due_at == at(3, 13)
    answer(row, at(3, 17))
    assert list(row.clocks.filter(goal="next").order_by("pk").values_list("on_time", "used")) == [
        (True, 3 * HOURS),
        (False, 6 * HOURS),
    ]


def test_a_clock_goes_on_when_a_conversation_is_opened_again():
    """Closing without an answer gives nobody new time."""
    make_promise()
    row = close(begin(at(1, 9)), at(1, 13))
    first, closing = clock(row, "first"), clock(row, "closing")
    assert (first.done_at, first.used, first.due_at) == (None, 4 * HOURS, None)
    assert (closing.done_at, closing.on_time) == (at(1, 13), True)
    write_again(row, at(2, 9))
    first, closing = clock(row, "first"), clock(row, "closing")
    assert row.due_at == first.due_at == at(2, 13)
    assert (closing.done_at, closing.on_time, closing.used) == (None, None, 4 * HOURS)
    assert row.clocks.count() == 2


def test_an_answer_that_closes_ends_both():
    make_promise()
    row = begin(at(1, 9))
    row.first_answer_at = at(4, 9)
    change(row, at(4, 9), answered=True, state="closed", closed_at=at(4, 9), waiting_since=None)
    assert clock(row, "first").on_time is False
    assert clock(row, "closing").on_time is True
    assert row.due_at is None


def test_a_second_letter_of_who_waits_gives_no_new_time():
    make_promise()
    row = begin(at(1, 9))
    assert write_again(row, at(1, 12)).due_at == at(1, 19)
    assert row.clocks.count() == 2


def test_the_first_promise_that_fits_counts(article, root_page):
    calendar = make_calendar()
    make_promise(calendar, order=9)
    make_promise(calendar, order=1, kind="detractor", first_answer=60)
    make_promise(calendar, order=2, tier="lover", first_answer=120)
    make_promise(calendar, order=3, section=article, first_answer=180)
    lover = consenting()
    Reader.objects.filter(pk=lover.pk).update(tier="lover")
    assert begin(at(1, 9)).due_at == at(1, 19)
    assert begin(at(1, 9), kind="detractor").due_at == at(1, 10)
    assert begin(at(1, 9), reader=lover).due_at == at(1, 11)
    assert begin(at(1, 9), page=article).due_at == at(1, 12)
    assert begin(at(1, 9), page=root_page).due_at == at(1, 19)


def test_due_times_follow_a_changed_calendar(django_assert_max_num_queries):
    calendar = make_calendar()
    make_promise(calendar)
    rows = [begin(at(1, 18)) for _ in range(5)]
    done = answer(begin(at(1, 9)), at(1, 11))
    calendar.closing_days = "2026-06-02 strike"
    calendar.save()
    assert find_stale_clocks().count() == 11
    with django_assert_max_num_queries(20):
        recalculate_due_times()
    for row in rows:
        row.refresh_from_db()
        assert row.due_at == at(3, 18)
        assert clock(row, "first").due_at == at(3, 18)
    assert not find_stale_clocks().exists()
    assert clock(done, "first").on_time is True


def test_due_times_follow_new_and_deleted_promises():
    calendar = make_calendar()
    row = begin(at(1, 9))
    promise = make_promise(calendar)
    recalculate_due_times()
    row.refresh_from_db()
    assert row.due_at == at(1, 19)
    stricter = make_promise(calendar, order=1, first_answer=60)
    recalculate_due_times()
    row.refresh_from_db()
    assert row.due_at == at(1, 10)
    stricter.delete()
    promise.delete()
    recalculate_due_times()
    row.refresh_from_db()
    assert row.due_at is None


def test_time_used_before_is_kept_by_a_recalculation():
    calendar = make_calendar()
    make_promise(calendar)
    row = write_again(close(begin(at(1, 9)), at(1, 13)), at(2, 9))
    calendar.tuesday = "12:00-20:00"
    calendar.save()
    recalculate_due_times()
    row.refresh_from_db()
    assert row.due_at == at(2, 16)


def test_a_worker_that_dies_leaves_the_rest_to_the_next(monkeypatch):
    from cx_feedback.conversations.promise import recalculation

    monkeypatch.setattr(recalculation, "BATCH_SIZE", 2)
    make_promise(calendar := make_calendar())
    rows = [begin(at(1, 18)) for _ in range(5)]
    calendar.closing_days = "2026-06-02"
    calendar.save()
    assert recalculation.recalculate_batch() == rows[1].pk
    assert find_stale_clocks().count() == 6
    recalculate_due_times()
    assert set(Conversation.objects.values_list("due_at", flat=True)) == {at(3, 18)}


def test_a_calendar_that_is_never_open_stops_no_letter(caplog):
    make_promise(make_calendar(monday="", tuesday="", wednesday="", thursday="", friday=""))
    row = begin(at(1, 9))
    assert row.due_at is None
    assert "no working hours" in caplog.text


def test_updating_twice_changes_nothing():
    make_promise()
    row = begin(at(1, 9))
    before = list(row.clocks.order_by("pk").values())
    change(row, at(1, 12))
    assert list(row.clocks.order_by("pk").values()) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"goal": "first"},
        {"goal": "next", "due_at": at(1, 9)},
        {"goal": "next", "on_time": True},
        {"goal": "next", "done_at": at(1, 9), "running_since": at(1, 9)},
    ],
    ids=str,
)
def test_clocks_that_contradict_themselves_are_refused(wrong):
    row = begin(at(1, 9))
    with pytest.raises(IntegrityError), transaction.atomic():
        PromiseClock.objects.create(conversation=row, begun_at=at(1, 9), **wrong)
