"""Rate limits of writes by client. Only a keyed hash of the address is stored, for the window."""

import time

from django.http import HttpRequest

from cx_feedback.core import conf
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import TooMany
from cx_feedback.core.http.client_address import get_client_hash

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def throttle_request(request: HttpRequest, scope: str = "write") -> None:
    """Count a write of ``scope``; raises TooMany if the client is over the rate."""
    if conf.get("RATES").get(scope) is None:
        return
    count, limit = count_request(scope, get_client_hash(request))
    if count > limit:
        raise TooMany(retry_after=seconds_left(scope))


def seconds_left(scope: str, rate: str = "") -> int:
    """Return the seconds, at least 1, until the next window of ``scope``."""
    window = _SECONDS[(rate or conf.get("RATES")[scope]).partition("/")[2]]
    return window - int(time.time()) % window


def throttle_key(scope: str, key: str, rate: str = "") -> None:
    """Count a request of ``scope`` for ``key``, at a rate of its own; raises TooMany over it."""
    count, limit = count_request(scope, key, rate)
    if count > limit:
        raise TooMany(retry_after=seconds_left(scope, rate))


def count_request(scope: str, key: str, rate: str = "") -> tuple[int, int]:
    """Count a request of ``scope`` for ``key``; return (count of this window, limit).

    Returns (0, 0) if the scope is switched off and there is no ``rate`` in its place.
    """
    rate = rate or conf.get("RATES").get(scope)
    if rate is None:
        return 0, 0
    limit, _, unit = rate.partition("/")
    window = _SECONDS[unit]
    key = f"cx:{scope}:{key}:{int(time.time()) // window}"
    try:
        return cache.incr(key), int(limit)
    except ValueError:  # the first of its window
        if cache.add(key, 1, window + 1):
            return 1, int(limit)
    try:
        return cache.incr(key), int(limit)
    except ValueError:  # the window ended between the two calls
        return 1, int(limit)
