"""The figures beside shares: intervals of differences, and what an experiment can tell at all."""

import math
from dataclasses import dataclass

from scipy.special import ndtri, stdtrit

#: Readers below which a share or a difference is not shown.
MIN_READERS = 30
#: Two-sided 95 %.
Z = float(ndtri(0.975))
#: The chance with which a difference that is there should show: four times in five.
POWER = 0.8


@dataclass(frozen=True)
class Difference:
    """A difference of shares (-1 to 1) with its 95% interval."""

    value: float
    low: float
    high: float

    @property
    def is_significant(self) -> bool:
        """Whether chance alone would hardly bring such a difference about."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Sums:
    """Readers touched, with y = came back (0 or 1) and p = expected: sums over the readers."""

    readers: int
    returned: int
    expected: float
    expected_squared: float
    expected_of_returned: float


def difference_to_expected(sums: Sums) -> Difference:
    """Return the mean of y - p with its interval: a t interval of independent differences.

    The sampled variance is drawn to the model's own, mean p (1 - p), with the weight of
    SHOWN_FROM readers: of few, all of whom came, the sample alone would know no chance at all.
    Needs 2 readers.
    """
    n = sums.readers
    mean = (sums.returned - sums.expected) / n
    squares = sums.returned - 2 * sums.expected_of_returned + sums.expected_squared
    sampled = max(0.0, (squares - n * mean**2) / (n - 1))
    chance = max(0.0, (sums.expected - sums.expected_squared) / n)
    variance = ((n - 1) * sampled + MIN_READERS * chance) / (n - 1 + MIN_READERS)
    margin = float(stdtrit(n - 1, 0.975)) * math.sqrt(variance / n)
    return Difference(mean, max(-1.0, mean - margin), min(1.0, mean + margin))


def wilson_interval(successes: float, n: float) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of a share (Wilson 1927)."""
    p, z2 = successes / n, Z * Z
    middle, margin = p + z2 / (2 * n), Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, (middle - margin) / (1 + z2 / n)), min(1.0, (middle + margin) / (1 + z2 / n))


def difference_of_shares(successes: int, n: int, other_successes: int, other_n: int) -> Difference:
    """Return the difference of two shares with Newcombe's hybrid interval (1998, method 10)."""
    p, q = successes / n, other_successes / other_n
    (low_p, high_p), (low_q, high_q) = (
        wilson_interval(successes, n),
        wilson_interval(other_successes, other_n),
    )
    return Difference(
        p - q, p - q - math.hypot(p - low_p, high_q - q), p - q + math.hypot(high_p - p, q - low_q)
    )


def get_detectable_difference(share: float, n: int, other_n: int) -> float:
    """Return the difference that groups of these sizes show four times in five.

    ``share`` is what is expected of both (0 to 1). Two-sided test at 5 %, normal approximation.
    """
    spread = math.sqrt(share * (1 - share) * (1 / n + 1 / other_n))
    return (Z + float(ndtri(POWER))) * spread


def get_needed_readers(share: float, difference: float, held_share: float) -> int:
    """Return the readers of both groups together that show ``difference`` four times in five.

    ``held_share`` (0 to 1, not either) of them are held back.
    """
    spread = share * (1 - share) * (1 / held_share + 1 / (1 - held_share))
    return math.ceil(spread * ((Z + float(ndtri(POWER))) / difference) ** 2)
