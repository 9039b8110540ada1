"""Headers in plain ASCII, for senders and sites with any name and for any backend.

Mail programs don't decode encoded words in Message-ID, List-Id and List-Unsubscribe. So domains are
encoded by RFC 5891 and URLs by RFC 3986. Such headers aren't folded: a line may have 998 octets,
and Python's modern policy would encode a long URL.
"""

import re
from email.utils import formataddr, parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import idna

_URL = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
#: Characters that are not quoted in the parts of a URL after the host. "%" is quoted already.
_SAFE = "%/:=&?~#+!$,;'@()*[]"


class UnfoldedHeader(str):
    """A header value that Python's modern policy neither folds nor encodes."""

    name: str

    def __new__(cls, value: str, name: str = "") -> "UnfoldedHeader":
        header = super().__new__(cls, value)
        header.name = name
        return header

    def fold(self, *, policy: Any) -> str:
        """Return the header line. Called by ``email.policy``."""
        return f"{self.name}: {self}{policy.linesep}"


@lru_cache(maxsize=256)
def encode_domain(domain: str) -> str:
    """Return ``domain`` in ASCII, or unchanged if it can't be encoded."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        return domain


@lru_cache(maxsize=64)
def encode_sender(sender: str) -> str:
    """Return a sender, with or without a name, with the domain of its address in ASCII."""
    name, address = parseaddr(sender)
    local, at, domain = address.rpartition("@")
    if not at or domain.isascii():
        return sender
    address = f"{local}@{encode_domain(domain)}"
    if not name:
        return address
    # The name isn't encoded here, but when the header is written.
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return formataddr((name, address)) if name.isascii() else f'"{escaped}" <{address}>'


def encode_header_value(value: str) -> str:
    """Return a header value with the URLs in it in ASCII."""
    return value if value.isascii() else _URL.sub(lambda match: encode_url(match[0]), value)


def encode_url(url: str) -> str:
    """Return a URL in ASCII."""
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    host, colon, port = place.partition(":")
    netloc = f"{quote(user, _SAFE)}{at}{encode_domain(host)}{colon}{port}"
    path, query, fragment = (quote(part, _SAFE) for part in parts[2:])
    return urlunsplit((parts.scheme, netloc, path, query, fragment))
