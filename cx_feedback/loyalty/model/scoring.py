"""Probabilities of a return by the model and by its challenger, of which one is used."""

from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model.bgbb import Parameters, p_return
from cx_feedback.loyalty.model.cells import Cells, Floats
from cx_feedback.loyalty.model.fitting import FittedModel
from cx_feedback.loyalty.model.logistic import Calibration, Logistic, build_features
from cx_feedback.loyalty.model_choices import ModelChoice

#: Half the width of a 95 % range in standard errors.
TWO_SIDED_95 = 1.96
#: No recalibration.
NO_CALIBRATION = Calibration()


@dataclass(frozen=True)
class ExpectedReturns:
    """How many readers are expected back, with 95 % range."""

    readers: float
    low: float
    high: float


@dataclass(frozen=True)
class Scorer:
    """All that is needed to score cells; ``horizon`` in periods, may be a fraction.

    ``challenger`` was trained on a window as long as ``horizon``; None where there was too
    little to learn from, and then the model is used.
    """

    fitted: FittedModel
    horizon: float
    calibration: Calibration = NO_CALIBRATION
    challenger: Logistic | None = None
    used: ModelChoice = ModelChoice.MODEL

    def by_model(self, cells: Cells) -> Floats:
        """Return the recalibrated BG/BB probabilities of a return."""
        return self._bent(self.fitted.parameters, cells)

    def p_return(self, cells: Cells) -> Floats:
        """Return the probabilities of a return that are used."""
        if self.used is ModelChoice.CHALLENGER and self.challenger is not None:
            return self.challenger.p_return(cells)
        return self.by_model(cells)

    def p_other(self, cells: Cells) -> Floats | None:
        """Return the probabilities that are not used, for comparison; None without challenger."""
        if self.challenger is None:
            return None
        if self.used is ModelChoice.MODEL:
            return self.challenger.p_return(cells)
        return self.by_model(cells)

    def expected(self, cells: Cells) -> ExpectedReturns:
        """Return the readers expected back, with 95 % range.

        The range holds chance (each reader comes or not) and the uncertainty of the parameters
        (delta method); not that the coming weeks may be unlike the past ones.
        """
        probability = self.p_return(cells)
        expected = float(cells.readers @ probability)
        variance = float(cells.readers @ (probability * (1 - probability)))
        variance += self._learnt_variance(cells, probability)
        margin = TWO_SIDED_95 * variance**0.5
        low, high = max(0.0, expected - margin), min(float(cells.total), expected + margin)
        return ExpectedReturns(expected, low, high)

    def _bent(self, parameters: Parameters, cells: Cells) -> Floats:
        return self.calibration(p_return(parameters, cells, self.horizon))

    def _learnt_variance(self, cells: Cells, probability: Floats) -> float:
        """Return what the uncertainty of the parameters adds to the variance of the sum."""
        if self.used is ModelChoice.CHALLENGER and self.challenger is not None:
            covariance = self.challenger.covariance
            slope = (cells.readers * probability * (1 - probability)) @ build_features(cells)
        else:
            covariance, log, step = self.fitted.covariance, self.fitted.parameters.log, 1e-3
            if covariance is None:
                return 0.0
            ahead, behind = (
                [
                    cells.readers @ self._bent(Parameters.from_log(log + sign * move), cells)
                    for move in step * np.eye(4)
                ]
                for sign in (1, -1)
            )
            slope = (np.array(ahead) - np.array(behind)) / (2 * step)
        if covariance is None:
            return 0.0
        return max(0.0, float(slope @ covariance @ slope))
