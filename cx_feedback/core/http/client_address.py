"""The address of a client, behind a proxy too, and the keyed hash that is stored of it."""

import ipaddress

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from cx_feedback.core import conf


def get_client_hash(request: HttpRequest) -> str:
    """Return a keyed hash of the client's network, with 16 hexadecimal digits.

    All counts, limits and bans of addresses use this hash. It is kept with the request, which
    asks for it several times.
    """
    address = get_client_address(request)
    kept: tuple[str, str] | None = getattr(request, "_cx_client_hash", None)
    if kept is None or kept[0] != address:
        kept = (address, _hash_network(get_network(address)))
        request._cx_client_hash = kept  # type: ignore[attr-defined]
    return kept[1]


def _hash_network(network: str) -> str:
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
