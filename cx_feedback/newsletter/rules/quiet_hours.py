"""Quiet hours: when nobody is to be written to, by the clock where they live."""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """From one time of day until another, over midnight where the second is the earlier one."""

    begin: datetime.time
    end: datetime.time

    def holds(self, local: datetime.datetime) -> bool:
        """Return whether the clock ``local`` shows a quiet time."""
        now = local.time()
        if self.begin < self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end

    def over_at(self, at: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime | None:
        """Return when the quiet hours that hold ``at`` (aware) end in ``zone``, None if none do.

        On the day on which clocks go back an hour happens twice: the end is the first moment
        after ``at`` at which the clock shows it. Where it is left out, the end is as much later.
        """
        local = at.astimezone(zone)
        if not self.holds(local):
            return None
        for days in range(3):
            for fold in (0, 1):
                wall = datetime.datetime.combine(local.date() + days * ONE_DAY, self.end)
                end = wall.replace(tzinfo=zone, fold=fold).astimezone(datetime.UTC)
                if end > at and not self.holds(end.astimezone(zone)):
                    return end
        return at + ONE_DAY


def get_time_zone(name: str) -> datetime.tzinfo:
    """Return the time zone of that name, the site's where there is none."""
    try:
        return ZoneInfo(name) if name else timezone.get_default_timezone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return timezone.get_default_timezone()
