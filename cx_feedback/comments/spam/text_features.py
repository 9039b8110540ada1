"""Splits texts into words, hosts and features for the scorers."""

import re
import zlib
from collections.abc import Iterator
from itertools import pairwise

from cx_feedback.core.text.text_folding import fold_text

_WORD_PATTERN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
#: Top-level domains by first letter, since a long run of dots looks for one at each dot.
_ENDINGS = (
    "a(?:pp)|b(?:iz|et)|c(?:om|o|lub|n|lick|asino)|d(?:e)|e(?:s|u)|f(?:r)|i(?:nfo|o|t)"
    "|l(?:ink|ive|y|oan)|m(?:e)|n(?:et)|o(?:rg|nline)|p(?:ro)|r(?:u)|s(?:hop|tore|ite)"
    "|t(?:op|o|k)|u(?:k)|v(?:ip)|w(?:in)|x(?:yz)"
)
#: A URL, or a bare domain with an ending that isn't that of a file name.
LINK_PATTERN = re.compile(
    r"(?:https?://|www\.)[^\s<>\"\]\[)]+"
    rf"|(?<![\w@./-])(?:[a-z0-9-]++\.)+(?:{_ENDINGS})\b(?:/[^\s<>\"\]\[)]*)?",
    re.IGNORECASE,
)
_HOST_PATTERN = re.compile(r"(?:https?://)?(?:www\.)?([^/\s?#:]+)", re.IGNORECASE)


def split_words(text: str) -> list[str]:
    """Return the words of a folded text."""
    return _WORD_PATTERN.findall(text)


def find_hosts(text: str) -> list[str]:
    """Return the hosts of all links of a text, in order."""
    found = (_HOST_PATTERN.match(link) for link in LINK_PATTERN.findall(text))
    return [match[1].casefold() for match in found if match]


def get_feature_numbers(text: str, name: str = "") -> Iterator[int]:
    """Return the 32-bit numbers of the features of a text."""
    return (number for _value, number in get_numbered_features(text, name))


def get_numbered_features(text: str, name: str = "") -> Iterator[tuple[str, int]]:
    """Yield the features of a text with their numbers.

    Missing features don't count: a text without links is not better for it.
    """
    body = fold_text(text)
    words = split_words(LINK_PATTERN.sub(" ", body))[:400]
    hosts = find_hosts(body)
    yield from (_number_feature("w", word) for word in words)
    yield from (_number_feature("p", f"{a} {b}") for a, b in pairwise(words))
    yield from (_number_feature("h", host) for host in hosts[:20])
    yield from (_number_feature("n", word) for word in split_words(fold_text(name))[:8])
    if hosts:
        count = str(min(3, len(hosts)))
        yield f"{count}+ ↗", zlib.crc32(f"#links:{count}".encode())


def _number_feature(kind: str, value: str) -> tuple[str, int]:
    return value, zlib.crc32(f"{kind}:{value}".encode())
