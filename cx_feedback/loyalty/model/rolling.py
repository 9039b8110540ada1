"""Forecasts by rolling windows: what each past day would have forecast teaches the next one.

They are of readers of one kind, the usual ones or those of one wave (``forecaster``).

A window is a past day and the horizon after it. From the windows that had ended by a day are
learnt, for the forecast of that day: the challenger, the weight of model and challenger in their
mix, and the level by which the mix misses (``forecast_error``). All of it is a function of the
visits up to that day, so a backtest and a nightly run on that day are the same thing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from cx_feedback.loyalty.model.bgbb import Parameters, p_return
from cx_feedback.loyalty.model.cells import Cells, Floats, Ints
from cx_feedback.loyalty.model.counted_periods import CountedPeriods
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.model.fitting import fit_again, fit_model
from cx_feedback.loyalty.model.forecast_error import Miss, learn_level
from cx_feedback.loyalty.model.logistic import Logistic, train_challenger
from cx_feedback.loyalty.model.mixing import HALF_LIFE, choose_weight, get_losses
from cx_feedback.loyalty.model.return_probability import Scorer
from cx_feedback.loyalty.model.visit_log import VisitLog
from cx_feedback.loyalty.model.wave_fit import fit_wave

#: Most windows from which a forecast learns: a year and a half of four weeks, half overlapping.
MOST = 39
#: Fewest readers of a window from which anything is learnt.
FEW_READERS = 30
#: Fewest readers for a challenger, and fewest of them who returned and who did not.
FEW_FOR_CHALLENGER = 200
FEW_OUTCOMES = 20
#: Standard deviation of the misses of a site that is one horizon old because its history is short.
#: It falls with the square of the age.
YOUNG_SD = 0.2
#: Horizons after which a window counts half for the challenger.
CHALLENGER_HALF_LIFE = 2.0


@dataclass(frozen=True)
class Window:
    """A past day: the cells as of it, and how many readers of each came within the horizon.

    ``variance`` is that of the logarithm of the expected returns that comes from uncertain
    parameters. Those of the usual readers are certain enough.
    """

    day: int
    cells: Cells
    returned: Ints
    parameters: Parameters
    horizon: float
    variance: float = 0.0

    @property
    def is_enough(self) -> bool:
        """Return whether the window is large enough to train or to compare."""
        return has_enough(self.cells, self.returned)

    @cached_property
    def by_model(self) -> Floats:
        """Return the probabilities of the model alone."""
        return p_return(self.parameters, self.cells, self.horizon)


@dataclass(frozen=True)
class PastForecast:
    """The lesson of a past window: its miss, and the losses of each weight of the mix."""

    window: Window
    by_mix: Floats
    miss: Miss
    losses: Floats | None


@dataclass
class RollingForecaster:
    """Forecasts for any day of a log; windows and their forecasts are calculated once.

    ``horizon_days`` are whole weeks. Nothing is learnt from windows that touch one of ``gaps``,
    days without counting. The readers of a wave have ``get_usual``: the parameters of the usual
    readers as of a day, towards which theirs are drawn.
    """

    log: VisitLog
    horizon_days: int
    gaps: Sequence[CountingGap] = ()
    get_usual: Callable[[int], Parameters] | None = None
    _windows: dict[int, Window] = field(default_factory=dict)
    _challengers: dict[int, Logistic | None] = field(default_factory=dict)
    _past: dict[int, PastForecast] = field(default_factory=dict)

    @property
    def horizon(self) -> float:
        """Return the horizon in periods."""
        return self.horizon_days / self.log.period_days

    @cached_property
    def _counted(self) -> CountedPeriods:
        return CountedPeriods.of(self.gaps, self.log.period_days)

    @cached_property
    def spacing(self) -> int:
        """Return the days from one window to the next: half a horizon, or near it.

        They are whole weeks, so that all windows end on the same day of the week, and the
        horizon is a multiple of them.
        """
        weeks = self.horizon_days // 7
        return 7 * min(n for n in range(1, weeks + 1) if weeks % n == 0 and 3 * n >= weeks)

    def train(self, day: int, cells: Cells) -> Scorer:
        """Return the scorer of ``cells`` as of the end of ``day``.

        It is trained on visits up to that day alone. ``cells`` may be those of all readers where
        the log has a sample.
        """
        fitted = fit_wave(cells, self.get_usual(day)) if self.get_usual else fit_model(cells)
        misses = [past.miss for past in self.get_past_forecasts(day)]
        level = learn_level(misses, day, self.horizon_days).widen(self._get_youth_variance(day))
        return Scorer(fitted, self.horizon, self._get_challenger(day), self._get_weight(day), level)

    def get_past_forecasts(self, day: int) -> list[PastForecast]:
        """Return the forecasts of windows that had ended by ``day``, the oldest first."""
        return [self._get_past_forecast(past) for past in self.get_past_days(day)]

    def get_window(self, day: int) -> Window:
        """Return the window after ``day``."""
        if day not in self._windows:
            cells, returned = self._count_outcomes(day, self.horizon_days)
            if self.get_usual:
                scorer = Scorer(fit_wave(cells, self.get_usual(day)), self.horizon)
                found, variance = scorer.fitted.parameters, scorer.get_log_variance(cells)
            else:
                near = self._windows.get(day - self.spacing)
                found, variance = fit_again(cells, near.parameters if near else None), 0.0
            self._windows[day] = Window(day, cells, returned, found, self.horizon, variance)
        return self._windows[day]

    def count_outcomes(self, day: int, window_days: int | None = None) -> tuple[Cells, Ints]:
        """Return the cells as of ``day`` and how many of each came in the days after it.

        ``window_days`` are those of the horizon by default.
        """
        if window_days is None:
            window = self.get_window(day)
            return window.cells, window.returned
        return self._count_outcomes(day, window_days)

    def _count_outcomes(self, day: int, window_days: int) -> tuple[Cells, Ints]:
        cells, returned = self.log.count_outcomes(day, window_days)
        return self._counted.adjust(cells, day // self.log.period_days), returned

    def find_gap(self, day: int) -> CountingGap | None:
        """Return the gap that the window after ``day`` touches, None if it touches none."""
        first, last = day + 1, day + self.horizon_days
        return next((gap for gap in self.gaps if gap.touches(first, last)), None)

    def get_past_days(self, day: int) -> list[int]:
        """Return the days whose windows had ended by ``day`` and are learnt from, ascending."""
        if not len(self.log):
            return []
        newest = day - self.horizon_days
        days = range(newest, self.log.first_whole_day, -self.spacing)[:MOST]
        return [
            past
            for past in reversed(days)
            if self.find_gap(past) is None and self.get_window(past).cells.total >= FEW_READERS
        ]

    def _get_share(self, past: int, day: int, half_life: float) -> float:
        """Return by how much the window of ``past`` counts on ``day``; overlapping ones share."""
        age = day - self.horizon_days - past
        return float(self.spacing / self.horizon_days * 0.5 ** (age / half_life))

    def _get_youth_variance(self, day: int) -> float:
        """Return the variance of a miss that comes from the short history on ``day``.

        What a site of a few weeks misses says little about how months differ later. Of a wave of
        a few days the parameters themselves are as uncertain.
        """
        age = day - self.log.first_day + 1 if len(self.log) else 0
        age = max(self.horizon_days if self.get_usual else 1, age)
        return float((YOUNG_SD * (self.horizon_days / age) ** 2) ** 2)

    def _get_challenger(self, day: int) -> Logistic | None:
        if day not in self._challengers:
            half_life = CHALLENGER_HALF_LIFE * self.horizon_days
            windows = [self.get_window(past) for past in self.get_past_days(day)]
            self._challengers[day] = train_challenger(
                [
                    (self._get_share(window.day, day, half_life), window.cells, window.returned)
                    for window in windows
                    if window.is_enough
                ]
            )
        return self._challengers[day]

    def _get_weight(self, day: int) -> float:
        if self._get_challenger(day) is None:
            return 1.0
        return choose_weight(
            [
                (self._get_share(past.window.day, day, HALF_LIFE), past.window.cells.total, losses)
                for past in self.get_past_forecasts(day)
                if (losses := past.losses) is not None
            ]
        )

    def _get_past_forecast(self, day: int) -> PastForecast:
        if day not in self._past:
            window, challenger = self.get_window(day), self._get_challenger(day)
            cells, returned, losses, by_mix = window.cells, window.returned, None, window.by_model
            if challenger is not None:
                by_challenger, weight = challenger.p_return(cells), self._get_weight(day)
                by_mix = weight * window.by_model + (1 - weight) * by_challenger
                if window.is_enough:
                    losses = get_losses(window.by_model, by_challenger, cells.readers, returned)
            miss = measure_miss(day, by_mix, cells.readers, float(returned.sum()))
            doubt = window.variance + self._get_youth_variance(day)
            miss = replace(miss, variance=miss.variance + doubt)
            self._past[day] = PastForecast(window, by_mix, miss, losses)
        return self._past[day]


def has_enough(cells: Cells, returned: Ints) -> bool:
    """Return whether there are enough readers of both outcomes to train or to compare."""
    came, total = int(returned.sum()), cells.total
    return total >= FEW_FOR_CHALLENGER and FEW_OUTCOMES <= came <= total - FEW_OUTCOMES


def measure_miss(day: int, probability: Floats, readers: Ints, returned: float) -> Miss:
    """Return by how much the returns of a window differ from these probabilities."""
    expected = float(readers @ probability)
    chance = float(readers @ (probability * (1 - probability)))
    # Half a reader more on both sides, so that windows in which nobody came are finite.
    ratio = np.log((returned + 0.5) / (expected + 0.5))
    return Miss(day, float(ratio), chance / max(expected, 0.5) ** 2)
