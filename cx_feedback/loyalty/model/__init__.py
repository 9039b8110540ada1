"""The BG/BB model of returns on cells of like readers, and its challenger; no Django here."""

from cx_feedback.loyalty.model.bgbb import (
    Parameters,
    expected_returns,
    log_likelihood,
    p_alive,
    p_return,
)
from cx_feedback.loyalty.model.cells import Cells
from cx_feedback.loyalty.model.fitting import Fitted, Quality, fit
from cx_feedback.loyalty.model.logistic import Calibration, Logistic, calibrate, train
from cx_feedback.loyalty.model.scoring import Expected, Scorer, Used

__all__ = [
    "Calibration",
    "Cells",
    "Expected",
    "Fitted",
    "Logistic",
    "Parameters",
    "Quality",
    "Scorer",
    "Used",
    "calibrate",
    "expected_returns",
    "fit",
    "log_likelihood",
    "p_alive",
    "p_return",
    "train",
]
