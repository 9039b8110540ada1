"""The visit days of some readers in memory, from which the cells of any past day are counted.

One log serves all windows of a training or a backtest. Cells as of a day use nothing later than
that day, so that a forecast of the past knows no more than it would have known then.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cx_feedback.loyalty.model.cells import Cells, Ints


@dataclass(frozen=True)
class VisitLog:
    """Visits as ``readers`` (any whole numbers) and ``days``, sorted by reader and day.

    Days are numbers from the first day of period 0 on, and ``period_days`` is the length of a
    period. ``one_in`` is the share of all readers that the log samples: one in so many.
    """

    readers: Ints
    days: Ints
    period_days: int
    one_in: int = 1

    @classmethod
    def of(cls, readers: Ints, days: Ints, period_days: int, one_in: int = 1) -> "VisitLog":
        """Return the log of visits in any order."""
        order = np.lexsort((days, readers))
        return cls(readers[order], days[order], period_days, one_in)

    def __len__(self) -> int:
        return len(self.days)

    @property
    def first_day(self) -> int:
        """Return the first day with a visit; the log must not be empty."""
        return int(self.days.min())

    def get_first_days(self) -> Ints:
        """Return the day of each reader's first visit."""
        return self.days[_mark_changes(self.readers)[1]]

    def spread(self, of_readers: Ints) -> Ints:
        """Return for each visit the value of its reader in ``of_readers``."""
        begins = _mark_changes(self.readers)[1]
        return np.repeat(of_readers, np.diff(np.append(begins, len(self.days))))

    def select(self, among: npt.NDArray[np.bool_]) -> "VisitLog":
        """Return the log of the visits for which ``among`` is true."""
        return VisitLog(self.readers[among], self.days[among], self.period_days, self.one_in)

    def count_days(self, until: int) -> tuple[int, Ints]:
        """Return the first day, and the readers of each day from then on to ``until``."""
        days = self.days[self.days <= until] - self.first_day
        return self.first_day, np.bincount(days, minlength=until - self.first_day + 1)

    def count_cells(self, day: int) -> Cells:
        """Return the cells as of the end of ``day``."""
        return self.count_outcomes(day, 0)[0]

    def count_outcomes(self, day: int, window_days: int) -> tuple[Cells, Ints]:
        """Return the cells as of ``day`` and how many readers of each came in the days after it."""
        known = self.days <= day
        readers, periods = self.readers[known], self.days[known] // self.period_days
        ends, begins = _mark_changes(readers)
        came = np.isin(readers[begins], self.readers[~known & (self.days <= day + window_days)])
        active = np.add.reduceat(_count_new(readers, periods), begins) if len(readers) else begins
        first, last = periods[begins], periods[ends]
        now = day // self.period_days
        rows = np.stack([active - 1, last - first, now - first], axis=1)
        cells, row = np.unique(rows, axis=0, return_inverse=True)
        row = row.ravel()
        elapsed = (day % self.period_days + 1) / self.period_days
        size = len(cells)
        x, t_x, n = (np.ascontiguousarray(column) for column in cells.T)
        counted = Cells(x, t_x, n, np.bincount(row, minlength=size).astype(np.int64), elapsed)
        return counted, np.bincount(row, weights=came, minlength=size).astype(np.int64)


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
