"""Figures of readers by how they were answered: shares that came back, and their next scores."""

from dataclasses import dataclass
from enum import StrEnum

from cx_feedback.core.statistics import balance_interval, difference_interval, wilson_interval

#: Readers below whom nothing of a group is shown, and below whom there is no verdict.
SHOW_FROM, JUDGE_FROM = 10, 30


class Group(StrEnum):
    """The way the first answer came."""

    ON_TIME = "on_time"
    LATE = "late"
    NEVER = "never"


class Verdict(StrEnum):
    """The verdict on a difference."""

    MORE = "more"
    FEWER = "fewer"
    #: The interval contains zero: chance alone can explain the difference.
    UNCLEAR = "unclear"
    #: There are fewer than ``JUDGE_FROM`` readers.
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Difference:
    """A difference of shares, -1 to 1, with its 95% interval."""

    value: float
    low: float
    high: float
    enough: bool

    @property
    def verdict(self) -> Verdict:
        """More or fewer only if the interval doesn't contain zero."""
        if not self.enough:
            return Verdict.TOO_FEW
        if self.low > 0:
            return Verdict.MORE
        return Verdict.FEWER if self.high < 0 else Verdict.UNCLEAR


@dataclass(frozen=True)
class Returns:
    """``came`` of ``n`` readers came back, where ``expected`` were expected, a sum of chances."""

    came: int = 0
    n: int = 0
    expected: float = 0.0

    @property
    def is_shown(self) -> bool:
        """Return whether there are enough readers to show a figure."""
        return self.n >= SHOW_FROM

    @property
    def share(self) -> float:
        """Return the share that came back."""
        return self.came / self.n if self.n else 0.0

    @property
    def expected_share(self) -> float:
        """Return the share that was expected."""
        return self.expected / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95% interval of the share."""
        return wilson_interval(self.came, self.n)

    @property
    def difference(self) -> Difference | None:
        """Return the difference from what was expected, None below ``SHOW_FROM``."""
        if not self.is_shown:
            return None
        low, high = self.interval
        expected = self.expected_share
        return Difference(
            self.share - expected, low - expected, high - expected, self.n >= JUDGE_FROM
        )


def compare_returns(first: Returns, second: Returns) -> Difference | None:
    """Return how much more of ``first`` than of ``second`` came back beyond what was expected.

    None if one of the two has fewer than ``SHOW_FROM`` readers.
    """
    if not first.is_shown or not second.is_shown:
        return None
    expected = first.expected_share - second.expected_share
    low, high = difference_interval(second.came, second.n, first.came, first.n)
    enough = min(first.n, second.n) >= JUDGE_FROM
    value = first.share - second.share - expected
    return Difference(value, low - expected, high - expected, enough)


@dataclass
class NextScores:
    """The classes of the next NPS that readers gave."""

    promoters: int = 0
    detractors: int = 0
    n: int = 0

    def add(self, nps_class: str, count: int) -> None:
        """Count readers of a class."""
        self.n += count
        self.promoters += count * (nps_class == "promoter")
        self.detractors += count * (nps_class == "detractor")

    @property
    def value(self) -> float | None:
        """Return the NPS, -100 to 100, None below ``SHOW_FROM``."""
        if self.n < SHOW_FROM:
            return None
        return 100 * (self.promoters - self.detractors) / self.n

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95% interval of ``value``."""
        if self.n < SHOW_FROM:
            return None
        low, high = balance_interval(self.promoters, self.detractors, self.n)
        return 100 * low, 100 * high
