"""Probabilities of a return by the mix of the model and its challenger, and their range."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from cx_feedback.loyalty.model.bgbb import Parameters, p_return
from cx_feedback.loyalty.model.cells import Cells, Floats
from cx_feedback.loyalty.model.fitting import FittedModel
from cx_feedback.loyalty.model.forecast_error import Level
from cx_feedback.loyalty.model.logistic import Logistic, build_features
from cx_feedback.loyalty.model.mixing import shift_to_total

#: Shares of the forecasts below and above which the returns fall outside of the range.
TAILS = (0.025, 0.975)
#: Shares at which the forecasts of several kinds of readers are added.
GRID = tuple((np.arange(101) + 0.5) / 101)
#: Step of central differences, in log-parameters.
STEP = 1e-3


@dataclass(frozen=True)
class ExpectedReturns:
    """The number of readers expected back, with a 95% range."""

    readers: float
    low: float
    high: float


@dataclass(frozen=True)
class Scorer:
    """Scores cells; ``horizon`` is in periods and may be a fraction.

    ``weight`` is that of the model in the mix with the ``challenger``, which is None if there was
    too little data. ``level`` is by how much past forecasts of the mix were off. ``waves`` are
    the scorers of the waves of newcomers, by the number that cells have.
    """

    fitted: FittedModel
    horizon: float
    challenger: Logistic | None = None
    weight: float = 1.0
    level: Level = field(default_factory=Level.exact)
    waves: tuple["Scorer", ...] = ()

    def apply(self, score: Callable[["Scorer", Cells], Floats], cells: Cells) -> Floats:
        """Return ``score(scorer, cells)`` of each cell, by the scorer of its readers."""
        if cells.wave is None:
            return score(self, cells)
        scores = np.empty(len(cells))
        for number, scorer in enumerate((self, *self.waves)):
            among = cells.wave == number
            if among.any():
                scores[among] = score(scorer, cells.select(among))
        return scores

    def by_model(self, cells: Cells) -> Floats:
        """Return the probabilities of the model alone."""
        return self.apply(
            lambda its, some: p_return(its.fitted.parameters, some, its.horizon), cells
        )

    def by_challenger(self, cells: Cells) -> Floats:
        """Return the probabilities of the challenger alone, of the model where there is none."""
        return self.apply(
            lambda its, some: (
                its.challenger.p_return(some) if its.challenger else its.by_model(some)
            ),
            cells,
        )

    def by_mix(self, cells: Cells) -> Floats:
        """Return the probabilities of the mix as they are, not yet moved by the level."""
        return self.apply(lambda its, some: its._mix(some), cells)

    def p_return(self, cells: Cells) -> Floats:
        """Return the probabilities of a return: the mix, moved by the level of past misses."""
        return self.apply(lambda its, some: its._move(some), cells)

    def expected(self, cells: Cells) -> ExpectedReturns:
        """Return the number of readers expected back, with a 95% range.

        The range covers chance (each reader comes or not), the uncertainty of the parameters
        (delta method), and how months differ, as far as past misses show it.
        """
        if cells.wave is None:
            return self._expect(cells, TAILS)[0]
        total, sums = 0.0, np.zeros(1)
        for number, scorer in enumerate((self, *self.waves)):
            among = cells.wave == number
            if among.any():
                expected, grid = scorer._expect(cells.select(among), GRID)
                total += expected.readers
                sums = np.quantile(sums[:, None] + grid[None, :], GRID)
        low, high = np.quantile(sums, TAILS)
        return ExpectedReturns(
            total, max(0.0, float(low) - 0.5), min(float(cells.total), float(high) + 0.5)
        )

    def get_log_variance(self, cells: Cells) -> float:
        """Return the variance of the expected returns' logarithm, by uncertain parameters."""
        expected = float(cells.readers @ self._mix(cells))
        return self._get_parameter_variance(cells) / expected**2 if expected > 0 else 0.0

    def _expect(self, cells: Cells, shares: Sequence[float]) -> tuple[ExpectedReturns, Floats]:
        """Return the readers expected back of one kind, and quantiles of those who come."""
        mixed = self._mix(cells)
        expected = float(cells.readers @ mixed)
        if expected <= 0:
            return ExpectedReturns(0.0, 0.0, 0.0), np.zeros(len(shares))
        chance = float(cells.readers @ (mixed * (1 - mixed)))
        variance = (chance + self._get_parameter_variance(cells)) / expected**2
        # From half a reader to half a reader, because the returns are whole numbers.
        most = np.log(cells.total / expected)
        quantiles = np.array(
            [
                float(expected * np.exp(min(self.level.get_quantile(share, variance), most)))
                for share in shares
            ]
        )
        readers = min(float(expected * np.exp(self.level.mean)), float(cells.total))
        low, high = max(0.0, quantiles[0] - 0.5), min(float(cells.total), quantiles[-1] + 0.5)
        return ExpectedReturns(readers, float(low), float(high)), quantiles

    def _move(self, cells: Cells) -> Floats:
        mixed = self._mix(cells)
        total = min(float(cells.readers @ mixed) * np.exp(self.level.mean), 0.999 * cells.total)
        return shift_to_total(mixed, cells.readers, total) if total > 0 else mixed

    def _mix(self, cells: Cells) -> Floats:
        by_model = p_return(self.fitted.parameters, cells, self.horizon)
        if self.challenger is None:
            return by_model
        return self.weight * by_model + (1 - self.weight) * self.challenger.p_return(cells)

    def _get_parameter_variance(self, cells: Cells) -> float:
        """Return the variance of the returns that comes from the uncertainty of the parameters."""
        variance, covariance = 0.0, self.fitted.covariance
        if covariance is not None:
            log = self.fitted.parameters.log
            ahead, behind = (
                [
                    cells.readers
                    @ p_return(Parameters.from_log(log + sign * move), cells, self.horizon)
                    for move in STEP * np.eye(4)
                ]
                for sign in (1, -1)
            )
            slope = self.weight * (np.array(ahead) - np.array(behind)) / (2 * STEP)
            variance += float(slope @ covariance @ slope)
        if self.challenger is not None and self.challenger.covariance is not None:
            p = self.challenger.p_return(cells)
            slope = (1 - self.weight) * (cells.readers * p * (1 - p)) @ build_features(cells)
            variance += float(slope @ self.challenger.covariance @ slope)
        return max(0.0, variance)
