"""Figures of a promise for a group of conversations: shares in time, medians, changes."""

import datetime
import statistics
from array import array
from dataclasses import dataclass, field
from enum import StrEnum

from cx_feedback.conversations.promise.kept_share import SHOW_FROM
from cx_feedback.core.statistics import difference_interval, wilson_interval


@dataclass
class GoalFigures:
    """The clocks of one goal: ``kept`` of ``decided`` in time, and the working minutes of those
    that are done.
    """

    kept: int = 0
    decided: int = 0
    minutes: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, kept: bool | None, worked: datetime.timedelta | None) -> None:
        """Count one clock: whether it was in time and its working time, as far as known."""
        if kept is not None:
            self.decided += 1
            self.kept += kept
        if worked is not None:
            self.minutes.append(worked.total_seconds() / 60)

    def include(self, other: "GoalFigures") -> None:
        """Count the clocks of ``other`` too."""
        self.kept += other.kept
        self.decided += other.decided
        self.minutes.extend(other.minutes)

    @property
    def percent(self) -> float | None:
        """The share in time, None below ``SHOW_FROM`` conversations."""
        return 100 * self.kept / self.decided if self.decided >= SHOW_FROM else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% interval of ``percent``."""
        if self.decided < SHOW_FROM:
            return None
        low, high = wilson_interval(self.kept, self.decided)
        return 100 * low, 100 * high

    @property
    def low(self) -> float | None:
        """The lower end of ``interval``."""
        return self.interval[0] if self.interval else None

    @property
    def high(self) -> float | None:
        """The upper end of ``interval``."""
        return self.interval[1] if self.interval else None

    @property
    def median(self) -> float | None:
        """The median of the working minutes, None below ``SHOW_FROM`` that are done."""
        return statistics.median(self.minutes) if len(self.minutes) >= SHOW_FROM else None


@dataclass
class PromiseFigures:
    """A group of conversations: their first answers, further answers and ends."""

    first: GoalFigures = field(default_factory=GoalFigures)
    next: GoalFigures = field(default_factory=GoalFigures)
    closing: GoalFigures = field(default_factory=GoalFigures)


class Verdict(StrEnum):
    """The verdict on a change of a share."""

    HIGHER = "higher"
    LOWER = "lower"
    #: The interval contains zero: chance alone can explain the change.
    UNCLEAR = "unclear"
    #: One of the two has fewer than ``SHOW_FROM`` conversations.
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class MonthChange:
    """The change of the share in time from one month to the next."""

    month: datetime.date
    before: GoalFigures
    after: GoalFigures

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the change, in per cent points."""
        low, high = difference_interval(
            self.before.kept, self.before.decided, self.after.kept, self.after.decided
        )
        return 100 * low, 100 * high

    @property
    def verdict(self) -> Verdict:
        """Higher or lower only if the interval of the change doesn't contain zero."""
        if self.before.percent is None or self.after.percent is None:
            return Verdict.TOO_FEW
        low, high = self.interval
        if low > 0:
            return Verdict.HIGHER
        return Verdict.LOWER if high < 0 else Verdict.UNCLEAR
