"""The classifier of texts: a linear model of this site's decisions beside a shipped one.

Libraries aren't used, because scikit-learn and river add 100 MB and pandas to every web process.
The points say how rarely an honest comment has such odds (``false_positive_rate``), measured on
comments that the model was not taught.
"""

import math
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.comments.spam.false_positive_rate import Rarity
from cx_feedback.comments.spam.feature_extraction import (
    FEATURE_SPACE,
    TextFeatures,
    extract_features,
)

#: The weights that are stored, the largest ones.
MAX_STORED_WEIGHTS = 2**16
#: What the shipped model says stays below this, as the logarithm of odds.
MAX_PRIOR_ODDS = 6.0
#: Points for each power of ten of rarity, so that one honest comment in 500 has six; their range.
POINTS_PER_POWER, MIN_POINTS, MAX_POINTS = 6 / math.log10(500), -1.5, 8.0
_FORMAT = b"cx5\n"
_HEADER = struct.Struct("<4sfffffI")

_Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


@dataclass(frozen=True)
class Sample:
    """A text with a decision."""

    text: str
    name: str
    is_spam: bool


@dataclass(frozen=True)
class TextClassifier:
    """The weights of features, as logarithms of odds."""

    weights: _Array
    bias: float = 0.0
    rarity: Rarity = field(default_factory=Rarity)
    #: The shipped model, and the share of its odds that counts.
    prior: "TextClassifier | None" = None
    prior_share: float = 0.0

    @classmethod
    def build_empty(cls, prior: "TextClassifier | None" = None) -> "TextClassifier":
        """Return a classifier that was taught nothing and leaves the word to ``prior``."""
        weights = np.zeros(FEATURE_SPACE, dtype=np.float32)
        if prior is None:
            return cls(weights)
        return cls(weights, rarity=prior.rarity, prior=prior, prior_share=1.0)

    def compute_odds(self, features: TextFeatures) -> float:
        """Return the logarithm of the odds for spam."""
        own = self.weights[features.numbers] @ features.values
        return float(own) + self.bias + self.prior_share * self.compute_prior_odds(features)

    def compute_prior_odds(self, features: TextFeatures) -> float:
        """Return the bounded odds of the shipped model, 0 without one."""
        if self.prior is None:
            return 0.0
        return float(bound_prior_odds(self.prior.compute_odds(features)))

    def score_features(self, features: TextFeatures) -> float:
        """Return the points: two for odds that one honest comment in eight has, four for one in 63,
        six for one in 500. They are negative if it resembles honest comments.
        """
        return compute_points(self.compute_odds(features), self.rarity)

    def score_text(self, text: str, name: str = "") -> float:
        """Return the points of a text."""
        return self.score_features(extract_features(text, name))

    def get_telling_words(self, features: TextFeatures, *, spam: bool, most: int = 3) -> list[str]:
        """Return the words with the largest weights for spam, or against it."""
        words = list(features.words)
        numbers = np.fromiter(features.words.values(), np.int64, len(words))
        said = self.weights[numbers]
        if self.prior:
            said = said + self.prior_share * self.prior.weights[numbers]
        said = said if spam else -said
        best = np.argsort(-said, kind="stable")[:most]
        return [words[place] for place in best if said[place] > 0.05]

    def pack(self) -> bytes:
        """Return the classifier without its prior as bytes, at most 400 kB, with a checksum."""
        numbers = np.flatnonzero(self.weights)
        if len(numbers) > MAX_STORED_WEIGHTS:
            heaviest = np.argsort(-np.abs(self.weights[numbers]), kind="stable")
            numbers = np.sort(numbers[heaviest[:MAX_STORED_WEIGHTS]])
        rarity = self.rarity
        weights = self.weights[numbers].astype("<f2").tobytes()
        body = zlib.compress(numbers.astype("<u4").tobytes() + weights, 9)
        head = _HEADER.pack(
            _FORMAT, rarity.start, rarity.slope, rarity.share, self.bias, self.prior_share,
            zlib.crc32(body),
        )  # fmt: skip
        return head + body

    @classmethod
    def unpack(cls, stored: bytes, prior: "TextClassifier | None" = None) -> "TextClassifier":
        """Return a stored classifier. Raises ValueError if it is damaged or of another release."""
        if stored[: len(_FORMAT)] != _FORMAT or len(stored) < _HEADER.size:
            raise ValueError("it was stored by another release")
        _format, start, slope, rest, bias, share, checksum = _HEADER.unpack_from(stored)
        body = stored[_HEADER.size :]
        if zlib.crc32(body) != checksum:
            raise ValueError("its checksum is wrong")
        content = zlib.decompress(body)
        count = len(content) // 6
        weights = np.zeros(FEATURE_SPACE, dtype=np.float32)
        weights[np.frombuffer(content, "<u4", count)] = np.frombuffer(
            content, "<f2", count, 4 * count
        )
        return cls(weights, bias, Rarity(start, slope, rest), prior, share)


def bound_prior_odds(odds: Any) -> Any:
    """Return odds of the shipped model, one or many, bounded without changing their order."""
    return MAX_PRIOR_ODDS * np.tanh(np.asarray(odds) / MAX_PRIOR_ODDS)


def compute_points(odds: float, rarity: Rarity) -> float:
    """Return the points of odds, given the tail of the odds of honest comments."""
    if odds <= 0:
        return max(MIN_POINTS, POINTS_PER_POWER * odds / math.log(10))
    return min(MAX_POINTS, POINTS_PER_POWER * rarity.get_power(odds))
