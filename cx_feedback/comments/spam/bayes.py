"""A naive Bayes classifier of texts by hashed words, with numpy.

Why no library: scikit-learn and river bring 100 MB and pandas into every web process, and the
small ones are not kept. What is needed is a number for each word and a sum; numpy is here already.
The presence of a word counts, not how often it comes (Metsis, Androutsopoulos and Paliouras 2006:
multinomial with Boolean attributes); of a text only the words that say most count (Graham 2002),
so that long texts are not always sure; and the same text counts once, however often it was sent.

A word's weight is how much more often spam has it than good comments, less the doubt that its few
occurrences leave, and never more than ``MAX_WORD_WEIGHT``. Unknown words and the numbers of texts
of the two kinds have no weight. The points satisfy both of two bounds: the odds are that high,
and good comments have such odds that rarely (``rarity``).
"""

import math
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.comments.spam.rarity import Rarity
from cx_feedback.comments.spam.texts import get_feature_numbers, get_numbered_features

#: How many words are kept, those that say most; how many of a text count; how much one may say.
MAX_STORED_WORDS, MAX_COUNTED_WORDS, MAX_WORD_WEIGHT = 2**16, 24, 2.0
#: Words are not as independent as the formula has it: of their sum so much is taken.
DEPENDENCE_FACTOR = 0.85
#: Points for each power of ten of odds and of rarity, within these.
POINTS_PER_POWER, MIN_POINTS, MAX_POINTS = 2.0, -1.5, 6.0
#: Honest comments that are tried to measure how they read, at most.
MAX_HELD_OUT = 2000
_FORMAT = b"cx2\n"
_HEADER = struct.Struct("<4sfff")

_Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


@dataclass(frozen=True)
class Sample:
    """A text that somebody decided about."""

    text: str
    name: str
    is_spam: bool


class BayesClassifier:
    """What a word says, by its number: the logarithm of how much more often spam has it."""

    def __init__(self, words: _Array, says: _Array, rarity: Rarity) -> None:
        self.words, self.says, self.rarity = words, says, rarity

    @classmethod
    def trained(cls, samples: Iterable[Sample]) -> "BayesClassifier":
        """Return the classifier that these samples teach, whatever the order they come in.

        It takes four bytes for each different word of a text while it learns.
        """
        texts: dict[bool, dict[bytes, None]] = {True: {}, False: {}}
        for sample in samples:
            texts[sample.is_spam][_get_features(sample.text, sample.name).tobytes()] = None
        sizes = len(texts[True]), len(texts[False])
        if not all(sizes):
            return cls(np.empty(0, np.uint32), np.empty(0, np.float32), Rarity())
        words, counts = _count_features(texts)
        says = _compute_weights(*counts, *sizes)
        told = np.flatnonzero(says)
        if len(told) > MAX_STORED_WORDS:
            told = np.sort(told[np.argsort(-np.abs(says[told]), kind="stable")[:MAX_STORED_WORDS]])
        held_out = [
            _sum_weights(
                _compute_held_out_weights(
                    np.searchsorted(words, _unpack_features(text)), counts, sizes
                )
            )
            for text in islice(texts[False], MAX_HELD_OUT)
        ]
        # As it is stored, so that the stored one says the same.
        kept = says[told].astype(np.float16).astype(np.float32)
        return cls(words[told], kept, Rarity.measured(np.array(held_out)))

    def odds(self, text: str, name: str = "") -> float:
        """Return the logarithm of the odds that it is spam; 0 when nothing is known."""
        return _sum_weights(self._said(_get_features(text, name)))

    def points(self, text: str, name: str = "") -> float:
        """Return the points: two for odds of ten to one that one honest comment in ten has,
        four for a hundred, six for a thousand; negative ones when it reads like honest ones.
        """
        odds = self.odds(text, name)
        powers = odds / math.log(10)
        if odds > 0:
            powers = min(powers, self.rarity.powers(odds))
        return max(MIN_POINTS, min(MAX_POINTS, POINTS_PER_POWER * powers))

    def telling(self, text: str, name: str = "", *, spam: bool, most: int = 3) -> list[str]:
        """Return the words of a text that speak most for spam, or most against it."""
        numbered = {number: value for value, number in get_numbered_features(text, name)}
        numbers = np.array(sorted(numbered), dtype=np.uint32)
        said = self._said(numbers) * (1 if spam else -1)
        best = np.argsort(-said, kind="stable")[:most]
        return [numbered[int(numbers[i])] for i in best if said[i] > 0]

    def _said(self, numbers: _Array) -> _Array:
        """Return what each of these words says, 0 for those that are not known."""
        if not len(self.words):
            return np.zeros(len(numbers), dtype=np.float32)
        places = np.minimum(np.searchsorted(self.words, numbers), len(self.words) - 1)
        return np.where(self.words[places] == numbers, self.says[places], np.float32(0))

    def packed(self) -> bytes:
        head = _HEADER.pack(_FORMAT, self.rarity.start, self.rarity.slope, self.rarity.share)
        body = self.words.astype("<u4").tobytes() + self.says.astype("<f2").tobytes()
        return zlib.compress(head + body, 6)

    @classmethod
    def unpacked(cls, stored: bytes) -> "BayesClassifier":
        """Return the classifier that was packed; raises ValueError for one of another release."""
        content = zlib.decompress(stored)
        if content[: len(_FORMAT)] != _FORMAT:
            raise ValueError("This spam classifier was stored by another release.")
        _format, start, slope, share = _HEADER.unpack_from(content)
        count = (len(content) - _HEADER.size) // 6
        words = np.frombuffer(content, "<u4", count, _HEADER.size)
        says = np.frombuffer(content, "<f2", count, _HEADER.size + 4 * count).astype(np.float32)
        return cls(words, says, Rarity(start, slope, share))


def _get_features(text: str, name: str) -> _Array:
    """Return the different numbers of a text's features, in order."""
    return np.unique(np.fromiter(get_feature_numbers(text, name), dtype=np.uint32))


def _unpack_features(text: bytes) -> _Array:
    return np.frombuffer(text, dtype=np.uint32)


def _count_features(texts: dict[bool, dict[bytes, None]]) -> tuple[_Array, tuple[_Array, _Array]]:
    """Return all words in order, and how many texts of spam and of the rest have each."""
    each = {
        kind: np.unique(_unpack_features(b"".join(of)), return_counts=True)
        for kind, of in texts.items()
    }
    words = np.union1d(each[True][0], each[False][0])
    counts = np.zeros((2, len(words)))
    for row, kind in enumerate((True, False)):
        counts[row, np.searchsorted(words, each[kind][0])] = each[kind][1]
    return words, (counts[0], counts[1])


def _compute_weights(spam: _Array, good: _Array, spam_texts: int, good_texts: int) -> _Array:
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
    return np.sign(says) * np.minimum(sure, np.minimum(MAX_WORD_WEIGHT, np.log1p(seen)))


def _compute_held_out_weights(
    places: _Array, counts: tuple[_Array, _Array], sizes: tuple[int, int]
) -> _Array:
    """Return what the words of an honest text say to a classifier that was not taught it."""
    if sizes[1] < 2:
        return np.zeros(len(places))
    return _compute_weights(counts[0][places], counts[1][places] - 1, sizes[0], sizes[1] - 1)


def _sum_weights(said: _Array) -> float:
    """Return the sum of what the most telling words say."""
    if len(said) > MAX_COUNTED_WORDS:
        said = said[np.argsort(-np.abs(said), kind="stable")[:MAX_COUNTED_WORDS]]
    return DEPENDENCE_FACTOR * float(said.sum())
