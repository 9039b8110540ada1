"""Lengths of time in words, for screens."""

import datetime

from django.utils.translation import pgettext


def format_minutes(minutes: int | None) -> str:
    """Return minutes as hours and minutes, "–" for None."""
    if minutes is None:
        return "–"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return pgettext("duration", "%d min") % rest
    if not rest:
        return pgettext("duration", "%d h") % hours
    return pgettext("duration", "%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def format_duration(length: datetime.timedelta | None) -> str:
    """Return a length of time to the minute, from two days on to the hour; "–" for None."""
    if length is None:
        return "–"
    minutes = round(length.total_seconds() / 60)
    if minutes < 2880:
        return format_minutes(minutes)
    days, hours = divmod(round(minutes / 60), 24)
    if not hours:
        return pgettext("duration", "%d days") % days
    return pgettext("duration", "%(days)d days %(hours)d h") % {"days": days, "hours": hours}
