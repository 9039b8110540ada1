"""Tells hosts of this machine alone, which no reader elsewhere can reach, from public ones."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings


def is_local_host(host: str) -> bool:
    """Return whether a host name is one of this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_placeholder(host: str) -> bool:
    """Return whether a host name can't be that of a public site."""
    return host == "example.com" or is_local_host(host)


def is_local_site() -> bool:
    """Return whether this is a site under development, or one of this machine alone."""
    return bool(settings.DEBUG) or is_served_locally()


def is_served_locally() -> bool:
    """Return whether the settings let in nobody but this machine: a demonstration, say.

    Its base URL has to be local too: behind a proxy that changes the host, a public site may
    allow "localhost" alone.
    """
    base = urlsplit(getattr(settings, "WAGTAILADMIN_BASE_URL", "") or "").hostname or ""
    hosts = [*settings.ALLOWED_HOSTS, base]
    return len(hosts) > 1 and all(is_local_host(host) for host in hosts)
