"""Time zones by their names in the IANA database."""

from functools import lru_cache
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput


@lru_cache(maxsize=1)
def _get_zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def get_place_names() -> tuple[str, ...]:
    """Return the names of zones that are places, such as Europe/Madrid but not CET."""
    areas = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia",
             "Europe", "Indian", "Pacific")  # fmt: skip
    return tuple(sorted(name for name in _get_zone_names() if name.partition("/")[0] in areas))


def clean_time_zone(name: str) -> str:
    """Return ``name``. Raises InvalidInput naming ``time_zone`` for an unknown zone."""
    if name and name not in _get_zone_names():
        raise InvalidInput(fields={"time_zone": [_("There is no such time zone.")]})
    return name
