"""A naive Bayes classifier of texts by hashed words.

Libraries aren't used, because scikit-learn and river add 100 MB and pandas to every web process and
the small ones aren't maintained. The classifier needs only a number for each word and a sum.

The presence of a word counts, not its frequency (Metsis, Androutsopoulos and Paliouras 2006:
multinomial with Boolean attributes). Only the most telling words of a text count (Graham 2002), so
that long texts don't always get extreme results. Equal texts count once.

A word's weight is how much more often spam has it than good comments, less the doubt that its few
occurrences leave, and never more than ``MAX_WORD_WEIGHT``. Unknown words and the numbers of texts
of the two kinds have no weight. The points satisfy both of two bounds: the odds are that high,
and good comments have such odds that rarely (``false_positive_rate``).
"""

import math
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.comments.spam.false_positive_rate import Rarity
from cx_feedback.comments.spam.text_features import get_feature_numbers, get_numbered_features

#: The words stored, those with the largest weights; the words of a text that count; and the
#: largest weight.
MAX_STORED_WORDS, MAX_COUNTED_WORDS, MAX_WORD_WEIGHT = 2**16, 24, 2.0
#: Factor of the sum, since words are less independent than the formula assumes.
DEPENDENCE_FACTOR = 0.85
#: Points for each power of ten of odds and of rarity, and their range.
POINTS_PER_POWER, MIN_POINTS, MAX_POINTS = 2.0, -1.5, 6.0
#: The most good comments that are used to measure the rarity.
MAX_HELD_OUT = 2000
_FORMAT = b"cx2\n"
_HEADER = struct.Struct("<4sfff")

_Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


@dataclass(frozen=True)
class Sample:
    """A text with a decision."""

    text: str
    name: str
    is_spam: bool


class BayesClassifier:
    """The weights of words by number, as logarithms of odds."""

    def __init__(self, words: _Array, weights: _Array, rarity: Rarity) -> None:
        self.words, self.weights, self.rarity = words, weights, rarity

    @classmethod
    def train(cls, samples: Iterable[Sample]) -> "BayesClassifier":
        """Return a classifier trained with ``samples``, independent of their order.

        Training takes four bytes for each different word of each text.
        """
        texts: dict[bool, dict[bytes, None]] = {True: {}, False: {}}
        for sample in samples:
            texts[sample.is_spam][_get_features(sample.text, sample.name).tobytes()] = None
        sizes = len(texts[True]), len(texts[False])
        if not all(sizes):
            return cls(np.empty(0, np.uint32), np.empty(0, np.float32), Rarity())
        words, counts = _count_features(texts)
        says = _compute_weights(*counts, *sizes)
        stored = np.flatnonzero(says)
        if len(stored) > MAX_STORED_WORDS:
            heaviest = np.argsort(-np.abs(says[stored]), kind="stable")[:MAX_STORED_WORDS]
            stored = np.sort(stored[heaviest])
        held_out = [
            _sum_weights(
                _compute_held_out_weights(
                    np.searchsorted(words, _unpack_features(text)), counts, sizes
                )
            )
            for text in islice(texts[False], MAX_HELD_OUT)
        ]
        # In the stored precision, so that the stored classifier gives the same results.
        kept = says[stored].astype(np.float16).astype(np.float32)
        return cls(words[stored], kept, Rarity.measure(np.array(held_out)))

    def odds(self, text: str, name: str = "") -> float:
        """Return the logarithm of the odds for spam, 0 if nothing is known."""
        return _sum_weights(self._get_weights(_get_features(text, name)))

    def points(self, text: str, name: str = "") -> float:
        """Return the points: two for odds of ten to one that one good comment in ten has, four for
        a hundred, six for a thousand. They are negative if it resembles good comments.
        """
        odds = self.odds(text, name)
        powers = odds / math.log(10)
        if odds > 0:
            powers = min(powers, self.rarity.get_power(odds))
        return max(MIN_POINTS, min(MAX_POINTS, POINTS_PER_POWER * powers))

    def get_telling_words(
        self, text: str, name: str = "", *, spam: bool, most: int = 3
    ) -> list[str]:
        """Return the words of a text with the largest weights for spam, or against it."""
        numbered = {number: value for value, number in get_numbered_features(text, name)}
        numbers = np.array(sorted(numbered), dtype=np.uint32)
        said = self._get_weights(numbers) * (1 if spam else -1)
        best = np.argsort(-said, kind="stable")[:most]
        return [numbered[int(numbers[i])] for i in best if said[i] > 0]

    def _get_weights(self, numbers: _Array) -> _Array:
        """Return the weight of each word, 0 for unknown ones."""
        if not len(self.words):
            return np.zeros(len(numbers), dtype=np.float32)
        places = np.minimum(np.searchsorted(self.words, numbers), len(self.words) - 1)
        return np.where(self.words[places] == numbers, self.weights[places], np.float32(0))

    def packed(self) -> bytes:
        head = _HEADER.pack(_FORMAT, self.rarity.start, self.rarity.slope, self.rarity.share)
        body = self.words.astype("<u4").tobytes() + self.weights.astype("<f2").tobytes()
        return zlib.compress(head + body, 6)

    @classmethod
    def unpacked(cls, stored: bytes) -> "BayesClassifier":
        """Return a stored classifier. Raises ValueError for the format of another release."""
        content = zlib.decompress(stored)
        if content[: len(_FORMAT)] != _FORMAT:
            raise ValueError("This spam classifier was stored by another release.")
        _format, start, slope, share = _HEADER.unpack_from(content)
        count = (len(content) - _HEADER.size) // 6
        words = np.frombuffer(content, "<u4", count, _HEADER.size)
        says = np.frombuffer(content, "<f2", count, _HEADER.size + 4 * count).astype(np.float32)
        return cls(words, says, Rarity(start, slope, share))


def _get_features(text: str, name: str) -> _Array:
    """Return the sorted distinct feature numbers of a text."""
    return np.unique(np.fromiter(get_feature_numbers(text, name), dtype=np.uint32))


def _unpack_features(text: bytes) -> _Array:
    return np.frombuffer(text, dtype=np.uint32)


def _count_features(texts: dict[bool, dict[bytes, None]]) -> tuple[_Array, tuple[_Array, _Array]]:
    """Return all features in order, with the numbers of spam and of good texts that have them."""
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
    """Return the weights of words from the numbers of texts of each kind that have them.

    One text is added and divided among both kinds by their sizes, which doesn't change the odds of
    a word by itself. The uncertainty of a count of n, the square root of n, is subtracted. A word
    that was seen once has little weight, even if thousands of other texts don't have it.
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
    """Return the weights of a good text's words in a classifier trained without that text."""
    if sizes[1] < 2:
        return np.zeros(len(places))
    return _compute_weights(counts[0][places], counts[1][places] - 1, sizes[0], sizes[1] - 1)


def _sum_weights(weights: _Array) -> float:
    """Return the sum of the largest weights."""
    if len(weights) > MAX_COUNTED_WORDS:
        weights = weights[np.argsort(-np.abs(weights), kind="stable")[:MAX_COUNTED_WORDS]]
    return DEPENDENCE_FACTOR * float(weights.sum())
