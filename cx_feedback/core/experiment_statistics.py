"""Intervals of experiments that may be looked at every night, and the readers they need.

An interval for one look is wrong far more often than one time in twenty if it is looked at every
night. A *confidence sequence* contains the true difference on all nights at once, with the same
probability. Ours is the normal mixture of Robbins (1970), "Statistical methods related to the law
of the iterated logarithm", Annals of Mathematical Statistics 41, in the asymptotic form of
Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), "Time-uniform central limit theory and
asymptotic confidence sequences", Annals of Statistics 52; for tests on the web see Johari, Koomen,
Pekelis and Walsh (2022), "Always valid inference", Operations Research 70. The mixture is tightest
for differences of about ``WORTH_SEEING``.
"""

import math
from dataclasses import dataclass

from cx_feedback.core.statistics import Z

#: Fewest readers for which a share or a difference is shown.
MIN_READERS = 30
#: The difference for which the screen shows the number of readers that are needed, and the scale
#: of the mixture.
WORTH_SEEING = 0.05
#: The share of experiments whose interval may ever leave out the true difference.
ERROR = 0.05
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


def get_always_valid_difference(
    successes: int, n: int, other_successes: int, other_n: int
) -> Difference:
    """Return the difference of two shares with an interval that may be looked at every night."""
    value = successes / n - other_successes / other_n
    margin = get_margin(get_standard_error(successes, n, other_successes, other_n))
    return Difference(value, max(-1.0, value - margin), min(1.0, value + margin))


def get_standard_error(successes: int, n: int, other_successes: int, other_n: int) -> float:
    """Return the standard error of the difference of two shares, on the safe side for few readers.

    Shares are shrunk away from 0 and 1 as by Agresti and Caffo (2000), where no variance would be
    seen. It is at least that of two groups with one share: a small control group of whom by
    chance nobody came would otherwise look surer than it is.
    """
    p, q = (successes + 1) / (n + 2), (other_successes + 1) / (other_n + 2)
    both = (successes + other_successes + 2) / (n + other_n + 4)
    apart = p * (1 - p) / n + q * (1 - q) / other_n
    return math.sqrt(max(apart, both * (1 - both) * (1 / n + 1 / other_n)))


def get_margin(error: float) -> float:
    """Return half the width of the interval for a standard error."""
    known = (WORTH_SEEING / error) ** 2
    return error * math.sqrt((1 + 1 / known) * (math.log1p(known) - 2 * math.log(ERROR)))


def get_price(successes: int, n: int, other_successes: int, other_n: int) -> float:
    """Return how many times as wide the interval is as one for a single look."""
    error = get_standard_error(successes, n, other_successes, other_n)
    return get_margin(error) / (Z * error)


def get_detectable_difference(share: float, n: int, other_n: int) -> float:
    """Return the difference that groups of these sizes show four times in five.

    ``share`` is the share expected in both groups (0 to 1).
    """
    error = math.sqrt(share * (1 - share) * (1 / n + 1 / other_n))
    return get_margin(error) + Z_POWER * error


def get_needed_readers(share: float, difference: float, held_share: float) -> int:
    """Return the readers of both groups together that show ``difference`` four times in five.

    ``held_share`` (between 0 and 1) of them are in the control group.
    """
    spread = share * (1 - share) * (1 / held_share + 1 / (1 - held_share))
    few, many = 2, 4
    while not _is_shown(difference, spread, many):
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        if _is_shown(difference, spread, middle):
            many = middle
        else:
            few = middle
    return many


def _is_shown(difference: float, spread: float, readers: int) -> bool:
    error = math.sqrt(spread / readers)
    return get_margin(error) + Z_POWER * error <= difference
