"""Quiet hours, during which readers get no follow-ups, in the reader's own time zone."""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """The hours from ``begin`` to ``end``, across midnight if ``end`` is the earlier one."""

    begin: datetime.time
    end: datetime.time

    def contains(self, local: datetime.datetime) -> bool:
        """Return whether the local time lies in the quiet hours."""
        now = local.time()
        if self.begin < self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end

    def get_end(self, at: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime | None:
        """Return the end of the quiet hours in ``zone`` that contain ``at``, None if none do.

        ``at`` is aware. When clocks are put back, one hour happens twice: the end is the first
        moment after ``at`` at which the clock shows it. When clocks are put forward and the end
        is skipped, it is later by as much.
        """
        local = at.astimezone(zone)
        if not self.contains(local):
            return None
        for days in range(3):
            for fold in (0, 1):
                wall = datetime.datetime.combine(local.date() + days * ONE_DAY, self.end)
                end = wall.replace(tzinfo=zone, fold=fold).astimezone(datetime.UTC)
                if end > at and not self.contains(end.astimezone(zone)):
                    return end
        return at + ONE_DAY


def get_time_zone(name: str) -> datetime.tzinfo:
    """Return the time zone of this name, the site's time zone for an unknown name."""
    try:
        return ZoneInfo(name) if name else timezone.get_default_timezone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return timezone.get_default_timezone()
