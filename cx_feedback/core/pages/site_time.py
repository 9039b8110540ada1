"""The two time zones of the admin, and which of them a screen speaks of.

Moments are shown and taken in the editor's own zone, which Wagtail activates in the admin, and
fields name it. Days and hours that hold for all (a digest's hour, the days of results, visits)
are the site's, ``TIME_ZONE``, whoever looks at them: what is computed with them asks this module
and never the active zone.
"""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _


def localtime(at: datetime.datetime | None = None) -> datetime.datetime:
    """Return ``at``, by default now, in the zone of the site."""
    return timezone.localtime(at, timezone.get_default_timezone())


def localdate(at: datetime.datetime | None = None) -> datetime.date:
    """Return the day of ``at``, by default today, in the zone of the site."""
    return localtime(at).date()


def make_aware(naive: datetime.datetime) -> datetime.datetime:
    """Return a moment that is written without a zone as one of the site."""
    return timezone.make_aware(naive, timezone.get_default_timezone())


def format_moment(at: datetime.datetime | None) -> str:
    """Return ``at`` in the active zone with that zone's short name, "" for None."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    zone = local.tzname() or ""
    zone = f"UTC{zone}" if zone[:1] in "+-" else zone
    return f"{date_format(local, 'SHORT_DATETIME_FORMAT')} {zone}"


def _own_zone() -> str:
    return _("In your time zone: %s") % timezone.get_current_timezone_name()


def _site_zone() -> str:
    return _("In the time zone of the site: %s") % timezone.get_default_timezone_name()


#: Beside a field for a moment; says the zone when it is rendered.
in_own_zone = lazy(_own_zone, str)
#: Beside a field for an hour or a day that holds for all.
in_site_zone = lazy(_site_zone, str)
