"""A naive Bayes classifier of texts by hashed words, with numpy.

Why no library: scikit-learn and river bring 100 MB and pandas into every web process, and the
small ones are not kept. What is needed is two counts for each of 65,536 numbers and a sum; numpy
is here already. The presence of a word counts, not how often it comes (Metsis, Androutsopoulos
and Paliouras 2006: multinomial with Boolean attributes); of a text only the words that say most
count (Graham 2002), so that long texts are not always sure.
"""

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cx_feedback.comments.spam.texts import features

BITS = 16
#: How many words of a text count, those that say most; and how much one of them may say.
TELLING, MOST = 24, 2.5
#: Words are not as independent as the formula has it: the sum is taken down to.
SHARE = 0.5


@dataclass(frozen=True)
class Sample:
    """A text that somebody decided about."""

    text: str
    name: str
    is_spam: bool


class Bayes:
    """What a word says, by its number: the logarithm of how much more often spam has it."""

    def __init__(self, says: "np.ndarray[Any, np.dtype[np.float32]]") -> None:
        self.says = says

    @classmethod
    def trained(cls, samples: Iterable[Sample]) -> "Bayes":
        """Return the classifier that these samples teach; memory does not grow with them."""
        counts = np.zeros((2, 2**BITS), dtype=np.float64)
        texts = [0, 0]
        for sample in samples:
            texts[sample.is_spam] += 1
            counts[int(sample.is_spam), _numbers(sample.text, sample.name)] += 1
        # Both kinds weigh the same however many there are of each: what a site gets changes
        # with every flood, what a word says does not.
        shares = (counts + 0.5) / (np.array(texts)[:, None] + 1.0)
        return cls(np.log(shares[1] / shares[0]).astype(np.float32))

    def odds(self, text: str, name: str = "") -> float:
        """Return the logarithm of the odds that it is spam; 0 when nothing is known."""
        said = np.clip(self.says[_numbers(text, name)], -MOST, MOST)
        telling = said[np.argsort(-np.abs(said))[:TELLING]]
        return float(telling.sum()) * SHARE

    @staticmethod
    def probability(odds: float) -> float:
        """Return the probability of spam, 0 to 1, when spam and the rest are as frequent."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))

    def packed(self) -> bytes:
        return zlib.compress(self.says.astype("<f2").tobytes(), 6)

    @classmethod
    def unpacked(cls, stored: bytes) -> "Bayes":
        return cls(np.frombuffer(zlib.decompress(stored), dtype="<f2").astype(np.float32))


def _numbers(text: str, name: str) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Return the different numbers of a text's features."""
    return np.unique(np.fromiter(features(text, name), dtype=np.int64) & (2**BITS - 1))
