"""A naive Bayes classifier of texts by hashed words, with numpy.

Why no library: scikit-learn and river bring 100 MB and pandas into every web process, and the
small ones are not kept. What is needed is a number for each word and a sum; numpy is here already.
The presence of a word counts, not how often it comes (Metsis, Androutsopoulos and Paliouras 2006:
multinomial with Boolean attributes); of a text only the words that say most count (Graham 2002),
so that long texts are not always sure; and the same text counts once, however often it was sent.

It says no more than it knows. A word says how much more often spam has it than honest comments,
less the doubt that its few occurrences leave, and never more than ``MOST``; a word that was never
seen says nothing, nor do the sizes of the two kinds. The points are those of which both hold: the
odds are that high, and honest comments read so that rarely (``rarity``).
"""

import math
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.comments.spam.honest_tail import Rarity
from cx_feedback.comments.spam.texts import features, numbered_features

#: How many words are kept, those that say most; how many of a text count; how much one may say.
KEPT, TELLING, MOST = 2**16, 24, 2.0
#: Words are not as independent as the formula has it: of their sum so much is taken.
SHARE = 0.85
#: Points for each power of ten of odds and of rarity, within these.
EACH, FEWEST_POINTS, MOST_POINTS = 2.0, -1.5, 6.0
#: Honest comments that are tried to measure how they read, at most.
TRIED = 2000
_FORMAT = b"cx2\n"
_HEAD = struct.Struct("<4sfff")

_Numbers: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


@dataclass(frozen=True)
class Sample:
    """A text that somebody decided about."""

    text: str
    name: str
    is_spam: bool


class Bayes:
    """What a word says, by its number: the logarithm of how much more often spam has it."""

    def __init__(self, words: _Numbers, says: _Numbers, rarity: Rarity) -> None:
        self.words, self.says, self.rarity = words, says, rarity

    @classmethod
    def trained(cls, samples: Iterable[Sample]) -> "Bayes":
        """Return the classifier that these samples teach, whatever the order they come in.

        It takes four bytes for each different word of a text while it learns.
        """
        texts: dict[bool, dict[bytes, None]] = {True: {}, False: {}}
        for sample in samples:
            texts[sample.is_spam][_numbers(sample.text, sample.name).tobytes()] = None
        sizes = len(texts[True]), len(texts[False])
        if not all(sizes):
            return cls(np.empty(0, np.uint32), np.empty(0, np.float32), Rarity())
        words, counts = _counted(texts)
        says = _says(*counts, *sizes)
        told = np.flatnonzero(says)
        if len(told) > KEPT:
            told = np.sort(told[np.argsort(-np.abs(says[told]), kind="stable")[:KEPT]])
        held_out = [
            _sum_of(_without(np.searchsorted(words, _array(text)), counts, sizes))
            for text in islice(texts[False], TRIED)
        ]
        # As it is stored, so that the stored one says the same.
        kept = says[told].astype(np.float16).astype(np.float32)
        return cls(words[told], kept, Rarity.measured(np.array(held_out)))

    def odds(self, text: str, name: str = "") -> float:
        """Return the logarithm of the odds that it is spam; 0 when nothing is known."""
        return _sum_of(self._said(_numbers(text, name)))

    def points(self, text: str, name: str = "") -> float:
        """Return the points: two for odds of ten to one that one honest comment in ten has,
        four for a hundred, six for a thousand; negative ones when it reads like honest ones.
        """
        odds = self.odds(text, name)
        powers = odds / math.log(10)
        if odds > 0:
            powers = min(powers, self.rarity.powers(odds))
        return max(FEWEST_POINTS, min(MOST_POINTS, EACH * powers))

    def telling(self, text: str, name: str = "", *, spam: bool, most: int = 3) -> list[str]:
        """Return the words of a text that speak most for spam, or most against it."""
        numbered = {number: value for value, number in numbered_features(text, name)}
        numbers = np.array(sorted(numbered), dtype=np.uint32)
        said = self._said(numbers) * (1 if spam else -1)
        best = np.argsort(-said, kind="stable")[:most]
        return [numbered[int(numbers[i])] for i in best if said[i] > 0]

    def _said(self, numbers: _Numbers) -> _Numbers:
        """Return what each of these words says, 0 for those that are not known."""
        if not len(self.words):
            return np.zeros(len(numbers), dtype=np.float32)
        places = np.minimum(np.searchsorted(self.words, numbers), len(self.words) - 1)
        return np.where(self.words[places] == numbers, self.says[places], np.float32(0))

    def packed(self) -> bytes:
        head = _HEAD.pack(_FORMAT, self.rarity.start, self.rarity.slope, self.rarity.share)
        body = self.words.astype("<u4").tobytes() + self.says.astype("<f2").tobytes()
        return zlib.compress(head + body, 6)

    @classmethod
    def unpacked(cls, stored: bytes) -> "Bayes":
        """Return the classifier that was packed; raises ValueError for one of another release."""
        content = zlib.decompress(stored)
        if content[: len(_FORMAT)] != _FORMAT:
            raise ValueError("This spam classifier was stored by another release.")
        _format, start, slope, share = _HEAD.unpack_from(content)
        count = (len(content) - _HEAD.size) // 6
        words = np.frombuffer(content, "<u4", count, _HEAD.size)
        says = np.frombuffer(content, "<f2", count, _HEAD.size + 4 * count).astype(np.float32)
        return cls(words, says, Rarity(start, slope, share))


