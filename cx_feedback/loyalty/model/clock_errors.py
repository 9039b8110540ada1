"""Days with twice the usual visits beside days without any: a clock that was wrong for a while."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model.cells import Ints
from cx_feedback.loyalty.model.counting_gaps import CountingGap

#: Shortest and longest gap that a wrong clock explains, in days.
SHORTEST, LONGEST = 3, 31
#: Visits beside the gap are those of twice as many days from so many times the usual.
TIMES = 1.5
#: Weeks that say what is usual.
WEEKS = 4


@dataclass(frozen=True)
class ClockError:
    """Days from ``first`` to ``last`` that have the visits of the days of ``gap`` as well."""

    first: int
    last: int
    gap: CountingGap

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[int]]) -> "list[ClockError]":
        """Return the errors of rows as ``as_row`` made them."""
        return [cls(first, last, CountingGap(*gap)) for first, last, *gap in rows]

    def as_row(self) -> list[int]:
        """Return the error as JSON values."""
        return [self.first, self.last, self.gap.first, self.gap.last]


def find_clock_errors(
    first_day: int, counts: Ints, gaps: Sequence[CountingGap]
) -> list[ClockError]:
    """Return the errors in the readers of each day from ``first_day`` on, the oldest first.

    As many days before or after a gap as it has itself are compared with the same days of the
    weeks before both.
    """
    found = []
    for gap in gaps:
        length = gap.last - gap.first + 1
        if not SHORTEST <= length <= LONGEST:
            continue
        for first in (gap.first - length, gap.last + 1):
            usual = _sum_usual(first_day, counts, min(first, gap.first), first, length)
            start = first - first_day
            if start < 0 or start + length > len(counts) or usual is None:
                continue
            if counts[start : start + length].sum() >= TIMES * usual > 0:
                found.append(ClockError(first, first + length - 1, gap))
    return found


def _sum_usual(first_day: int, counts: Ints, before: int, first: int, length: int) -> float | None:
    """Return the usual readers of the days from ``first`` on, by the weeks before ``before``.

    None if these weeks are not known.
    """
    usual = 0.0
    for day in range(first, first + length):
        past = day - 7 * (1 + max(0, day - before) // 7)
        indexes = [past - 7 * week - first_day for week in range(WEEKS)]
        if indexes[-1] < 0:
            return None
        usual += float(np.median(counts[indexes]))
    return usual
