"""Word shingles, by which texts that are nearly the same are found.

Of a text two numbers are stored, its smallest shingles in two orders. Two texts that share a
share ``s`` of their shingles have one of them in common with the probability 1 - (1 - s)²: .96 for
four fifths. Whether texts with a common number are alike is decided by all their shingles.
"""

import re
import zlib
from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from cx_feedback.core.text.text_folding import fold_text

#: Words in a shingle, and the words of a text that are read.
WORDS, MAX_WORDS = 3, 2_000
#: The share of common shingles from which two texts are alike.
ALIKE = 0.5
_WORD = re.compile(r"[^\W_]+")
#: Multiplication by an odd number gives the hashes another order.
_FACTOR, _MASK = 0x9E3779B1, 2**32 - 1


class MinShingles(NamedTuple):
    """The smallest shingles of a text in two orders, None for a text without any."""

    first: int | None
    second: int | None


@lru_cache(maxsize=4)
def get_shingles(text: str) -> frozenset[int]:
    """Return the shingles of a text as 32-bit numbers; the whole text if it is shorter than one.

    The last ones are kept, since a new comment's are asked for to compare and to store them.
    """
    words = _WORD.findall(fold_text(text))[:MAX_WORDS]
    if len(words) < WORDS:
        whole = " ".join(words) or text.strip()
        return frozenset({zlib.crc32(whole.encode())} if whole else ())
    places = range(len(words) - WORDS + 1)
    return frozenset({zlib.crc32(" ".join(words[i : i + WORDS]).encode()) for i in places})


def compute_min_shingles(text: str) -> MinShingles:
    """Return the two numbers by which texts like ``text`` are found."""
    return get_min_shingles(get_shingles(text))


def get_min_shingles(shingles: Set[int]) -> MinShingles:
    """Return the two numbers of a text with these shingles."""
    if not shingles:
        return MinShingles(None, None)
    return MinShingles(min(shingles), min(one * _FACTOR & _MASK for one in shingles))


def are_alike(one: Set[int], other: Set[int]) -> bool:
    """Return whether two texts, given by their shingles, are nearly the same."""
    common = len(one & other)
    return common > 0 and common >= ALIKE * (len(one) + len(other) - common)
