"""Quiet hours by the reader's clock, across both changes of summer time."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_feedback.newsletter.models import NewsletterSettings
from cx_feedback.newsletter.rules.follow_up_eligibility import get_quiet_hours
from cx_feedback.newsletter.rules.quiet_hours import QuietHours, get_time_zone

MADRID = ZoneInfo("Europe/Madrid")
UTC = datetime.UTC


def local(text, fold=0):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=MADRID, fold=fold)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (local("2026-03-10T20:59"), None),
        (local("2026-03-10T21:00"), local("2026-03-11T08:00")),
        (local("2026-03-11T07:59:59"), local("2026-03-11T08:00")),
        (local("2026-03-11T08:00"), None),
        # Clocks go forward on the 29th of March 2026: the night is an hour shorter.
        (local("2026-03-28T23:00"), local("2026-03-29T08:00")),
        (local("2026-10-24T23:00"), local("2026-10-25T08:00")),
    ],
)
def test_a_night(at, until):
    night = QuietHours(datetime.time(21), datetime.time(8))
    assert night.get_end(at, MADRID) == (until and until.astimezone(UTC))


def test_an_end_that_the_clock_leaves_out_or_shows_twice():
    early = QuietHours(datetime.time(22), datetime.time(2, 30))
    skipped = early.get_end(local("2026-03-29T01:00"), MADRID)
    assert skipped.astimezone(MADRID) == local("2026-03-29T03:30")
    first = early.get_end(local("2026-10-25T01:00"), MADRID)
    assert first == local("2026-10-25T02:30").astimezone(UTC)
    again = early.get_end(local("2026-10-25T02:15", fold=1), MADRID)
    assert again == local("2026-10-25T02:30", fold=1).astimezone(UTC)


def test_quiet_hours_within_a_day():
    siesta = QuietHours(datetime.time(14), datetime.time(17))
    assert siesta.get_end(local("2026-07-01T13:59"), MADRID) is None
    assert siesta.get_end(local("2026-07-01T15:00"), MADRID) == local("2026-07-01T17:00")


@pytest.mark.parametrize(
    ("begin", "end"), [(None, None), (datetime.time(21), None), (None, datetime.time(8))]
)
def test_no_quiet_hours_without_both_ends(begin, end):
    assert get_quiet_hours(NewsletterSettings(quiet_from=begin, quiet_until=end)) is None


@given(
    at=st.datetimes(datetime.datetime(2026, 1, 1), datetime.datetime(2027, 1, 1)),
    begin=st.times(),
    end=st.times(),
    zone=st.sampled_from(["Europe/Madrid", "America/New_York", "Pacific/Apia", "Asia/Kolkata"]),
)
def test_the_end_is_later_and_not_quiet(at, begin, end, zone):
    if begin == end:
        return
    hours, at, zone = QuietHours(begin, end), at.replace(tzinfo=UTC), get_time_zone(zone)
    over = hours.get_end(at, zone)
    if over is None:
        assert not hours.contains(at.astimezone(zone))
    else:
        assert at < over <= at + datetime.timedelta(hours=26)
        assert not hours.contains(over.astimezone(zone))


@pytest.mark.parametrize("name", ["", "Nowhere/Atlantis", "../../etc/passwd", "Europe"])
def test_a_zone_that_is_none_is_the_site_s(name):
    assert str(get_time_zone(name)) == "Europe/Madrid"
