"""Headers in plain ASCII, whatever senders and sites are called and whichever backend sends.

Programs read Message-ID, List-Id and List-Unsubscribe, and none of them reads encoded words there:
domains are written as RFC 5891 has them, addresses of pages as RFC 3986. Such a header stays on
one line: a line may have 998 octets, and Python's modern policy would encode a long address.
"""

import re
from email.utils import formataddr, parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import idna

_URL = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
#: What may stand in the parts of an address behind the host, "%" for what is encoded already.
_SAFE = "%/:=&?~#+!$,;'@()*[]"


class UnfoldedHeader(str):
    """The value of a header that Python's modern policy writes on one line and never encodes."""

    name: str

    def __new__(cls, value: str, name: str = "") -> "UnfoldedHeader":
        made = super().__new__(cls, value)
        made.name = name
        return made

    def fold(self, *, policy: Any) -> str:
        """Return the header's line, as ``email.policy`` asks for it."""
        return f"{self.name}: {self}{policy.linesep}"


@lru_cache(maxsize=256)
def encode_domain(domain: str) -> str:
    """Return ``domain`` in ASCII; as it is where that cannot be."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        return domain


@lru_cache(maxsize=64)
def encode_sender(sender: str) -> str:
    """Return a sender, with or without a name, whose address has an ASCII domain."""
    name, address = parseaddr(sender)
    local, at, domain = address.rpartition("@")
    if not at or domain.isascii():
        return sender
    address = f"{local}@{encode_domain(domain)}"
    if not name:
        return address
    # The name stays readable: who sends it encodes it.
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return formataddr((name, address)) if name.isascii() else f'"{escaped}" <{address}>'


def encode_header_value(value: str) -> str:
    """Return a header's value with the addresses of pages in it in ASCII."""
    return value if value.isascii() else _URL.sub(lambda match: encode_url(match[0]), value)


def encode_url(url: str) -> str:
    """Return the address of a page in ASCII."""
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    host, colon, port = place.partition(":")
    netloc = f"{quote(user, _SAFE)}{at}{encode_domain(host)}{colon}{port}"
    path, query, fragment = (quote(part, _SAFE) for part in parts[2:])
    return urlunsplit((parts.scheme, netloc, path, query, fragment))


def build_list_id(kind: str, number: int, base_url: str) -> str:
    """Return the List-Id of a list or thread of ours (RFC 2919), the same for ever."""
    host = urlsplit(base_url).hostname or "localhost"
    return f"<{kind}-{number}.cx-feedback.{encode_domain(host)}>"
