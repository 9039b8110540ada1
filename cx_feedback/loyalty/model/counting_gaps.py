"""Days on which a site counted no visits though readers come on such days.

Each day is compared with the same day of the week in the weeks before it, so that a site that is
read on Sundays alone has no gaps. A season that ends leaves more visits than a counter that
stopped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model.cells import Floats, Ints

#: Weeks before a day that say how many readers are usual, and fewest of them.
WEEKS, FEW_WEEKS = 8, 3
#: A day belongs to a gap if at most this share of the usual readers came: none, on most sites. A
#: community that met its holidays kept 3 of 100.
SHARE = 0.01
#: Fewest days of a gap: shops close for two days at Christmas.
FEW_DAYS = 3
#: A gap is one if so many readers more would have come: fewer may have stayed away by chance.
MISSING = 20.0


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
