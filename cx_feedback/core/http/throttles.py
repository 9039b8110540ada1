"""Rate limits of writes by client. Only a keyed hash of the address is stored, for the window."""

import ipaddress
import time

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from cx_feedback.core import conf
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import TooMany

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def get_client_hash(request: HttpRequest) -> str:
    """Return a keyed hash of the client's network, with 16 hexadecimal digits.

    All counts, limits and bans of addresses use this hash.
    """
    network = get_network(get_client_address(request))
    return salted_hmac("cx_feedback.address", network, algorithm="sha256").hexdigest()[:16]


def get_client_address(request: HttpRequest) -> str:
    """Return the client's network address, which is never stored."""
    header = conf.get("CLIENT_ADDRESS_HEADER") or "REMOTE_ADDR"
    return str(request.META.get(header, ""))


def get_network(address: str) -> str:
    """Return the network that counts as one client: an IPv4 address, or the /64 of IPv6.

    A client usually has all addresses of a /64. A port after the address is ignored. Invalid
    addresses are returned unchanged.
    """
    text = address.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def throttle_request(request: HttpRequest, scope: str = "write") -> None:
    """Count a write of ``scope``; raises TooMany if the client is over the rate."""
    if conf.get("RATES").get(scope) is None:
        return
    count, limit = count_request(scope, get_client_hash(request))
    if count > limit:
        raise TooMany(retry_after=seconds_left(scope))


def seconds_left(scope: str) -> int:
    """Return the seconds, at least 1, until the next window of ``scope``."""
    window = _SECONDS[conf.get("RATES")[scope].partition("/")[2]]
    return window - int(time.time()) % window


def count_request(scope: str, key: str) -> tuple[int, int]:
    """Count a request of ``scope`` for ``key``; return (count of this window, limit).

    Returns (0, 0) if the scope is switched off.
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