def _numbers(text: str, name: str) -> _Numbers:
    """Return the different numbers of a text's features, in order."""
    return np.unique(np.fromiter(features(text, name), dtype=np.uint32))


def _array(text: bytes) -> _Numbers:
    return np.frombuffer(text, dtype=np.uint32)


def _counted(texts: dict[bool, dict[bytes, None]]) -> tuple[_Numbers, tuple[_Numbers, _Numbers]]:
    """Return all words in order, and how many texts of spam and of the rest have each."""
    each = {kind: np.unique(_array(b"".join(of)), return_counts=True) for kind, of in texts.items()}
    words = np.union1d(each[True][0], each[False][0])
    counts = np.zeros((2, len(words)))
    for row, kind in enumerate((True, False)):
        counts[row, np.searchsorted(words, each[kind][0])] = each[kind][1]
    return words, (counts[0], counts[1])


def _says(spam: _Numbers, good: _Numbers, spam_texts: int, good_texts: int) -> _Numbers:
    """Return what words say that so many texts of each kind have.

    One text more is shared out to both kinds by their sizes, so that it changes no word's odds
    by itself. A count of n is known to one part in the root of n only: that is taken off; and
    what was seen once says little, even beside thousands of texts that do not have it.
    """
    texts = spam_texts + good_texts
    in_spam = (spam + spam_texts / texts) / spam_texts
    in_good = (good + good_texts / texts) / good_texts
    says = np.log(in_spam / in_good)
    seen = np.maximum(spam, good)
    sure = np.maximum(0.0, np.abs(says) - 1 / np.sqrt(seen + 0.5))
    return np.sign(says) * np.minimum(sure, np.minimum(MOST, np.log1p(seen)))


def _without(
    places: _Numbers, counts: tuple[_Numbers, _Numbers], sizes: tuple[int, int]
) -> _Numbers:
    """Return what the words of an honest text say to a classifier that was not taught it."""
    if sizes[1] < 2:
        return np.zeros(len(places))
    return _says(counts[0][places], counts[1][places] - 1, sizes[0], sizes[1] - 1)


def _sum_of(said: _Numbers) -> float:
    """Return the sum of what the most telling words say."""
    if len(said) > TELLING:
        said = said[np.argsort(-np.abs(said), kind="stable")[:TELLING]]
    return SHARE * float(said.sum())
