"""Waves of newcomers: weeks in which many more readers came for the first time than usual.

An article that everybody shares brings readers of another kind; most of them come once. They
would spoil what is learnt of the usual readers, and what is learnt of those says little of them.
The readers of a wave are therefore forecast apart (``forecaster``).

Each week is compared with the weeks before it alone, so that a wave that is known on a day is
known on all later ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cx_feedback.loyalty.model.cells import Cells, Ints

#: Usual weeks before a week that say how many newcomers are usual, and fewest of them.
WEEKS, FEW_WEEKS = 8, 4
#: A week belongs to a wave if so many times the newcomers of the best of these weeks came, this
#: share of all readers who were known before, and so many readers more than in that best week.
TIMES, SHARE, FEW_READERS = 3.0, 0.2, 100
#: What goes on for longer is no wave: so many newcomers are usual now.
LONGEST = 4


@dataclass(frozen=True)
class NewcomerWave:
    """The first and the last week of a wave, both inclusive; week 0 is that of day 0."""

    first: int
    last: int

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[int]]) -> "tuple[NewcomerWave, ...]":
        """Return the waves of rows (first, last)."""
        return tuple(cls(first, last) for first, last in rows)


def find_waves(first_weeks: Ints, readers: npt.ArrayLike, one_in: int = 1) -> list[NewcomerWave]:
    """Return the waves in the first visits of readers, the oldest first.

    ``first_weeks`` are their weeks, one entry for so many ``readers``. Of a sample, ``one_in`` is
    the share that it is: one in so many.
    """
    if not len(first_weeks):
        return []
    begins = int(first_weeks.min())
    newcomers = np.bincount(first_weeks - begins, weights=readers)
    waves: list[NewcomerWave] = []
    usual: list[float] = []
    known = 0.0
    for week, new in enumerate(newcomers.tolist(), begins):
        best = max(usual[-WEEKS:], default=0.0)
        much = new > TIMES * best and new - best >= FEW_READERS / one_in and new >= SHARE * known
        if much and len(usual) >= FEW_WEEKS:
            if waves and waves[-1].last == week - 1:
                waves[-1] = replace(waves[-1], last=week)
            else:
                waves.append(NewcomerWave(week, week))
            if week - waves[-1].first + 1 >= LONGEST:
                usual.append(new)
        else:
            usual.append(new)
        known += new
    return waves


def get_first_weeks(cells: Cells, now: int, period_days: int) -> Ints:
    """Return the week of each cell's first visits; ``cells`` are as of period ``now``.

    They must have the periods without counting.
    """
    return np.asarray((now - cells.n) * period_days // 7)


def number_waves(first_weeks: Ints, waves: Sequence[NewcomerWave]) -> Ints:
    """Return the number of the wave, from 1 on, that contains each week; 0 if none does."""
    numbers = np.zeros(len(first_weeks), dtype=np.int64)
    for number, wave in enumerate(waves, 1):
        numbers[(wave.first <= first_weeks) & (first_weeks <= wave.last)] = number
    return numbers
