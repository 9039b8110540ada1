"""Checks of the values of ``CX_FEEDBACK``. Each returns an error message or None."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from cx_feedback.core.settings.setting_defaults import SPAM_SCORE_BORDERS, TIER_BORDERS

Check = Callable[[Any], str | None]
_RATE = re.compile(r"[1-9][0-9]{0,8}/(s|m|h|d)")
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?")
#: The ports that browsers leave out of an origin.
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_CLUSTER = re.compile(r"[a-z][a-z_]{0,39}")


def of_type(kind: type) -> Check:
    """Return a check that a value is of ``kind``."""

    def check(value: Any) -> str | None:
        return None if isinstance(value, kind) else f"must be of type {kind.__name__}"

    return check


def whole_number(low: int, high: int | None = None) -> Check:
    """Return a check that a value is a whole number within ``low..high``."""

    def check(value: Any) -> str | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return "must be a whole number"
        if value < low or (high is not None and value > high):
            return f"must be at least {low}" + (f" and at most {high}" if high else "")
        return None

    return check


def zero_or_whole_number(low: int, high: int) -> Check:
    """Return a check that a value is 0 or a whole number within ``low..high``."""
    within = whole_number(low, high)

    def check(value: Any) -> str | None:
        if value == 0 and not isinstance(value, bool):
            return None
        wrong = within(value)
        return wrong and wrong.replace("must be at least", "must be 0 or at least")

    return check


def one_of(*choices: Any) -> Check:
    def check(value: Any) -> str | None:
        if value not in choices:
            return f"must be one of {', '.join(map(repr, choices))}, not {value!r}"
        return None

    return check


def is_rate(value: str) -> bool:
    """Return whether a text is a rate."""
    return bool(_RATE.fullmatch(value))


def check_rates(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "must be a dictionary of scope to rate"
    for scope, rate in value.items():
        if rate is not None and not is_rate(str(rate)):
            return f"rate of {scope!r} must look like '30/m' (per s, m, h or d) or be None"
    return None


def check_strings(value: Any) -> str | None:
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) for v in value):
        return "must be a list of strings"
    return None


def check_pauses(value: Any) -> str | None:
    """Return an error unless ``value`` lists seconds, numbers from 0 on."""
    numbers = isinstance(value, list | tuple) and all(
        isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one <= 31 * 86400
        for one in value
    )
    return None if numbers else "must be a list of seconds, each at most 31 days"


def check_origins(value: Any) -> str | None:
    """Return what is wrong with a list of origins, as browsers send them."""
    if wrong := check_strings(value):
        return wrong
    for origin in value:
        if not _ORIGIN.fullmatch(origin):
            return f"has {origin!r}, which is no origin, such as 'https://app.example'"
        beginning, _colon, port = origin.rpartition(":")
        if port == _DEFAULT_PORTS[origin.partition(":")[0]]:
            return f"has {origin!r}, but browsers leave out the port: {beginning!r}"
    return None


#: Pairs of borders, the lower one first.
_TIER_ORDER = (("loyal", "lover"), ("lost", "at_risk"))


def find_contradictions(borders: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return the pairs of borders, (lower, upper), of which the lower one lies above the upper."""
    return [(low, high) for low, high in _TIER_ORDER if borders[low] > borders[high]]


def check_readers_per_task(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int) or 0 < value < 1000 or value < 0:
        return "must be 0 or a whole number from 1000"
    return None


def check_tier_borders(value: Any) -> str | None:
    if not isinstance(value, dict) or not value.keys() <= TIER_BORDERS.keys():
        return f"must be a dictionary with keys of {', '.join(TIER_BORDERS)}"
    for name, border in value.items():
        if isinstance(border, bool) or not isinstance(border, (int, float)) or border < 0:
            return f"border {name!r} must be a number from 0"
        if not name.endswith("_weeks") and border > 1:
            return f"border {name!r} is a probability or share, at most 1"
    for low, high in find_contradictions({**TIER_BORDERS, **value}):
        return f"border {low!r} must not lie above {high!r}"
    return None


def check_scores(value: Any) -> str | None:
    if not isinstance(value, dict) or not value.keys() <= SPAM_SCORE_BORDERS.keys():
        return f"must be a dictionary with keys of {', '.join(SPAM_SCORE_BORDERS)}"
    for name, border in value.items():
        if isinstance(border, bool) or not isinstance(border, (int, float)):
            return f"border {name!r} must be a number"
    borders = list({**SPAM_SCORE_BORDERS, **value}.values())
    if borders != sorted(borders):
        return "'challenge' must not lie above 'hold', nor 'hold' above 'spam'"
    return None


def check_clusters(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "must be a dictionary of cluster to weight"
    for name, weight in value.items():
        if not isinstance(name, str) or not _CLUSTER.fullmatch(name):
            return f"name {name!r} must be of up to 40 small letters and underscores"
        if weight is None:
            continue
        if isinstance(weight, bool) or not isinstance(weight, (int, float)):
            return f"weight of {name!r} must be a number or None"
        if not -1 <= weight <= 1:
            return f"weight of {name!r} must lie from -1 to 1"
    return None


def check_storage(value: Any) -> str | None:
    if not isinstance(value, str):
        return "must be of type str"
    if value and value not in settings.STORAGES:
        return f"STORAGES has no entry {value!r}"
    return None
