"""The only place that computes scores: a value with its 95% interval and its n.

Every page, export and endpoint uses these functions. Denominators are numbers of answers; readers
who saw a question and did not answer it are not included.

From 30 answers on, the intervals contain the true value in 93 to 97 of 100 samples
(``tests/surveys/test_coverage.py``). Balances (NPS, NEV) have adjusted Wald intervals, shares have
Wilson's. Means of a scale with few points have a score interval too, because Student's interval,
which assumes a normal mean, covers as few as 84 of 100 there (``mean_intervals``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from cx_feedback.core.statistics import adjusted_wald
from cx_feedback.surveys.results.mean_intervals import compute_mean_bounds
from cx_feedback.surveys.results.thresholds import CONFIDENT_FROM, SHOW_FROM

#: Two-sided 95 % of the normal distribution.
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Score:
    """A figure computed from ``n`` answers; all None without answers."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def shown(self) -> bool:
        """Return whether there are enough answers to show the score."""
        return self.n >= SHOW_FROM and self.value is not None

    @property
    def low_confidence(self) -> bool:
        """Return whether the score is based on so few answers that it needs a warning."""
        return self.n < CONFIDENT_FROM


EMPTY_SCORE = Score(None, None, None, 0)


class Verdict(StrEnum):
    """The verdict on a difference."""

    HIGHER = "higher"
    LOWER = "lower"
    #: The interval contains zero: chance alone can explain the difference.
    UNCLEAR = "unclear"
    #: One of the two has fewer answers than ``thresholds.SHOW_FROM``.
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Difference:
    """The difference ``after`` - ``before`` with its 95% interval."""

    before: Score
    after: Score
    value: float | None
    low: float | None
    high: float | None

    @property
    def shown(self) -> bool:
        """Return whether both scores have enough answers to be shown, and an interval."""
        return self.before.shown and self.after.shown and self.low is not None

    @property
    def low_confidence(self) -> bool:
        """Return whether one of the two scores is based on under 30 answers."""
        return self.before.low_confidence or self.after.low_confidence

    @property
    def verdict(self) -> Verdict:
        """Return the verdict: higher or lower only if the interval doesn't contain zero."""
        if not self.shown or self.low is None or self.high is None:
            return Verdict.TOO_FEW
        if self.low > 0:
            return Verdict.HIGHER
        return Verdict.LOWER if self.high < 0 else Verdict.UNCLEAR


@dataclass(frozen=True)
class CustomerEffort:
    """The customer effort score: the mean of a scale of 1 to 7, and a balance."""

    #: 1 to 7.
    mean: Score
    #: Share of 6-7 less share of 1-3, -100 to 100.
    balance: Score


def compute_nps(*, promoters: int, passives: int, detractors: int) -> Score:
    """Return the Net Promoter Score, -100 to 100.

    100 (P - D) / n over those who answered; 0-6 detractor, 7-8 passive, 9-10 promoter. The
    interval is the adjusted Wald one: 3/4 of an answer more among promoters and among
    detractors, 3 more in all (measuringu.com/nps-confidence-intervals).
    """
    return compute_balance(promoters, detractors, promoters + passives + detractors)


def compute_balance(above: int, below: int, n: int) -> Score:
    """Return 100 (above - below) / n, -100 to 100, with the adjusted Wald interval of the NPS."""
    if not n:
        return EMPTY_SCORE
    centre, margin = adjusted_wald(above, below, n)
    return Score(
        100 * (above - below) / n,
        max(-100.0, 100 * (centre - margin)),
        min(100.0, 100 * (centre + margin)),
        n,
    )


def compare_balances(before: tuple[int, int, int], after: tuple[int, int, int]) -> Difference:
    """Return how two balances differ, -200 to 200; each is (above, below, n).

    Of NPS: (promoters, detractors, n). Adjusted Wald: the difference of the adjusted balances,
    their variances added (measuringu.com/nps-sig-test-sample-size).
    """
    first, second = compute_balance(*before), compute_balance(*after)
    if first.value is None or second.value is None:
        return Difference(first, second, None, None, None)
    (centre_1, margin_1), (centre_2, margin_2) = (
        adjusted_wald(*before),
        adjusted_wald(*after),
    )
    centre, margin = centre_2 - centre_1, math.hypot(margin_1, margin_2)
    return Difference(
        first,
        second,
        second.value - first.value,
        max(-200.0, 100 * (centre - margin)),
        min(200.0, 100 * (centre + margin)),
    )


def compare_scores(before: Score, after: Score) -> Difference:
    """Return how two independent shares or means differ, in their own unit.

    The interval is put together of the two intervals (the method of variance estimates
    recovery, Zou and Donner 2008, Statistics in Medicine 27, 1693-1702), which for shares is
    the "score method" of Newcombe 1998, Statistics in Medicine 17, 873-890. For an NPS use
    ``compare_balances``.
    """
    ends = (before.value, before.low, before.high, after.value, after.low, after.high)
    if any(end is None for end in ends):
        return Difference(before, after, None, None, None)
    value_1, low_1, high_1, value_2, low_2, high_2 = (end or 0.0 for end in ends)
    value = value_2 - value_1
    return Difference(
        before,
        after,
        value,
        value - math.hypot(value_2 - low_2, high_1 - value_1),
        value + math.hypot(high_2 - value_2, value_1 - low_1),
    )


