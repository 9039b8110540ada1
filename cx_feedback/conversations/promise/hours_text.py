"""Working hours and closing days as editors write them: parsed, checked, written in one form."""

import datetime
import itertools
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cx_feedback.conversations.promise.working_calendar import Span

#: Spans of a day, lines of closing days, and days of one line.
MOST_SPANS, MOST_LINES, MOST_DAYS = 6, 200, 370

_DASHES = ("–", "—", "−")


def parse_hours(text: str) -> tuple[Span, ...]:
    """Return the spans of a text such as "9:00-14:00, 16:00-19:00", in order.

    Raises ValidationError for what isn't a time, and for spans that overlap.
    """
    for dash in _DASHES:
        text = text.replace(dash, "-")
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if len(parts) > MOST_SPANS:
        raise ValidationError(_("A day has at most %s spans of hours.") % MOST_SPANS)
    spans = sorted((_parse_span(part) for part in parts), key=lambda span: span.start)
    for first, second in itertools.pairwise(spans):
        if second.start < first.end:
            raise ValidationError(
                _("%(first)s and %(second)s overlap.")
                % {"first": format_hours([first]), "second": format_hours([second])}
            )
    return tuple(spans)


def _parse_span(part: str) -> Span:
    start, _dash, end = part.partition("-")
    first, last = _parse_time(start), _parse_time(end)
    if first is None or last is None:
        text = _("Write hours as in 9:00-14:00, 16:00-19:00. “%s” is none of that form.")
        raise ValidationError(text % part[:40])
    if first >= last:
        raise ValidationError(
            _("“%s” ends before it begins. Write what is after midnight on the next day.")
            % part[:40]
        )
    return Span(first, last)


def _parse_time(text: str) -> int | None:
    """Return a time in minutes since midnight, up to 24:00; None if it isn't one."""
    hour, _colon, minute = text.strip().replace(".", ":").partition(":")
    minute = minute or "00"
    if not (hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        return None
    if len(hour) > 2 or len(minute) != 2 or int(minute) > 59:
        return None
    found = int(hour) * 60 + int(minute)
    return found if found <= 1440 else None


def format_hours(spans: Iterable[Span]) -> str:
    """Return spans as text, "09:00-14:00, 16:00-19:00"."""
    return ", ".join(f"{_format_time(s.start)}-{_format_time(s.end)}" for s in spans)


def _format_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_closing_days(text: str) -> frozenset[datetime.date]:
    """Return the days of a text with one day or range a line, each with an optional note.

    "2026-12-24 Christmas Eve" is a day, "2026-08-01 - 2026-08-15 holidays" a range. Raises
    ValidationError for what isn't a date.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise ValidationError(_("There can be at most %s lines.") % MOST_LINES)
    days: set[datetime.date] = set()
    for line in lines:
        days.update(_parse_line(line))
    return frozenset(days)


def _parse_line(line: str) -> list[datetime.date]:
    first = _parse_date(line[:10])
    if first is None:
        raise ValidationError(
            _("Write a date as in 2026-12-24 at the beginning of each line. “%s” has none.")
            % line[:40]
        )
    rest = line[10:].lstrip()
    last = _parse_date(rest[1:].lstrip()[:10]) if rest[:1] in ("-", *_DASHES) else None
    length = ((last or first) - first).days
    if not 0 <= length < MOST_DAYS:
        raise ValidationError(
            _("“%(line)s” must end after it begins, and within %(days)s days.")
            % {"line": line[:40], "days": MOST_DAYS}
        )
    return [first + datetime.timedelta(days=n) for n in range(length + 1)]


def _parse_date(text: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None
