"""Public holidays by country and region, from the library ``holidays``."""

import datetime
from functools import lru_cache


@lru_cache(maxsize=512)
def get_public_holidays(country: str, region: str, year: int) -> frozenset[datetime.date]:
    """Return the public holidays of a year, none for a country or region that isn't known.

    An unknown one is refused by ``is_known_place`` where calendars are edited. An old row, whose
    region a newer version of the library calls differently, must not stop the clock.
    """
    # It takes a fifth of a second, and no page of readers needs it.
    import holidays

    for code in (region or None, None):
        try:
            return frozenset(holidays.country_holidays(country, subdiv=code, years=year))
        except NotImplementedError:
            continue
    return frozenset()


def is_known_place(country: str, region: str = "") -> bool:
    """Return whether the library knows the holidays of a country, or of its region."""
    regions = get_countries().get(country)
    return regions is not None and (not region or region in regions)


@lru_cache(maxsize=1)
def get_countries() -> dict[str, tuple[str, ...]]:
    """Return the ISO 3166 codes of the known countries, each with those of its regions."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=False)
    return {country: tuple(regions) for country, regions in sorted(known.items())}
