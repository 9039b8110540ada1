"""Folding texts that look alike to one form, and finding words of a list in texts.

Both sides of every comparison are folded by the same function: the words of an editor's list, and
the text of a reader.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
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
#: Markup of emphasis that is shown within words ("p*u*ta").
_EMPHASIS = str.maketrans("", "", "*_~`")


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


class WordList:
    """Words and phrases, one per line; a star at an end of a line matches parts of words."""

    def __init__(self, lines: Iterable[str]) -> None:
        parts = sorted(
            {part for line in lines if (part := _get_word_pattern(line))}, key=len, reverse=True
        )
        self._pattern = re.compile("|".join(parts)) if parts else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def find(self, *texts: str) -> list[str]:
        """Return the words of the list in the texts, folded, in order and each once."""
        if self._pattern is None:
            return []
        folded = fold_letters("\n".join(texts))
        bare = folded.translate(_EMPHASIS)
        both = [folded] if bare == folded else [folded, bare]
        return list(dict.fromkeys(m[0] for form in both for m in self._pattern.finditer(form)))


@lru_cache(maxsize=32)
def get_word_list(lines: tuple[str, ...]) -> WordList:
    """Return the cached list of these lines, which are a setting."""
    return WordList(lines)


def _get_word_pattern(line: str) -> str:
    folded = fold_letters(line).strip()
    words = folded.strip("*").split()
    if not words:
        return ""
    # An underscore is not part of a word: "_word" contains the word.
    begin = "" if folded.startswith("*") else r"(?<![^\W_])"
    end = "" if folded.endswith("*") else r"(?![^\W_])"
    return begin + r"\s+".join(re.escape(word) for word in words) + end
