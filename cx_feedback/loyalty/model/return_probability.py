"""Probabilities of a return by the mix of the model and its challenger, and their range."""

from dataclasses import dataclass, field

import numpy as np

from cx_feedback.loyalty.model.bgbb import Parameters, p_return
from cx_feedback.loyalty.model.cells import Cells, Floats
from cx_feedback.loyalty.model.fitting import FittedModel
from cx_feedback.loyalty.model.level import Level
from cx_feedback.loyalty.model.logistic import Logistic, build_features
from cx_feedback.loyalty.model.mixing import shift_to_total

#: Shares of the forecasts below and above which the returns fall outside of the range.
TAILS = (0.025, 0.975)
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
    too little data. ``level`` is by how much past forecasts of the mix were off.
    """

    fitted: FittedModel
    horizon: float
    challenger: Logistic | None = None
    weight: float = 1.0
    level: Level = field(default_factory=Level.exact)

    def by_model(self, cells: Cells) -> Floats:
        """Return the probabilities of the model alone."""
        return p_return(self.fitted.parameters, cells, self.horizon)

    def by_mix(self, cells: Cells) -> Floats:
        """Return the probabilities of the mix as they are, not yet moved by the level."""
        return self._mix(self.by_model(cells), cells)

    def p_return(self, cells: Cells) -> Floats:
        """Return the probabilities of a return: the mix, moved by the level of past misses."""
        mixed = self.by_mix(cells)
        total = min(float(cells.readers @ mixed) * np.exp(self.level.mean), 0.999 * cells.total)
        return shift_to_total(mixed, cells.readers, total) if total > 0 else mixed

    def expected(self, cells: Cells) -> ExpectedReturns:
        """Return the number of readers expected back, with a 95% range.

        The range covers chance (each reader comes or not), the uncertainty of the parameters
        (delta method), and how months differ, as far as past misses show it.
        """
        mixed = self.by_mix(cells)
        expected = float(cells.readers @ mixed)
        if expected <= 0:
            return ExpectedReturns(0.0, 0.0, 0.0)
        chance = float(cells.readers @ (mixed * (1 - mixed)))
        variance = (chance + self._get_parameter_variance(cells)) / expected**2
        # From half a reader to half a reader, because the returns are whole numbers.
        most = np.log(cells.total / expected)
        low, high = (
            float(expected * np.exp(min(self.level.get_quantile(tail, variance), most)))
            for tail in TAILS
        )
        readers = min(float(expected * np.exp(self.level.mean)), float(cells.total))
        return ExpectedReturns(readers, max(0.0, low - 0.5), min(float(cells.total), high + 0.5))

    def _mix(self, by_model: Floats, cells: Cells) -> Floats:
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
