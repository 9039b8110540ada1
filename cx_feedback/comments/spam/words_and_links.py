"""Splits texts into words and the hosts of links for the scorers."""

import re

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
    return remove_links(text)[1]


def remove_links(text: str) -> tuple[str, list[str]]:
    """Return a text with a space for each link, and the hosts of the links in order."""
    hosts: list[str] = []
    if "." not in text and "://" not in text:
        return text, hosts

    def take(link: re.Match[str]) -> str:
        if match := _HOST_PATTERN.match(link[0]):
            hosts.append(match[1].casefold())
        return " "

    return LINK_PATTERN.sub(take, text), hosts
