"""Periods that count less than others: without counting not at all, in a quiet season in part.

A reader's absence says little in a period without counting. In a season with 60 of 100 usual
visits, five periods of absence say as much as three others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model.cells import Cells, Floats, Ints
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.model.seasons import Season

#: Nobody was absent in a period of which less than this share of days was counted.
ENOUGH_OF_A_PERIOD = 0.75


@dataclass(frozen=True)
class CountedPeriods:
    """The weight of each period, where it isn't 1.

    ``shares`` maps a period to the share of its days in which visits were counted, ``weights`` to
    how many visits there were over the usual, 0 to 1.
    """

    shares: dict[int, float]
    weights: dict[int, float]

    @classmethod
    def of(
        cls, gaps: Iterable[CountingGap], period_days: int, seasons: Sequence[Season] = ()
    ) -> "CountedPeriods":
        """Return how much the periods count that gaps and quiet seasons touch."""
        missing: dict[int, int] = {}
        for day in {day for gap in gaps for day in range(gap.first, gap.last + 1)}:
            missing[day // period_days] = missing.get(day // period_days, 0) + 1
        weights: dict[int, float] = {}
        for season in seasons:
            if season.ratio >= 1 or season.left:
                continue
            for day in range(season.first, season.last + 1):
                period = day // period_days
                weights[period] = weights.get(period, 1.0) - (1 - season.ratio) / period_days
        return cls({period: 1 - days / period_days for period, days in missing.items()}, weights)

    def adjust(self, cells: Cells, now: int) -> Cells:
        """Return the cells, as of period ``now``, with each period counted as much as it says.

        Cells keep their order. What does not count is taken out of age and recency.
        """
        periods, lost = self._list_lost()
        if not len(periods) or not len(cells):
            return cells
        until = np.concatenate([[0.0], np.cumsum(lost)])
        first = now - cells.n
        last = first + cells.t_x
        before_first, before_last, before_now = (
            until[np.searchsorted(periods, ends, side="right")]
            for ends in (first, last, np.full_like(last, now))
        )
        # Some came in such a period all the same: their visits stay.
        t_x = np.maximum(cells.t_x - _round(before_last - before_first), cells.x)
        absent = cells.n - cells.t_x - _round(before_now - before_last)
        elapsed = 1.0 if lost[periods == now].sum() >= 1 else cells.elapsed
        return Cells(cells.x, t_x, t_x + np.maximum(absent, 0), cells.readers, elapsed, cells.wave)

    def _list_lost(self) -> tuple[Ints, Floats]:
        """Return the periods that don't count in full, and how much of each is lost."""
        lost = {period: 1 - weight for period, weight in self.weights.items()}
        lost |= {p: 1.0 for p, share in self.shares.items() if share < ENOUGH_OF_A_PERIOD}
        periods = sorted(lost)
        return np.array(periods, dtype=np.int64), np.array([lost[p] for p in periods])


def _round(periods: Floats) -> Ints:
    """Return whole periods; a half of one counts as absence."""
    return np.ceil(periods - 0.5 - 1e-9).astype(np.int64)
