"""Folding texts that look alike to one form.

Both sides of every comparison are folded by the same function: the words of an editor's list, and
the text of a reader.
"""

import html
import re
import unicodedata
from typing import Literal

#: The most marks after a letter, as in the stream-safe text format (Unicode annex 15).
MOST_MARKS = 30
# A long run of marks is found as a run of characters that are no letters.
_RUN = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS + 1},}}")
#: Single characters that compatibility forms expand to whole phrases.
_PHRASES = re.compile("[\ufdfa\ufdfb]")

#: Invisible characters (Unicode: default ignorable), which are used to split words.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: Marks on letters, except for that of "ñ", which is a letter of its own ("año").
_MARKS = re.compile("(?<!n)[\u0300-\u036f]|(?<=n)[\u0300-\u0302\u0304-\u036f]")
#: Elements that don't end a word.
_INLINE = re.compile(
    r"</?(?:a(?:bbr)?|b(?:d[io])?|c(?:ite|ode)|del|em|i(?:ns)?|kbd|mark|q|s(?:mall|pan|trong|u[bp])?"
    r"|u|wbr)"
    r"(?![\w-])[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_HREF = re.compile(r'\shref="([^"<>]*)"', re.IGNORECASE)


def normalize_text(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """Return ``text`` in a normalization form, with at most ``MOST_MARKS`` marks in a row.

    Python sorts the marks of a letter by insertion, which takes a third of a second for 20,000.
    """
    if text.isascii():
        return text
    return unicodedata.normalize(form, _RUN.sub(_without_excess, text))


def _without_excess(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def remove_hidden(text: str) -> str:
    """Return ``text`` without invisible characters, which are used to split words."""
    return text if text.isascii() else _HIDDEN.sub("", text)


def fold_text(text: str) -> str:
    """Return ``text`` without case, compatibility forms and hidden characters.

    The result has at most six times the characters of ``text``. The Turkish İ and ı become an i.
    """
    if text.isascii():
        return text.casefold()
    shown = _PHRASES.sub(" ", remove_hidden(text))
    folded = normalize_text("NFKC", shown).casefold()
    # Casefolding İ leaves its dot behind, a mark of its own.
    return normalize_text("NFKC", folded.replace("i\u0307", "i").replace("ı", "i"))


def fold_letters(text: str) -> str:
    """Return ``text`` folded, without accents."""
    parted = normalize_text("NFD", fold_text(text))
    return normalize_text("NFC", _MARKS.sub("", parted))


def get_shown_text(source: str) -> str:
    """Return the text of clean HTML as shown, in which inline markup doesn't split words."""
    return html.unescape(_TAG.sub("\n", _INLINE.sub("", source)))


def get_link_addresses(source: str) -> list[str]:
    """Return the URLs of the links in clean HTML."""
    return [html.unescape(address) for address in _HREF.findall(source)]


def get_case_key(text: str) -> str:
    """Return what is the same for texts that the databases take for one without regard to case.

    It may be the same for more.
    """
    # PostgreSQL makes an "i" of this letter, Python an "i" and a dot.
    return text.replace("İ", "i").casefold()
