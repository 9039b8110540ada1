"""Probabilities of a return by the model or its challenger."""

from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model.bgbb import Parameters, p_return
from cx_feedback.loyalty.model.cells import Cells, Floats
from cx_feedback.loyalty.model.fitting import FittedModel
from cx_feedback.loyalty.model.logistic import Calibration, Logistic, build_features
from cx_feedback.loyalty.model_choices import ModelChoice

#: Half the width of a 95% interval in standard errors.
TWO_SIDED_95 = 1.96
#: No recalibration.
NO_CALIBRATION = Calibration()


@dataclass(frozen=True)
class ExpectedReturns:
    """The number of readers expected back, with a 95% interval."""

    readers: float
    low: float
    high: float


@dataclass(frozen=True)
class Scorer:
    """Scores cells; ``horizon`` is in periods and may be a fraction.

    ``challenger`` was trained on a window as long as ``horizon``. It is None if there was too
    little data, and then the model is used.
    """

    fitted: FittedModel
    horizon: float
    calibration: Calibration = NO_CALIBRATION
    challenger: Logistic | None = None
    used: ModelChoice = ModelChoice.MODEL

    def by_model(self, cells: Cells) -> Floats:
        """Return the recalibrated BG/BB probabilities of a return."""
        return self._recalibrate(self.fitted.parameters, cells)

    def p_return(self, cells: Cells) -> Floats:
        """Return the probabilities of a return by the model in use."""
        if self.used is ModelChoice.CHALLENGER and self.challenger is not None:
            return self.challenger.p_return(cells)
        return self.by_model(cells)

    def p_other(self, cells: Cells) -> Floats | None:
        """Return the probabilities of the other model; None without a challenger."""
        if self.challenger is None:
            return None
        if self.used is ModelChoice.MODEL:
            return self.challenger.p_return(cells)
        return self.by_model(cells)

    def expected(self, cells: Cells) -> ExpectedReturns:
        """Return the number of readers expected back, with a 95% interval.

        The interval covers chance (each reader comes or not) and the uncertainty of the
        parameters (delta method), but not changes in the coming weeks.
        """
        probability = self.p_return(cells)
        expected = float(cells.readers @ probability)
        variance = float(cells.readers @ (probability * (1 - probability)))
        variance += self._get_parameter_variance(cells, probability)
        margin = TWO_SIDED_95 * variance**0.5
        low, high = max(0.0, expected - margin), min(float(cells.total), expected + margin)
        return ExpectedReturns(expected, low, high)

    def _recalibrate(self, parameters: Parameters, cells: Cells) -> Floats:
        return self.calibration(p_return(parameters, cells, self.horizon))

    def _get_parameter_variance(self, cells: Cells, probability: Floats) -> float:
        """Return the part of the variance that comes from the uncertainty of the parameters."""
        if self.used is ModelChoice.CHALLENGER and self.challenger is not None:
            covariance = self.challenger.covariance
            slope = (cells.readers * probability * (1 - probability)) @ build_features(cells)
        else:
            covariance, log, step = self.fitted.covariance, self.fitted.parameters.log, 1e-3
            if covariance is None:
                return 0.0
            ahead, behind = (
                [
                    cells.readers @ self._recalibrate(Parameters.from_log(log + sign * move), cells)
                    for move in step * np.eye(4)
                ]
                for sign in (1, -1)
            )
            slope = (np.array(ahead) - np.array(behind)) / (2 * step)
        if covariance is None:
            return 0.0
        return max(0.0, float(slope @ covariance @ slope))
