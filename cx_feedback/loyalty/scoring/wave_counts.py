"""Waves of newcomers in days and readers, as they are named on the screens."""

import datetime
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model import Cells
from cx_feedback.loyalty.model.newcomer_waves import (
    WEEKS,
    NewcomerWave,
    find_waves,
    get_first_weeks,
    number_waves,
)
from cx_feedback.readers.periods import get_period, get_period_length


@dataclass(frozen=True)
class WaveCount:
    """Days from ``first`` to ``last``, both inclusive, with ``readers`` newcomers.

    ``usual`` is how many would have come for the first time in these days.
    """

    first: int
    last: int
    readers: int
    usual: float

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)

    @classmethod
    def from_rows(cls, rows: Iterable[dict[str, Any]]) -> "list[WaveCount]":
        """Return the counts that ``as_dict`` described."""
        return [cls(**row) for row in rows]


def count_waves(cells: Cells, as_of: datetime.date) -> list[WaveCount]:
    """Return the waves among the readers of ``cells``, the oldest first.

    What is usual is the median of the weeks before a wave. ``cells`` must have the periods without
    counting.
    """
    weeks = get_first_weeks(cells, get_period(as_of), get_period_length())
    waves = find_waves(weeks, cells.readers)
    if not waves:
        return []
    in_wave = number_waves(weeks, waves) > 0
    begins = int(weeks.min())
    newcomers = np.bincount(weeks - begins, weights=cells.readers)
    usual = np.bincount(weeks - begins, weights=cells.readers * ~in_wave)
    return [_count_wave(wave, newcomers, usual, begins, as_of) for wave in waves]


def _count_wave(
    wave: NewcomerWave, newcomers: Any, usual: Any, begins: int, as_of: datetime.date
) -> WaveCount:
    first, last = wave.first - begins, wave.last - begins
    before = usual[max(0, first - WEEKS) : first]
    return WaveCount(
        7 * wave.first,
        min(7 * wave.last + 6, get_day_number(as_of)),
        int(newcomers[first : last + 1].sum()),
        float(np.median(before[before > 0])) * (last - first + 1) if (before > 0).any() else 0.0,
    )
