"""Patterns of contacts that aren't links: messengers, wallets, telephone numbers, hidden addresses.

All are for folded text, which is lower case. They must not backtrack much: a run of letters and
hyphens made one of them take a second.
"""

import re
from typing import TypeAlias

_Kind: TypeAlias = tuple[re.Pattern[str], str | re.Pattern[str]]

#: Links in the format of other systems, whose authors have not looked at this site.
FOREIGN_LINK = re.compile(r"\[(?:url|link)\b|<\s*a\s[^<>]*href")
#: An address of a site that was taken apart: "hxxp", "(punto) com", "[.]", "site . com".
HIDDEN_ADDRESS = re.compile(
    r"\bhxxps?\b|[\[({]\s?(?:\.|dot|punto|at|arroba)\s?[\])}]"
    r"|[a-z0-9-]{3}\s?(?:dot|punto)\s?(?:com|net|org|info|shop|site|es|io)\b"
    r"|[a-z0-9-]{3}\s\.\s?(?:com|net|org|info|shop|site)\b"
)
EMAIL = re.compile(r"(?<![\w.@+-])[\w.+-]{2,}+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
#: A messenger with a number or a handle.
MESSENGER_CONTACT = re.compile(
    r"(?:whats\s?app|telegram|t\.me|wechat|viber)\b[^\n]{0,30}(?:\+?\d[\d\s()-]{6,}|@\w{3,})"
)
MESSENGER = re.compile(
    r"\b(?:what?s\s?app|was+ap|guasap|telegram|t\.me|wechat|weixin|viber|signal|snap(?:chat)?|kik"
    r"|skype|wickr|discord|instagram|onlyfans|threema|dm|inbox|mp)\b"
)
HANDLE = re.compile(r"(?<![\w@.])@\w{3,}")
WALLET = re.compile(
    r"\b(?:0x[0-9a-f]{40}|bc1[a-z0-9]{25,60}+|[13][a-km-z1-9]{25,34}+|t[a-z0-9]{33})(?!\w)"
)
#: A number with its country, which is written for strangers.
INTERNATIONAL_NUMBER = re.compile(
    r"(?<![\w+])\+(?=(?:[\s.()-]{0,3}\d){7})\d{1,15}+(?:[\s.()-]{1,3}\d{2,}+)*+(?!\w)"
)
#: Seven to fifteen digits in groups, without a country.
NATIONAL_NUMBER = re.compile(
    r"(?<![\w+/=.,-])\(?\d{2,5}\)?[\s./-]?(?:\d{2,4}[\s./-]){1,4}\d{2,4}(?![\w%])|(?<![\w=/])\d{9,11}(?!\w)"
)
MONEY = re.compile(
    r"[$€£]\s?\d|\d\s?(?:[$€£]|euros?\b|usd\b|dollars?\b|dólares\b|pesos\b|pounds\b)"
)
PERCENTAGE = re.compile(r"\d\s?%")
#: A word taken apart: "c a s i n o", "l.o.a.n".
SPACED_WORD = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .*_-]){4}[^\W\d_]\b")
#: Alternatives that were meant to be replaced: "{Great|Nice} {post|article}".
SPINTAX = re.compile(r"\{[^{}|\n]{1,40}\|[^{}\n]{1,80}\}")

#: A digit, and what an address that was taken apart cannot do without.
_DIGIT = re.compile(r"\d")
_HIDING = re.compile(r"hxx|dot|punto|[\[({]|\s\.")
#: What the names of messengers with a contact, and wallets, cannot do without.
_MESSENGER_PART = re.compile(r"app|gram|t\.me|chat|viber")
_LONG_WORD = re.compile(r"[a-z0-9]{26}")

#: Each kind with its pattern and with a string or pattern that it cannot do without, which is found
#: much faster and is missing in most texts.
_CONTACTS: dict[str, _Kind] = {
    "foreign link": (FOREIGN_LINK, ""),
    "hidden address": (HIDDEN_ADDRESS, _HIDING),
    "email": (EMAIL, "@"),
    "messenger": (MESSENGER, ""),
    "handle": (HANDLE, "@"),
    "wallet": (WALLET, _LONG_WORD),
    "telephone": (NATIONAL_NUMBER, _DIGIT),
    "international": (INTERNATIONAL_NUMBER, "+"),
}
_SHAPES: dict[str, _Kind] = {
    "money": (MONEY, _DIGIT),
    "percentage": (PERCENTAGE, "%"),
    "spaced word": (SPACED_WORD, ""),
    "spintax": (SPINTAX, "{"),
}
_OFFERS: dict[str, _Kind] = {
    "messenger contact": (MESSENGER_CONTACT, _MESSENGER_PART),
    "international": (INTERNATIONAL_NUMBER, "+"),
    "email": (EMAIL, "@"),
    "hidden address": (HIDDEN_ADDRESS, _HIDING),
    "wallet": (WALLET, _LONG_WORD),
}


def find_contacts(text: str) -> list[str]:
    """Return the kinds of contacts in a folded text."""
    return _find_kinds(_CONTACTS, text)


def find_shapes(text: str) -> list[str]:
    """Return the kinds of numbers and disguises in a folded text."""
    return _find_kinds(_SHAPES, text)


def _find_kinds(kinds: dict[str, _Kind], text: str) -> list[str]:
    found = []
    for name, (pattern, needed) in kinds.items():
        is_possible = needed in text if isinstance(needed, str) else needed.search(text)
        if is_possible and pattern.search(text):
            found.append(name)
    return found


def has_offer(text: str) -> bool:
    """Return whether a folded text asks for contact or hides the address of a site."""
    return bool(_find_kinds(_OFFERS, text))
