"""Forecasts for all readers of a log: the usual ones, and each wave of newcomers by itself.

Each part has its own fit, challenger, mix and level of misses (``rolling``), so that a wave of
readers who come once spoils nothing that is learnt of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cx_feedback.loyalty.model.cells import Cells, Ints, join_cells
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.model.newcomer_waves import NewcomerWave, find_waves, number_waves
from cx_feedback.loyalty.model.return_probability import Scorer
from cx_feedback.loyalty.model.rolling import RollingForecaster
from cx_feedback.loyalty.model.visit_log import VisitLog

Waves = tuple[NewcomerWave, ...]


@dataclass(frozen=True)
class RangeCheck:
    """The forecast of a past day, with its range and the returns that came."""

    day: int
    readers: int
    expected: float
    low: float
    high: float
    came: int

    @property
    def held(self) -> bool:
        """Return whether as many came as the range said."""
        return self.low <= self.came <= self.high


@dataclass
class Forecaster:
    """Forecasts for any day of a log; ``horizon_days`` are whole weeks.

    Nothing is learnt from windows that touch one of ``gaps``, days without counting.
    """

    log: VisitLog
    horizon_days: int
    gaps: Sequence[CountingGap] = ()
    #: All readers of the log, and the days of their first visits.
    _readers: Ints = field(init=False, repr=False)
    _first_days: Ints = field(init=False, repr=False)
    _parts: dict[Waves, list[RollingForecaster]] = field(default_factory=dict)
    _scorers: dict[int, Scorer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._readers, self._first_days = self.log.get_first_days()

    def train(self, day: int, cells: Cells, waves: Sequence[NewcomerWave] = ()) -> Scorer:
        """Return the scorer of ``cells`` as of the end of ``day``.

        It is trained on visits up to that day alone. ``cells`` may be those of all readers where
        the log has a sample; they have the numbers of ``waves``.
        """
        usual, *apart = self._get_parts(tuple(waves))
        among = np.zeros(len(cells), dtype=np.int64) if cells.wave is None else cells.wave
        scorers = [
            part.train(day, cells.select(among == number)) for number, part in enumerate(apart, 1)
        ]
        return replace(usual.train(day, cells.select(among == 0)), waves=tuple(scorers))

    def get_scorer(self, day: int) -> Scorer:
        """Return the scorer of the log's own cells as of the end of ``day``."""
        if day not in self._scorers:
            cells, _came = self.count_outcomes(day)
            self._scorers[day] = self.train(day, cells, self._find_waves(day))
        return self._scorers[day]

    def count_outcomes(self, day: int, window_days: int | None = None) -> tuple[Cells, Ints]:
        """Return the cells as of ``day`` and how many readers of each came in the days after it.

        ``window_days`` are those of the horizon by default. Periods without counting are left
        out, and cells have the number of their wave.
        """
        parts = self._get_parts(self._find_waves(day))
        counted = [part.count_outcomes(day, window_days) for part in parts]
        return join_cells([cells for cells, _came in counted]), np.concatenate(
            [came for _cells, came in counted]
        )

    def forecast(self, day: int) -> RangeCheck:
        """Return the range that ``day`` would have forecast, with the returns that came."""
        cells, came = self.count_outcomes(day)
        expected = self.get_scorer(day).expected(cells)
        return RangeCheck(
            day, cells.total, expected.readers, expected.low, expected.high, int(came.sum())
        )

    def get_range_checks(self, day: int, most: int) -> list[RangeCheck]:
        """Return what past days would have forecast, the oldest first.

        Their windows don't overlap and had ended by ``day``; at most ``most``.
        """
        newest = day - self.horizon_days
        past_days = self._get_parts(())[0].get_past_days(day)
        days = [past for past in past_days if not (newest - past) % self.horizon_days]
        return [self.forecast(past) for past in days[-most:]]

    def find_gap(self, day: int) -> CountingGap | None:
        """Return the gap that the window after ``day`` touches, None if it touches none."""
        return self._get_parts(())[0].find_gap(day)

    def _find_waves(self, day: int) -> Waves:
        weeks = self._first_days[self._first_days <= day] // 7
        return tuple(find_waves(weeks, np.ones(len(weeks)), self.log.one_in))

    def _get_parts(self, waves: Waves) -> list[RollingForecaster]:
        """Return the forecasters of the usual readers and of each wave.

        A wave that is known today is apart in all windows of the past.
        """
        if waves not in self._parts:
            numbers = number_waves(self._first_days // 7, waves)
            logs = [
                self.log.select(self._readers[numbers == number]) if waves else self.log
                for number in range(len(waves) + 1)
            ]
            usual = RollingForecaster(logs[0], self.horizon_days, self.gaps)
            self._parts[waves] = [usual] + [
                RollingForecaster(
                    log, self.horizon_days, self.gaps, lambda day: usual.get_window(day).parameters
                )
                for log in logs[1:]
            ]
        return self._parts[waves]
