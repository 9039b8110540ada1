"""The two time zones of the admin: the editor's and the site's.

Moments are shown and entered in the editor's own time zone, which Wagtail activates in the admin
and fields mention. Days and hours for everybody (the hour of a digest, the days of results and
visits) are in the time zone of the site, ``TIME_ZONE``. Calculations with them use this module
and never the active time zone.
"""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _


def localtime(at: datetime.datetime | None = None) -> datetime.datetime:
    """Return ``at``, by default now, in the time zone of the site."""
    return timezone.localtime(at, timezone.get_default_timezone())


def localdate(at: datetime.datetime | None = None) -> datetime.date:
    """Return the day of ``at``, by default today, in the time zone of the site."""
    return localtime(at).date()


def make_aware(naive: datetime.datetime) -> datetime.datetime:
    """Return a naive datetime in the time zone of the site."""
    return timezone.make_aware(naive, timezone.get_default_timezone())


def format_moment(at: datetime.datetime | None) -> str:
    """Return ``at`` in the active time zone with its abbreviation, "" for None."""
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


#: Help text of fields for a moment, with the time zone at the time of rendering.
in_own_zone = lazy(_own_zone, str)
#: Help text of fields for an hour or a day in the time zone of the site.
in_site_zone = lazy(_site_zone, str)
