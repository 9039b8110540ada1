"""Working hours, and the time that they count: when an answer is due, how long one took.

A moment is working time if the clock on the wall, in the calendar's time zone, stands within a
span of that day's hours. So an hour that summer time skips isn't worked, and one that it repeats
is worked twice.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from cx_feedback.conversations.promise.public_holidays import get_public_holidays

#: How far a due time is looked for. A calendar without a working minute ends here.
HORIZON_DAYS = 3 * 366

_DAY = datetime.timedelta(days=1)
_SECOND = datetime.timedelta(seconds=1)
_ZERO = datetime.timedelta()


class CalendarError(ValueError):
    """The calendar has no working hours, or too few for what is asked."""


@dataclass(frozen=True)
class Span:
    """Working hours without a break, in minutes since midnight, from 0 to 1440."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 1440:
            raise ValueError(f"Not a span of one day: {self.start}-{self.end}")


@dataclass(frozen=True)
class WorkingCalendar:
    """The working hours of an editorial office, in a time zone."""

    time_zone: str
    #: From Monday to Sunday: spans in order, which don't overlap.
    weekly: tuple[tuple[Span, ...], ...]
    #: ISO 3166 codes of the country and, within it, the region whose public holidays are free.
    country: str = ""
    region: str = ""
    closing_days: frozenset[datetime.date] = frozenset()

    def get_spans(self, day: datetime.date) -> tuple[Span, ...]:
        """Return the working hours of a day."""
        spans = self.weekly[day.weekday()]
        return () if spans and self.is_closed(day) else spans

    def is_closed(self, day: datetime.date) -> bool:
        """Return whether a day is a closing day or a public holiday."""
        if day in self.closing_days:
            return True
        return bool(self.country) and day in get_public_holidays(
            self.country, self.region, day.year
        )


@dataclass(frozen=True)
class Interval:
    """A stretch of working time, in UTC."""

    start: datetime.datetime
    end: datetime.datetime


def get_due_time(
    calendar: WorkingCalendar,
    start: datetime.datetime,
    minutes: int,
    used: datetime.timedelta = _ZERO,
) -> datetime.datetime:
    """Return when so many working minutes are over, in UTC.

    Args:
        calendar: The working hours.
        start: An aware time at which the clock starts, or starts again.
        minutes: The minutes promised, at least 1.
        used: Working time that was counted before ``start``. With none left, the due time is
            ``start``.

    Raises:
        CalendarError: The time is not reached within ``HORIZON_DAYS``.
    """
    check_hours(calendar)
    left = datetime.timedelta(minutes=minutes) - used
    start = start.astimezone(datetime.UTC)
    if left <= _ZERO:
        return start
    for interval in iter_working_time(calendar, start, start + HORIZON_DAYS * _DAY):
        length = interval.end - interval.start
        if left <= length:
            return interval.start + left
        left -= length
    raise CalendarError(
        f"The calendar has less than {minutes} working minutes in {HORIZON_DAYS} days"
    )


def get_working_time(
    calendar: WorkingCalendar, start: datetime.datetime, end: datetime.datetime
) -> datetime.timedelta:
    """Return the working time between two aware times, 0 if ``end`` is not later."""
    intervals = iter_working_time(calendar, start, end)
    return sum((interval.end - interval.start for interval in intervals), _ZERO)


def count_working_minutes(
    calendar: WorkingCalendar, start: datetime.datetime, end: datetime.datetime
) -> int:
    """Return the full working minutes between two aware times."""
    return get_working_time(calendar, start, end) // datetime.timedelta(minutes=1)


def check_hours(calendar: WorkingCalendar) -> None:
    """Raise ``CalendarError`` if no day of the week has working hours."""
    if not any(calendar.weekly):
        raise CalendarError("The calendar has no working hours")


def iter_working_time(
    calendar: WorkingCalendar, start: datetime.datetime, end: datetime.datetime
) -> Iterator[Interval]:
    """Yield the stretches of working time between two aware times, in order."""
    zone = ZoneInfo(calendar.time_zone)
    start, end = start.astimezone(datetime.UTC), end.astimezone(datetime.UTC)
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < end:
        for piece in _get_pieces(zone, day):
            first, last = max(piece.start, start), min(piece.end, end)
            if first < last:
                yield from _iter_worked(calendar, first, last, piece.offset)
        day += _DAY


@dataclass(frozen=True)
class _Piece:
    """A part of a UTC day in which the zone's offset doesn't change."""

    start: datetime.datetime
    end: datetime.datetime
    offset: datetime.timedelta


@lru_cache(maxsize=4096)
def _get_pieces(zone: ZoneInfo, day: datetime.datetime) -> tuple[_Piece, ...]:
    """Return the pieces of the UTC day. No zone changes its offset twice in a day."""
    end = day + _DAY
    before, after = _get_offset(zone, day), _get_offset(zone, end)
    # The change at midnight itself belongs to the next day.
    if before == after or before == _get_offset(zone, end - _SECOND):
        return (_Piece(day, end, before),)
    low, high = 0, 86400
    while high - low > 1:
        middle = (low + high) // 2
        if _get_offset(zone, day + middle * _SECOND) == before:
            low = middle
        else:
            high = middle
    change = day + high * _SECOND
    return (_Piece(day, change, before), _Piece(change, end, _get_offset(zone, change)))


def _get_offset(zone: ZoneInfo, moment: datetime.datetime) -> datetime.timedelta:
    return moment.astimezone(zone).utcoffset() or _ZERO


def _iter_worked(
    calendar: WorkingCalendar,
    start: datetime.datetime,
    end: datetime.datetime,
    offset: datetime.timedelta,
) -> Iterator[Interval]:
    """Yield the working time of a stretch with one offset."""
    # The wall's clock, written as if it were UTC.
    day = (start + offset).date()
    while True:
        midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC) - offset
        if midnight >= end:
            return
        for span in calendar.get_spans(day):
            first = max(start, midnight + datetime.timedelta(minutes=span.start))
            last = min(end, midnight + datetime.timedelta(minutes=span.end))
            if first < last:
                yield Interval(first, last)
        day += _DAY
