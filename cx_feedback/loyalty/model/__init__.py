"""The BG/BB model of returns on cells of like readers; numbers only, no Django."""

from cx_feedback.loyalty.model.bgbb import (
    Parameters,
    expected_returns,
    log_likelihood,
    p_alive,
    p_return,
)
from cx_feedback.loyalty.model.cells import Cells
from cx_feedback.loyalty.model.fitting import Fitted, Quality, fit

__all__ = [
    "Cells",
    "Fitted",
    "Parameters",
    "Quality",
    "expected_returns",
    "fit",
    "log_likelihood",
    "p_alive",
    "p_return",
]
