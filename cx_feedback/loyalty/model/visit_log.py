"""The visit days of some readers in memory, from which the cells of any past day are counted.

One log serves all windows of a training or a backtest. Cells as of a day use nothing later than
that day, so that a forecast of the past knows no more than it would have known then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cx_feedback.loyalty.model.cells import Cells, Ints


@dataclass(frozen=True)
class EarlierVisits:
    """The visits of readers that are known as counts, up to and with the day ``until``.

    ``readers`` ascend; ``periods`` are those with a visit.
    """

    readers: Ints
    first_days: Ints
    last_days: Ints
    periods: Ints
    until: int

    def select(self, readers: Ints) -> "EarlierVisits":
        """Return the visits of these readers."""
        among = np.isin(self.readers, readers)
        return EarlierVisits(
            self.readers[among],
            self.first_days[among],
            self.last_days[among],
            self.periods[among],
            self.until,
        )


@dataclass(frozen=True)
class VisitLog:
    """Visits as ``readers`` (any whole numbers) and ``days``, sorted by reader and day.

    Days are numbers from the first day of period 0 on, and ``period_days`` is the length of a
    period. ``one_in`` is the share of all readers that the log samples: one in so many.
    ``earlier`` are visits whose days aren't kept; no day before them can be looked back from.
    """

    readers: Ints
    days: Ints
    period_days: int
    one_in: int = 1
    earlier: EarlierVisits | None = None

    @classmethod
    def of(
        cls,
        readers: Ints,
        days: Ints,
        period_days: int,
        one_in: int = 1,
        earlier: EarlierVisits | None = None,
    ) -> "VisitLog":
        """Return the log of visits in any order."""
        order = np.lexsort((days, readers))
        return cls(readers[order], days[order], period_days, one_in, earlier)

    def __len__(self) -> int:
        return len(self.days)

    @property
    def first_day(self) -> int:
        """Return the first day with a visit; the log must not be empty."""
        first = int(self.days.min())
        if self.earlier is not None and len(self.earlier.readers):
            first = min(first, int(self.earlier.first_days.min()))
        return first

    @property
    def first_whole_day(self) -> int:
        """Return the first day that can be looked back from: the end of a period."""
        first = self.first_day + self.period_days - 1
        return first if self.earlier is None else max(first, self.earlier.until)

    def can_look_back(self, day: int) -> bool:
        """Return whether readers can be counted as of ``day``: no later visit is a mere count."""
        return self.earlier is None or day >= self.earlier.until

    def get_first_days(self) -> tuple[Ints, Ints]:
        """Return the readers and the day of each one's first visit."""
        begins = _mark_changes(self.readers)[1]
        readers, days = self.readers[begins], self.days[begins]
        if self.earlier is None:
            return readers, days
        later = ~np.isin(readers, self.earlier.readers)
        return (
            np.append(self.earlier.readers, readers[later]),
            np.append(self.earlier.first_days, days[later]),
        )

    def select(self, readers: Ints) -> "VisitLog":
        """Return the log of these readers."""
        among = np.isin(self.readers, readers)
        return VisitLog(
            self.readers[among],
            self.days[among],
            self.period_days,
            self.one_in,
            self.earlier and self.earlier.select(readers),
        )

    def leave_out_newcomers(self, spans: Sequence[tuple[int, int]]) -> "VisitLog":
        """Return the log without readers whose first visit is in one of the spans of days."""
        if not len(self) or not spans:
            return self
        readers, first_days = self.get_first_days()
        kept = np.ones(len(readers), dtype=bool)
        for first, last in spans:
            kept &= (first_days < first) | (first_days > last)
        return self.select(readers[kept])

    def count_days(self, until: int) -> tuple[int, Ints]:
        """Return the first day that is kept, and the readers of each day from then to ``until``."""
        begins = int(self.days.min())
        days = self.days[self.days <= until] - begins
        return begins, np.bincount(days, minlength=until - begins + 1)

    def count_cells(self, day: int) -> Cells:
        """Return the cells as of the end of ``day``."""
        return self.count_outcomes(day, 0)[0]

    def count_outcomes(self, day: int, window_days: int) -> tuple[Cells, Ints]:
        """Return the cells as of ``day`` and how many readers of each came in the days after it.

        ``can_look_back`` says of which days that can be asked.
        """
        known = self.days <= day
        readers, periods = self.readers[known], self.days[known] // self.period_days
        ends, begins = _mark_changes(readers)
        later = self.readers[~known & (self.days <= day + window_days)]
        came = np.isin(readers[begins], later)
        active = np.add.reduceat(_count_new(readers, periods), begins) if len(readers) else begins
        first, last = periods[begins], periods[ends]
        if self.earlier is not None:
            came, active, first, last = self._add_earlier(
                readers[begins], active, first, last, later
            )
        now = day // self.period_days
        rows = np.stack([active - 1, last - first, now - first], axis=1)
        cells, row = np.unique(rows, axis=0, return_inverse=True)
        row = row.ravel()
        elapsed = (day % self.period_days + 1) / self.period_days
        size = len(cells)
        x, t_x, n = (np.ascontiguousarray(column) for column in cells.T)
        counted = Cells(x, t_x, n, np.bincount(row, minlength=size).astype(np.int64), elapsed)
        return counted, np.bincount(row, weights=came, minlength=size).astype(np.int64)

    def _add_earlier(
        self, readers: Ints, active: Ints, first: Ints, last: Ints, later: Ints
    ) -> tuple[Any, Ints, Ints, Ints]:
        """Return who came, and the three figures, of all readers with their earlier visits."""
        earlier = self.earlier
        assert earlier is not None
        everybody = np.union1d(readers, earlier.readers)
        here, before = (np.searchsorted(everybody, some) for some in (readers, earlier.readers))
        all_active, all_first, all_last = np.zeros((3, len(everybody)), dtype=np.int64)
        all_active[here], all_first[here], all_last[here] = active, first, last
        all_active[before] += earlier.periods
        all_first[before] = earlier.first_days // self.period_days
        all_last[before] = np.maximum(all_last[before], earlier.last_days // self.period_days)
        return np.isin(everybody, later), all_active, all_first, all_last


def _mark_changes(readers: Ints) -> tuple[Ints, Ints]:
    """Return the index of the last and of the first visit of each reader."""
    if not len(readers):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    change = np.flatnonzero(readers[1:] != readers[:-1])
    return np.append(change, len(readers) - 1), np.insert(change + 1, 0, 0)


def _count_new(readers: Ints, periods: Ints) -> Ints:
    """Return 1 for each visit that is the first of its reader in its period, else 0."""
    new = np.ones(len(readers), dtype=np.int64)
    new[1:] = (readers[1:] != readers[:-1]) | (periods[1:] != periods[:-1])
    return new
