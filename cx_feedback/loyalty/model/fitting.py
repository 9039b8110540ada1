"""Fitting the model, with an answer that stays sane where the data say little.

Where all came once or nobody ever left, the likelihood has no maximum and parameters run away.
They are therefore bounded, and a weak prior pulls back those that leave the range in which
real readers live; inside that range it is flat and disturbs nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import minimize

from cx_feedback.loyalty.model.bgbb import Parameters, log_likelihood
from cx_feedback.loyalty.model.cells import Cells, Floats

#: |log parameter| up to which the prior is flat: 0.018 to 55.
FLAT = 4.0
#: |log parameter| never exceeded: 0.0009 to 1097.
BOUND = 7.0
#: Weight of the prior beyond FLAT, in units of log-likelihood.
PRIOR_WEIGHT = 5.0
#: Fewer readers than this are too few to say anything of others.
FEW_READERS = 30
#: Where the search begins: half of the periods active, or one in ten; some leave each time.
STARTS = (Parameters(1.0, 1.0, 0.5, 3.0), Parameters(0.5, 5.0, 0.5, 5.0))
#: Answer for no data at all: about one in ten active periods, and some leave.
NO_DATA = Parameters(0.5, 4.5, 0.5, 4.5)


class Quality(StrEnum):
    """How far a fit may be trusted."""

    GOOD = "good"
    TOO_FEW = "too-few"
    ALL_CAME_ONCE = "all-once"
    NOBODY_LEFT = "nobody-left"
    AT_BOUNDS = "at-bounds"
    NOT_CONVERGED = "not-converged"


@dataclass(frozen=True)
class Fitted:
    """A fit: parameters, their log-likelihood (without prior), quality, uncertainty.

    ``covariance`` is that of the log-parameters, 4 by 4; None where the data do not tell.
    """

    parameters: Parameters
    log_likelihood: float
    quality: Quality
    covariance: Floats | None = None


def fit(cells: Cells) -> Fitted:
    """Fit BG/BB to ``cells`` by penalised maximum likelihood; never fails, see ``quality``."""
    informative = cells.clock > 0
    total = int(cells.readers[informative].sum())
    if total == 0:
        return Fitted(NO_DATA, 0.0, Quality.TOO_FEW)

    def loss(log: Floats) -> float:
        likelihood = log_likelihood(Parameters.from_log(log), cells)
        return (_penalty(log) - likelihood) / total

    best = min((_search(loss, start) for start in STARTS), key=lambda found: found[0])
    _, log, converged = best
    parameters = Parameters.from_log(log)
    quality = _quality(cells, log, converged)
    return Fitted(
        parameters,
        log_likelihood(parameters, cells),
        quality,
        _covariance(cells, log) if quality is Quality.GOOD else None,
    )


def _penalty(log: Floats) -> float:
    outside = np.maximum(np.abs(log) - FLAT, 0.0)
    return PRIOR_WEIGHT * float(outside @ outside)


def _search(loss: Callable[[Floats], float], start: Parameters) -> tuple[float, Floats, bool]:
    found = minimize(
        loss,
        start.log,
        method="L-BFGS-B",
        jac="3-point",
        bounds=[(-BOUND, BOUND)] * 4,
        options={"ftol": 1e-13, "gtol": 1e-8, "maxiter": 500},
    )
    return float(found.fun), found.x, bool(found.success)


def _quality(cells: Cells, log: Floats, converged: bool) -> Quality:
    """Name what limits the fit; the plainest reason first."""
    if not cells.readers @ (cells.x > 0):
        return Quality.ALL_CAME_ONCE
    if not cells.readers @ (cells.t_x < cells.n):
        return Quality.NOBODY_LEFT
    if cells.total < FEW_READERS:
        return Quality.TOO_FEW
    gamma, delta = np.exp(log[2:])
    if gamma / (gamma + delta) < 1e-3 or (log[2] < -FLAT):
        return Quality.NOBODY_LEFT
    if (np.abs(log) > FLAT).any():
        return Quality.AT_BOUNDS
    return Quality.GOOD if converged else Quality.NOT_CONVERGED


def _covariance(cells: Cells, log: Floats) -> Floats | None:
    """Return the inverse of the observed information, by central differences."""
    step, moves = 1e-3, 1e-3 * np.eye(4)

    def at(moved: Floats) -> float:
        return log_likelihood(Parameters.from_log(moved), cells)

    information = np.empty((4, 4))
    for i in range(4):
        for k in range(i, 4):
            a, b = moves[i], moves[k]
            curve = at(log + a + b) - at(log + a - b) - at(log - a + b) + at(log - a - b)
            information[i, k] = information[k, i] = -curve / (4 * step**2)
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:  # a ridge: not every direction is told by the data
        return None
    return np.asarray(np.linalg.inv(information), dtype=np.float64)
