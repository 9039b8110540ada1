"""The addresses that webhooks may be sent to: public ones, and those that the site allows.

A name is resolved once. If any of its addresses is not allowed, none is used, and the connection
goes to an address that was checked, so that a name that changes its address reaches nothing else.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.models import Site

from cx_feedback.core import conf

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORTS = {"http": 80, "https": 443}
#: Prefixes of IPv6 whose last 32 bits are an address of IPv4, at which packets arrive.
_EMBEDDING = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))
#: Where packets go elsewhere than the address says, or to nobody (6to4, Teredo, documentation,
#: benchmarks, ORCHID), and all of IPv6 that is not given out.
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
_ASTRAY = tuple(
    map(ipaddress.IPv6Network, ("2002::/16", "2001::/23", "2001:db8::/32", "3fff::/20"))
)
#: What ``is_global`` takes for public: relays of 6to4, and in earlier releases of Python most of
#: the addresses for protocols, where clouds have answered with secrets of the machine.
_ASTRAY_V4 = tuple(map(ipaddress.IPv4Network, ("192.88.99.0/24", "192.0.0.0/24")))


class AddressRefused(Exception):
    """An address is not a public one, and the site does not allow it."""


class NameNotFound(Exception):
    """The name of a host has no address."""


def is_public(address: Address) -> bool:
    """Return whether packets to ``address`` go to a single host on the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        for network in _EMBEDDING:
            if address in network:
                return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GIVEN_OUT or any(address in network for network in _ASTRAY):
            return False
    elif any(address in network for network in _ASTRAY_V4):
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
    )


def is_allowed(address: Address, host: str) -> bool:
    """Return whether the site allows ``address`` of ``host``, or it is public."""
    return is_public(address) or is_exempt(host) or _is_in_allowed_network(address)


def is_exempt(host: str) -> bool:
    """Return whether ``WEBHOOKS_ALLOWED_HOSTS`` has ``host``: a name or an address."""
    if host.casefold() in {entry.casefold() for entry in conf.get("WEBHOOKS_ALLOWED_HOSTS")}:
        return True
    literal = _parse_address(host)
    return literal is not None and _is_in_allowed_network(literal)


def resolve_host(host: str, port: int) -> list[Any]:
    """Return the entries of ``socket.getaddrinfo`` for ``host``, all of them allowed.

    Raises NameNotFound, and AddressRefused if any address is not allowed.
    """
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameNotFound from error
    for entry in entries:
        address = _parse_address(str(entry[4][0]))
        if address is None or not is_allowed(address, host):
            raise AddressRefused
    if not entries:
        raise NameNotFound
    return entries


def split_url(url: str) -> SplitResult | None:
    """Return the parts of an address of http or https with a host, None for another."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if valid and parts.username is None and parts.password is None else None


def get_port(parts: SplitResult) -> int:
    """Return the port of an address, by default that of its scheme."""
    return parts.port or _PORTS[parts.scheme]


def find_url_problem(url: str) -> str:
    """Return why webhooks can't be sent to ``url``, in words; "" if they can.

    Asks no name server: what a name stands for is checked whenever something is sent.
    """
    parts = split_url(url)
    if parts is None or not (url.isascii() and url.isprintable()) or " " in url:
        return _("Must be an address such as https://example.com/hooks.")
    host = parts.hostname or ""
    if _is_own_host(host, get_port(parts)):
        return _("This is the site itself. A webhook must go to another program.")
    if parts.scheme == "http" and not is_exempt(host):
        return _("Must begin with https://, so that nobody on the way can read it.")
    if _is_private_without_lookup(host):
        return _("This address is not a public one. WEBHOOKS_ALLOWED_HOSTS can allow it.")
    return ""


def _is_private_without_lookup(host: str) -> bool:
    """Return whether ``host`` is not allowed, whatever name servers say of it."""
    if is_exempt(host):
        return False
    bare = host.rstrip(".")
    if bare.casefold().rpartition(".")[2] == "localhost":  # of this machine (RFC 6761)
        return True
    address = _parse_address(bare)
    return address is not None and not is_allowed(address, host)


def _is_own_host(host: str, port: int) -> bool:
    own = {(site.hostname.casefold(), site.port) for site in Site.objects.all()}
    # A site behind a proxy has the port of the proxy.
    own |= {(name, 443) for name, number in own if number == 80}
    base = split_url(getattr(settings, "WAGTAILADMIN_BASE_URL", "") or "")
    if base is not None:
        own.add((base.hostname or "", get_port(base)))
    return (host.rstrip(".").casefold(), port) in own


def _parse_address(text: str) -> Address | None:
    """Return the address that ``text`` writes, None for a name.

    Also one in the ways that only ``getaddrinfo`` reads: 2130706433, 0x7f.1, 0177.0.0.1, 127.1.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(text))
        except (OSError, ValueError):
            return None
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        return ipaddress.IPv6Address(int(address))
    return address


def _is_in_allowed_network(address: Address) -> bool:
    for entry in conf.get("WEBHOOKS_ALLOWED_HOSTS"):
        try:
            if address in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue  # a name
    return False
