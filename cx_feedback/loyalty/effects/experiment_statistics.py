"""Intervals of differences between shares, and the size an experiment needs."""

import math
from dataclasses import dataclass

from cx_feedback.core.statistics import Z, wilson_interval

#: Fewest readers for which a share or a difference is shown.
MIN_READERS = 30
#: The quantile of the normal distribution for a power of 80%: a difference that exists should be
#: detected four times in five.
Z_POWER = 0.8416212335729143


@dataclass(frozen=True)
class Difference:
    """A difference of shares (-1 to 1) with its 95% interval."""

    value: float
    low: float
    high: float

    @property
    def is_significant(self) -> bool:
        """Return whether the interval excludes 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Sums:
    """Sums over the readers of a cause, with y = came back (0 or 1) and p = expected."""

    readers: int
    returned: int
    expected: float
    expected_squared: float
    expected_of_returned: float


def difference_to_expected(sums: Sums) -> Difference:
    """Return the mean of y - p with its interval: the t interval of independent differences.

    The variance of the sample is shrunk towards that of the model, mean p (1 - p), with the
    weight of MIN_READERS readers. Otherwise the interval of a few readers who all came would
    have no width. Needs 2 readers.
    """
    from scipy.special import stdtrit

    n = sums.readers
    mean = (sums.returned - sums.expected) / n
    squares = sums.returned - 2 * sums.expected_of_returned + sums.expected_squared
    sampled = max(0.0, (squares - n * mean**2) / (n - 1))
    chance = max(0.0, (sums.expected - sums.expected_squared) / n)
    variance = ((n - 1) * sampled + MIN_READERS * chance) / (n - 1 + MIN_READERS)
    margin = float(stdtrit(n - 1, 0.975)) * math.sqrt(variance / n)
    return Difference(mean, max(-1.0, mean - margin), min(1.0, mean + margin))


def difference_of_shares(successes: int, n: int, other_successes: int, other_n: int) -> Difference:
    """Return the difference of two shares with Newcombe's hybrid interval (1998, method 10)."""
    p, q = successes / n, other_successes / other_n
    (low_p, high_p), (low_q, high_q) = (
        wilson_interval(successes, n),
        wilson_interval(other_successes, other_n),
    )
    return Difference(
        p - q,
        p - q - math.hypot(p - low_p, high_q - q),
        p - q + math.hypot(high_p - p, q - low_q),
    )


def get_detectable_difference(share: float, n: int, other_n: int) -> float:
    """Return the difference that groups of these sizes detect four times in five.

    ``share`` is the share expected in both groups (0 to 1). Two-sided test at 5%, normal
    approximation.
    """
    spread = math.sqrt(share * (1 - share) * (1 / n + 1 / other_n))
    return (Z + Z_POWER) * spread


def get_needed_readers(share: float, difference: float, held_share: float) -> int:
    """Return the readers of both groups together that detect ``difference`` four times in five.

    ``held_share`` (between 0 and 1) of them are in the control group.
    """
    spread = share * (1 - share) * (1 / held_share + 1 / (1 - held_share))
    return math.ceil(spread * ((Z + Z_POWER) / difference) ** 2)
