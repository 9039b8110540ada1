"""The one place that computes a score: a value with its 95 % interval and the n behind it.

Every screen, export and endpoint asks here, so that one question never has two answers. What is
counted are answers; who saw the question and gave none is in no denominator.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy.special import stdtrit

#: Below this many answers a score is not shown at all.
SHOW_FROM = 5
#: Below this many answers a score is shown with a warning.
CONFIDENT_FROM = 30
#: Two-sided 95 % of the normal distribution.
Z = 1.959963984540054


@dataclass(frozen=True)
class Score:
    """A figure worked out from ``n`` answers; all None when there is nothing to work with."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def shown(self) -> bool:
        """Whether there are enough answers to show the score (5)."""
        return self.n >= SHOW_FROM and self.value is not None

    @property
    def low_confidence(self) -> bool:
        """Whether the score rests on so few answers (under 30) that it needs a warning."""
        return self.n < CONFIDENT_FROM


NOTHING = Score(None, None, None, 0)


def nps(*, promoters: int, passives: int, detractors: int) -> Score:
    """Return the Net Promoter Score, -100 to 100.

    100 (P - D) / n over those who answered; 0-6 detractor, 7-8 passive, 9-10 promoter. The
    interval is the adjusted Wald one: 3/4 of an answer more among promoters and among
    detractors, 3 more in all (measuringu.com/nps-confidence-intervals).
    """
    n = promoters + passives + detractors
    if not n:
        return NOTHING
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    margin = Z * math.sqrt((p + d - (p - d) ** 2) / (n + 3))
    return Score(
        100 * (promoters - detractors) / n,
        max(-100.0, 100 * (p - d - margin)),
        min(100.0, 100 * (p - d + margin)),
        n,
    )


def share(k: int, n: int) -> Score:
    """Return the share of ``k`` in ``n`` in percent, 0 to 100, with Wilson's interval.

    Wilson 1927; the "score method" of Newcombe 1998, Statistics in Medicine 17, 857-872.
    """
    if not n:
        return NOTHING
    p, square = k / n, Z * Z
    centre = (p + square / (2 * n)) / (1 + square / n)
    margin = Z * math.sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n)
    return Score(100 * p, max(0.0, 100 * (centre - margin)), min(100.0, 100 * (centre + margin)), n)


def mean(
    counts: Mapping[float, int], *, low: float | None = None, high: float | None = None
) -> Score:
    """Return the mean of values that were each given so often, with Student's t interval.

    ``low`` and ``high`` are the ends of the scale; the interval never reaches beyond them. With
    one answer there is a value but no interval.
    """
    n = sum(counts.values())
    if not n:
        return NOTHING
    average = sum(value * count for value, count in counts.items()) / n
    if n == 1:
        return Score(average, None, None, 1)
    squares = sum(count * (value - average) ** 2 for value, count in counts.items())
    margin = float(stdtrit(n - 1, 0.975)) * math.sqrt(squares / (n - 1) / n)
    bottom, top = average - margin, average + margin
    return Score(
        average,
        bottom if low is None else max(low, bottom),
        top if high is None else min(high, top),
        n,
    )
