"""How often one address may write. No address is kept: only a keyed hash, for the window."""

import time

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from cx_feedback.core import conf
from cx_feedback.core.errors import TooMany
from cx_feedback.core.shared_cache import cache

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def address_key(request: HttpRequest) -> str:
    """Return a keyed hash of the client's address, 16 hexadecimal digits."""
    address = address_of(request)
    return salted_hmac("cx_feedback.address", address, algorithm="sha256").hexdigest()[:16]


def address_of(request: HttpRequest) -> str:
    """Return the client's network address, which is never stored."""
    header = conf.get("CLIENT_ADDRESS_HEADER") or "REMOTE_ADDR"
    return str(request.META.get(header, ""))


def throttle(request: HttpRequest, scope: str = "write") -> None:
    """Count a write of ``scope`` and raise TooMany when its address is over the rate."""
    if conf.get("RATES").get(scope) is None:
        return
    count, limit = count_within(scope, address_key(request))
    if count > limit:
        raise TooMany


def count_within(scope: str, key: str) -> tuple[int, int]:
    """Count one of ``scope`` for ``key``; return how many of this window, and the limit.

    (0, 0) when the scope is switched off.
    """
    rate = conf.get("RATES").get(scope)
    if rate is None:
        return 0, 0
    limit, _, unit = rate.partition("/")
    window = _SECONDS[unit]
    key = f"cx:{scope}:{key}:{int(time.time()) // window}"
    if cache.add(key, 1, window + 1):
        return 1, int(limit)
    try:
        return cache.incr(key), int(limit)
    except ValueError:  # the window ended between the two calls
        return 1, int(limit)
