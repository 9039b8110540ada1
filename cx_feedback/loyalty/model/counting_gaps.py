"""Days on which a site counted no visits though readers come on such days.

Each day is compared with the same day of the week in the weeks before it, so that a site that is
read on Sundays alone has no gaps. A season that ends leaves more visits than a counter that
stopped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model.cells import Cells, Floats, Ints

#: Weeks before a day that say how many readers are usual, and fewest of them.
WEEKS, FEW_WEEKS = 8, 3
#: A day belongs to a gap if at most this share of the usual readers came: none, on most sites. A
#: community that met its holidays kept 3 of 100.
SHARE = 0.01
#: Fewest days of a gap: shops close for two days at Christmas.
FEW_DAYS = 3
#: A gap is one if so many readers more would have come: fewer may have stayed away by chance.
MISSING = 20.0
#: Nobody was absent in a period of which less than this share of days was counted.
ENOUGH_OF_A_PERIOD = 0.75


@dataclass(frozen=True)
class CountingGap:
    """The first and the last day without counting, as day numbers, both inclusive."""

    first: int
    last: int

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[int]]) -> "list[CountingGap]":
        """Return the gaps of rows (first, last)."""
        return [cls(first, last) for first, last in rows]

    def touches(self, first: int, last: int) -> bool:
        """Return whether the gap has a day from ``first`` to ``last``, both inclusive."""
        return self.first <= last and first <= self.last


def find_gaps(first_day: int, counts: Ints) -> list[CountingGap]:
    """Return the gaps in the readers of each day from ``first_day`` on, the oldest first.

    A gap that lasts until the last day may be shorter than one that is over.
    """
    usual = _get_usual_counts(counts)
    gaps = []
    start = None
    for index in range(len(counts) + 1):
        is_low = index < len(counts) and counts[index] <= SHARE * usual[index]
        # Days on which nobody usually comes neither begin nor end a gap.
        if is_low and usual[index] > 0 and start is None:
            start = index
        elif start is not None and not is_low:
            missing = (usual[start:index] - counts[start:index]).sum()
            is_open = index == len(counts)  # it may just have begun
            if (is_open or index - start >= FEW_DAYS) and missing >= MISSING:
                gaps.append(CountingGap(first_day + start, first_day + index - 1))
            start = None
    return gaps


def _get_usual_counts(counts: Ints) -> Floats:
    """Return the median of the same day in earlier weeks; 0 where too few weeks are known.

    Days of a gap say nothing about what is usual, so the weeks before it are taken instead.
    """
    usual = np.zeros(len(counts))
    trusted = counts.astype(np.float64)
    for index in range(len(counts)):
        before = trusted[index % 7 : index : 7]
        known = before[~np.isnan(before)][-WEEKS:]
        if len(known) >= FEW_WEEKS:
            usual[index] = np.median(known)
            if counts[index] <= SHARE * usual[index] and usual[index] > 0:
                trusted[index] = np.nan
    return usual


@dataclass(frozen=True)
class CountedPeriods:
    """The share of each period in which visits were counted, where it isn't all of it.

    ``shares`` maps a period to that share of its days, 0 to 1.
    """

    shares: dict[int, float]

    @classmethod
    def of(cls, gaps: Iterable[CountingGap], period_days: int) -> "CountedPeriods":
        """Return the counted shares of all periods that a gap touches."""
        missing: dict[int, int] = {}
        for day in {day for gap in gaps for day in range(gap.first, gap.last + 1)}:
            missing[day // period_days] = missing.get(day // period_days, 0) + 1
        return cls({period: 1 - days / period_days for period, days in missing.items()})

    def adjust(self, cells: Cells, now: int) -> Cells:
        """Return the cells, as of period ``now``, as if uncounted periods had not been.

        Cells keep their order. A reader's absence in a period without counting says nothing, so
        the period is taken out of age and recency.
        """
        out = np.array(sorted(p for p, share in self.shares.items() if share < ENOUGH_OF_A_PERIOD))
        if not len(out) or not len(cells):
            return cells
        first = now - cells.n
        last = first + cells.t_x
        before_first, before_last, before_now = (
            np.searchsorted(out, ends, side="right")
            for ends in (first, last, np.full_like(last, now))
        )
        # Some came in such a period all the same: their visits stay.
        t_x = np.maximum(cells.t_x - (before_last - before_first), cells.x)
        n = np.maximum(cells.n - (before_now - before_first), t_x)
        elapsed = 1.0 if now in out else cells.elapsed
        return Cells(cells.x, t_x, n, cells.readers, elapsed, cells.wave)