def compute_share(k: int, n: int) -> Score:
    """Return the share of ``k`` in ``n`` in percent, 0 to 100, with Wilson's interval.

    Wilson 1927; the "score method" of Newcombe 1998, Statistics in Medicine 17, 857-872.
    """
    if not n:
        return EMPTY_SCORE
    p, square = k / n, Z_95 * Z_95
    centre = (p + square / (2 * n)) / (1 + square / n)
    margin = Z_95 * math.sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n)
    return Score(100 * p, max(0.0, 100 * (centre - margin)), min(100.0, 100 * (centre + margin)), n)


def compute_csat(given: Mapping[int, int]) -> Score:
    """Return customer satisfaction, 0 to 100: the share of 4 and 5 on a scale of 1 to 5.

    ``given`` is point to number of answers; Wilson's interval.
    """
    return compute_share(given.get(4, 0) + given.get(5, 0), sum(given.values()))


def compute_ces(given: Mapping[int, int]) -> CustomerEffort:
    """Return the customer effort score 2.0: agreement from 1 to 7 with "made it easy".

    ``given`` is point to number of answers. The mean, and the share of 6-7 less that of 1-3.
    """
    easy, hard = (sum(given.get(p, 0) for p in points) for points in ((6, 7), (1, 2, 3)))
    return CustomerEffort(
        compute_mean({float(point): count for point, count in given.items()}, low=1, high=7),
        compute_balance(easy, hard, sum(given.values())),
    )


def compute_emotional_value(given: Mapping[float, int]) -> Score:
    """Return the mean weight of the emotions picked, times 100: -100 to 100.

    ``given`` is the weight of each emotion or cluster that can be picked (destroying -1,
    attention 0.33, trust 0.66, advocacy 1, unless a site says otherwise), with 0 for those that
    nobody picked, to number of answers. Colin Shaw's clusters, The DNA of Customer Experience.
    """
    found = _compute_scale_mean(given, sorted(given))
    if found.value is None:
        return found
    low, high = (None if end is None else 100 * end for end in (found.low, found.high))
    return Score(100 * found.value, low, high, found.n)


def compute_nev(*, positive: int, negative: int, neutral: int = 0) -> Score:
    """Return the net emotional value (Shaw), -100 to 100.

    Share of answers with a positive emotion less the share with a negative one; adjusted Wald.
    """
    return compute_balance(positive, negative, positive + negative + neutral)


def compute_mean(
    counts: Mapping[float, int], *, low: float | None = None, high: float | None = None
) -> Score:
    """Return the mean of values (value to count).

    ``low`` and ``high`` are the ends of a scale of whole numbers; the interval is then that of
    ``mean_intervals`` and never reaches beyond them. Without them it is Student's t interval.
    With one answer there is a value but no interval.
    """
    if low is not None and high is not None:
        points = {low, high, *counts, *map(float, range(math.ceil(low), math.floor(high) + 1))}
        return _compute_scale_mean(counts, sorted(points))
    n = sum(counts.values())
    if not n:
        return EMPTY_SCORE
    average = sum(value * count for value, count in counts.items()) / n
    if n == 1:
        return Score(average, None, None, 1)
    squares = sum(count * (value - average) ** 2 for value, count in counts.items())
    return _compute_student_mean(average, squares, n)


def compute_mean_of_sums(*, n: int, total: Fraction, squares: Fraction) -> Score:
    """Return the mean of ``n`` values from their sum and the sum of their squares."""
    if not n:
        return EMPTY_SCORE
    average = float(total / n)
    if n == 1:
        return Score(average, None, None, 1)
    return _compute_student_mean(average, float(squares - total * total / n), n)


def _compute_student_mean(average: float, squares: float, n: int) -> Score:
    """Return a mean with Student's interval; ``squares`` are those of the deviations from it."""
    from scipy.special import stdtrit

    margin = float(stdtrit(n - 1, 0.975)) * math.sqrt(squares / (n - 1) / n)
    return Score(average, average - margin, average + margin, n)


def compute_median(counts: Mapping[float, int]) -> Score:
    """Return the median of values (value to count).

    The interval is that of the order statistics around the middle, by the normal approximation
    to the binomial (Conover, Practical Nonparametric Statistics, 3.2). It is None under 6 answers,
    which cannot reach 95%.
    """
    n = sum(counts.values())
    if not n:
        return EMPTY_SCORE
    values, seen = [], 0
    for value in sorted(counts):
        seen += counts[value]
        values.append((seen, value))

    def at(place: int) -> float:
        """Return the value at a place from 1 to n of all in order."""
        return next(value for upto, value in values if upto >= place)

    middle = (at((n + 1) // 2) + at(n // 2 + 1)) / 2
    if n < 6:
        return Score(middle, None, None, n)
    reach = Z_95 * math.sqrt(n) / 2
    low, high = round(n / 2 - reach), round(1 + n / 2 + reach)
    return Score(middle, at(max(1, low)), at(min(n, high)), n)


def _compute_scale_mean(counts: Mapping[float, int], points: Iterable[float]) -> Score:
    import numpy as np

    n = sum(counts.values())
    if not n:
        return EMPTY_SCORE
    average = sum(value * count for value, count in counts.items()) / n
    x = np.array(list(points), dtype=float)
    if n == 1 or len(x) < 2:
        return Score(average, None, None, n)
    given = np.array([[counts.get(point, 0) for point in x.tolist()]], dtype=float)
    bounds = compute_mean_bounds(given, x)
    return Score(average, float(bounds[0, 0]), float(bounds[1, 0]), n)
