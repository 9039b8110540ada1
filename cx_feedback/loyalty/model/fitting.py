"""Fitting the model, with reasonable results for little data.

If all readers came once or nobody ever left, the likelihood has no maximum and the parameters
diverge. They are therefore bounded, and a weak prior pulls back parameters that leave the range
of real readers. Inside that range the prior is flat.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cx_feedback.loyalty.fit_quality import Quality
from cx_feedback.loyalty.model.bgbb import Likelihood, Parameters
from cx_feedback.loyalty.model.cells import Cells, Floats

#: |log parameter| up to which the prior is flat: 0.018 to 55.
FLAT = 4.0
#: Bound of |log parameter|: 0.0009 to 1097.
BOUND = 7.0
#: Weight of the prior beyond FLAT, in units of log-likelihood.
PRIOR_WEIGHT = 5.0
#: Step of central differences, in log-parameters.
STEP = 1e-3
#: Fewest readers from which anything can be inferred.
FEW_READERS = 30
#: Starting points of the search: half of the periods active, or one in ten.
STARTS = (Parameters(1.0, 1.0, 0.5, 3.0), Parameters(0.5, 5.0, 0.5, 5.0))
#: Parameters without any data: about one in ten periods active.
NO_DATA = Parameters(0.5, 4.5, 0.5, 4.5)


@dataclass(frozen=True)
class FittedModel:
    """The result of a fit, with the log-likelihood without the prior.

    ``covariance`` is that of the log-parameters, 4 by 4; None if the data don't determine it.
    """

    parameters: Parameters
    log_likelihood: float
    quality: Quality
    covariance: Floats | None = None


def fit_model(cells: Cells) -> FittedModel:
    """Fit BG/BB to ``cells`` by penalized maximum likelihood. Never fails, see ``quality``."""
    informative = cells.clock > 0
    total = int(cells.readers[informative].sum())
    if total == 0:
        return FittedModel(NO_DATA, 0.0, Quality.TOO_FEW)

    likelihood = Likelihood(cells)

    def loss(log: Floats) -> float:
        return (_prior_penalty(log) - likelihood(Parameters.from_log(log))) / total

    first, second = STARTS
    found = _minimize_loss(loss, first)
    if _judge_quality(cells, found) is not Quality.GOOD:
        found = min(found, _minimize_loss(loss, second), key=lambda found: found.loss)
    log, covariance, quality = found.log, None, _judge_quality(cells, found)
    if quality is Quality.GOOD:
        log, covariance = _refine_maximum(likelihood, log)
    parameters = Parameters.from_log(log)
    return FittedModel(parameters, likelihood(parameters), quality, covariance)


def fit_again(cells: Cells, near: Parameters | None) -> Parameters:
    """Return the parameters of ``cells``, searched from those of a day nearby.

    This takes a fraction of the time of ``fit_model`` and is as good for a forecast. Without
    parameters nearby it is the same.
    """
    total = int(cells.readers[cells.clock > 0].sum())
    if near is None or total == 0:
        return fit_model(cells).parameters
    likelihood = Likelihood(cells)

    def loss(log: Floats) -> float:
        return (_prior_penalty(log) - likelihood(Parameters.from_log(log))) / total

    return Parameters.from_log(_minimize_loss(loss, near, stops=(("2-point", 1e-9),)).log)


def _prior_penalty(log: Floats) -> float:
    outside = np.maximum(np.abs(log) - FLAT, 0.0)
    return PRIOR_WEIGHT * float(outside @ outside)


@dataclass(frozen=True)
class _Optimum:
    """The end of a search, in log-parameters."""

    loss: float
    log: Floats
    converged: bool


#: Forward differences first, and central differences in the last steps.
_STOPS = (("2-point", 1e-9), ("3-point", 1e-13))


def _minimize_loss(
    loss: Callable[[Floats], float], start: Parameters, stops: Any = _STOPS
) -> _Optimum:
    """Minimize by the differences and tolerances of ``stops``, one after the other."""
    from scipy.optimize import minimize

    log = start.log
    for jac, stop in stops:
        found = minimize(
            loss,
            log,
            method="L-BFGS-B",
            jac=jac,
            bounds=[(-BOUND, BOUND)] * 4,
            options={"ftol": stop, "gtol": 1e-8, "maxiter": 500},
        )
        log = found.x
    return _Optimum(float(found.fun), log, bool(found.success))


def _judge_quality(cells: Cells, found: _Optimum) -> Quality:
    """Return the quality of a fit, the simplest reason first."""
    log = found.log
    if not (cells.x > 0).any():
        return Quality.ALL_CAME_ONCE
    if not (cells.t_x < cells.n).any():
        return Quality.NOBODY_LEFT
    if cells.total < FEW_READERS:
        return Quality.TOO_FEW
    gamma, delta = np.exp(log[2:])
    if gamma / (gamma + delta) < 1e-3 or (log[2] < -FLAT):
        return Quality.NOBODY_LEFT
    if (np.abs(log) > FLAT).any():
        return Quality.AT_BOUNDS
    return Quality.GOOD if found.converged else Quality.NOT_CONVERGED


def _refine_maximum(likelihood: Likelihood, log: Floats) -> tuple[Floats, Floats | None]:
    """Take a Newton step to the maximum; return it and the covariance there.

    The search stops as soon as the likelihood looks flat, which may be a digit too early.
    """
    covariance = estimate_covariance(lambda log: likelihood(Parameters.from_log(log)), log)
    if covariance is None:
        return log, None
    ahead, behind = (
        np.array([likelihood(Parameters.from_log(log + sign * move)) for move in STEP * np.eye(4)])
        for sign in (1, -1)
    )
    top: Floats = log + covariance @ (ahead - behind) / (2 * STEP)
    higher = likelihood(Parameters.from_log(top)) > likelihood(Parameters.from_log(log))
    return (top if higher else log), covariance


def estimate_covariance(objective: Callable[[Floats], float], log: Floats) -> Floats | None:
    """Return the inverse of the curvature of a log-likelihood, by central differences.

    None on a ridge, where the data don't determine every direction.
    """
    moves = STEP * np.eye(4)
    information = np.empty((4, 4))
    for i in range(4):
        for k in range(i, 4):
            a, b = moves[i], moves[k]
            curve = (
                objective(log + a + b)
                - objective(log + a - b)
                - objective(log - a + b)
                + objective(log - a - b)
            )
            information[i, k] = information[k, i] = -curve / (4 * STEP**2)
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(np.linalg.inv(information), dtype=np.float64)
