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
from cx_feedback.loyalty.model.forecast_error import Level
from cx_feedback.loyalty.model.forecaster import Forecaster, RangeCheck
from cx_feedback.loyalty.model.logistic import Logistic, train_challenger
from cx_feedback.loyalty.model.return_probability import ExpectedReturns, Scorer
from cx_feedback.loyalty.model.visit_log import VisitLog

__all__ = [
    "Cells",
    "ExpectedReturns",
    "FittedModel",
    "Forecaster",
    "Level",
    "Logistic",
    "Parameters",
    "Quality",
    "RangeCheck",
    "Scorer",
    "VisitLog",
    "expected_returns",
    "fit_model",
    "log_likelihood",
    "p_alive",
    "p_return",
    "train_challenger",
]
