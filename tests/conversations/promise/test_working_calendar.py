"""Working time against a count of minutes so slow that nobody can get it wrong."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cx_feedback.conversations.promise.working_calendar import (
    CalendarError,
    Span,
    WorkingCalendar,
    count_working_minutes,
    get_due_time,
    get_working_time,
)

MINUTE = datetime.timedelta(minutes=1)

#: Zones, each with UTC days about which their clocks change.
CHANGES = (
    ("Europe/Madrid", (2026, 3, 29)),
    ("Europe/Madrid", (2026, 10, 25)),
    ("Atlantic/Canary", (2026, 3, 29)),
    ("America/New_York", (2026, 3, 8)),
    ("America/New_York", (2026, 11, 1)),
    # At midnight: the day begins at one, and the evening before has two hours from 23 on.
    ("America/Santiago", (2026, 9, 6)),
    ("America/Santiago", (2026, 4, 5)),
    # At one past midnight, back into the day before.
    ("America/St_Johns", (2010, 11, 7)),
    # 30 December 2011 never was.
    ("Pacific/Apia", (2011, 12, 30)),
    # Half an hour.
    ("Australia/Lord_Howe", (2026, 4, 4)),
    ("Australia/Lord_Howe", (2026, 10, 3)),
    ("Asia/Kathmandu", (2026, 5, 1)),
    ("UTC", (2026, 2, 28)),
)

WEEK_OF_OFFICE = ((Span(540, 840), Span(960, 1140)),) * 4 + ((Span(540, 900),),) + ((),) * 2
NIGHT = ((Span(0, 1440),),) * 7


def is_worked(calendar, moment):
    """Whether the minute that begins at ``moment`` is worked."""
    wall = moment.astimezone(ZoneInfo(calendar.time_zone))
    if calendar.is_closed(wall.date()):
        return False
    minute = wall.hour * 60 + wall.minute
    return any(span.start <= minute < span.end for span in calendar.weekly[wall.weekday()])


def count_slowly(calendar, start, end):
    count = 0
    while start < end:
        count += is_worked(calendar, start)
        start += MINUTE
    return count


@st.composite
def days_of_spans(draw):
    borders = draw(st.lists(st.integers(0, 96), max_size=6, unique=True).map(sorted))
    pairs = zip(borders[::2], borders[1::2], strict=False)
    return tuple(Span(first * 15, last * 15) for first, last in pairs)


@st.composite
def calendars_and_starts(draw):
    zone, (year, month, day) = draw(st.sampled_from(CHANGES))
    change = datetime.datetime(year, month, day, tzinfo=datetime.UTC)
    week = st.lists(days_of_spans(), min_size=7, max_size=7).map(tuple)
    weekly = draw(st.sampled_from([WEEK_OF_OFFICE, NIGHT]) | week)
    near = st.integers(-3, 3).map(lambda n: (change + datetime.timedelta(n)).date())
    country, region = draw(st.sampled_from([("", ""), ("ES", "MD"), ("US", ""), ("CL", "")]))
    calendar = WorkingCalendar(
        time_zone=zone,
        weekly=weekly,
        country=country,
        region=region,
        closing_days=draw(st.frozensets(near, max_size=2)),
    )
    return calendar, change + MINUTE * draw(st.integers(-3000, 3000))


@settings(max_examples=300, deadline=None)
@given(calendars_and_starts(), st.integers(0, 4500))
def test_minutes_are_those_of_the_slow_count(drawn, length):
    calendar, start = drawn
    end = start + length * MINUTE
    assert count_working_minutes(calendar, start, end) == count_slowly(calendar, start, end)


@settings(max_examples=300, deadline=None)
@given(calendars_and_starts(), st.integers(1, 3000), st.integers(0, 4000))
def test_due_is_the_end_of_the_last_promised_minute(drawn, minutes, used):
    calendar, start = drawn
    if not any(calendar.weekly):
        with pytest.raises(CalendarError, match="no working hours"):
            get_due_time(calendar, start, minutes)
        return
    due = get_due_time(calendar, start, minutes, used * MINUTE)
    left = minutes - used
    if left <= 0:
        assert due == start
        return
    moment = start
    while left:
        left -= is_worked(calendar, moment)
        moment += MINUTE
        if moment - start > datetime.timedelta(days=21):
            # Few hours a week: the slow count would take minutes itself.
            assert count_working_minutes(calendar, moment, due) == left
            return
    assert due == moment


instants = st.integers(-(10**10), 10**10).map(lambda n: datetime.timedelta(microseconds=n * 40))


@settings(max_examples=200, deadline=None)
@given(calendars_and_starts(), instants, instants)
def test_parts_add_up_to_the_microsecond(drawn, first, second):
    calendar, start = drawn
    early, late = sorted([start + first, start + second])
    parts = [
        get_working_time(calendar, *pair)
        for pair in ((start - datetime.timedelta(9), early), (early, late))
    ]
    assert sum(parts, datetime.timedelta()) == get_working_time(
        calendar, start - datetime.timedelta(9), late
    )
    assert get_working_time(calendar, late, early) == datetime.timedelta()


@settings(max_examples=200, deadline=None)
@given(calendars_and_starts(), st.integers(1, 2000), st.integers(1, 1999), instants)
@example(
    (
        WorkingCalendar("Europe/Madrid", WEEK_OF_OFFICE),
        datetime.datetime(2026, 3, 27, 12, tzinfo=datetime.UTC),
    ),
    600,
    60,
    MINUTE,
)
def test_a_pause_moves_the_due_time_by_itself_only(drawn, minutes, before, pause):
    """Due times are worked out anew from the working time that was used before the pause."""
    calendar, start = drawn
    if not any(calendar.weekly) or before >= minutes:
        return
    stopped = get_due_time(calendar, start, before)
    used = get_working_time(calendar, start, stopped)
    assert used == before * MINUTE
    assert get_due_time(calendar, stopped, minutes, used) == get_due_time(calendar, start, minutes)
    again = stopped + abs(pause)
    due = get_due_time(calendar, again, minutes, used)
    assert get_working_time(calendar, again, due) == (minutes - before) * MINUTE


def at(zone, *numbers):
    return datetime.datetime(*numbers, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "start", "minutes", "due"),
    [
        # Over lunch, over night, over the weekend.
        ("Europe/Madrid", (2026, 6, 1, 13, 30), 60, (2026, 6, 1, 16, 30)),
        ("Europe/Madrid", (2026, 6, 1, 18, 30), 60, (2026, 6, 2, 9, 30)),
        ("Europe/Madrid", (2026, 6, 5, 14, 30), 60, (2026, 6, 8, 9, 30)),
        # The end of a span, not the beginning of the next.
        ("Europe/Madrid", (2026, 6, 1, 13), 60, (2026, 6, 1, 14)),
        # From a Friday to the Monday of summer and of winter time.
        ("Europe/Madrid", (2026, 3, 27, 14), 120, (2026, 3, 30, 10)),
        ("Europe/Madrid", (2026, 10, 23, 14), 120, (2026, 10, 26, 10)),
        # Epiphany.
        ("Europe/Madrid", (2026, 1, 5, 18), 120, (2026, 1, 7, 10)),
    ],
)
def test_due_times_of_an_office(zone, start, minutes, due):
    calendar = WorkingCalendar(zone, WEEK_OF_OFFICE, country="ES", region="MD")
    found = get_due_time(calendar, at(zone, *start), minutes)
    assert found == at(zone, *due)
    assert found.tzinfo is datetime.UTC


def test_a_region_has_holidays_of_its_own():
    madrid = WorkingCalendar("Europe/Madrid", NIGHT, country="ES", region="MD")
    assert madrid.is_closed(datetime.date(2025, 5, 2))
    catalonia = WorkingCalendar("Europe/Madrid", NIGHT, country="ES", region="CT")
    assert not catalonia.is_closed(datetime.date(2025, 5, 2))
    assert catalonia.is_closed(datetime.date(2025, 9, 11))
    # The first of January 2022, observed the year before.
    assert WorkingCalendar("UTC", NIGHT, country="US").is_closed(datetime.date(2021, 12, 31))


def test_an_unknown_region_has_the_holidays_of_its_country():
    calendar = WorkingCalendar("Europe/Madrid", NIGHT, country="ES", region="gone")
    assert calendar.is_closed(datetime.date(2026, 10, 12))
    calendar = WorkingCalendar("Europe/Madrid", NIGHT, country="gone")
    assert not calendar.is_closed(datetime.date(2026, 10, 12))


def test_a_calendar_that_is_never_open_is_a_clear_error():
    start = at("UTC", 2026, 1, 1)
    days = frozenset(start.date() + datetime.timedelta(n) for n in range(-1, 1200))
    with pytest.raises(CalendarError, match="less than 5 working minutes in 1098 days"):
        get_due_time(WorkingCalendar("UTC", NIGHT, closing_days=days), start, 5)
    with pytest.raises(CalendarError, match="no working hours"):
        get_due_time(WorkingCalendar("UTC", ((),) * 7), start, 5)


@pytest.mark.parametrize(("start", "end"), [(60, 60), (60, 30), (-1, 5), (0, 1441)])
def test_a_span_lies_within_a_day(start, end):
    with pytest.raises(ValueError, match="Not a span"):
        Span(start, end)
