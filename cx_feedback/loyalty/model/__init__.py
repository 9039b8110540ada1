"""The BG/BB model of returns and its challenger, on cells of similar readers; without Django."""

from cx_feedback.loyalty.model.bgbb import (
    Parameters,
    expected_returns,
    log_likelihood,
    p_alive,
    p_return,
)
from cx_feedback.loyalty.model.cells import Cells
from cx_feedback.loyalty.model.fitting import FittedModel, Quality, fit_model
from cx_feedback.loyalty.model.logistic import (
    Calibration,
    Logistic,
    fit_calibration,
    train_challenger,
)
from cx_feedback.loyalty.model.return_probability import ExpectedReturns, ModelChoice, Scorer

__all__ = [
    "Calibration",
    "Cells",
    "ExpectedReturns",
    "FittedModel",
    "Logistic",
    "ModelChoice",
    "Parameters",
    "Quality",
    "Scorer",
    "expected_returns",
    "fit_calibration",
    "fit_model",
    "log_likelihood",
    "p_alive",
    "p_return",
    "train_challenger",
]
