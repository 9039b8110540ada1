"""The model of a wave of newcomers, drawn towards that of the usual readers."""

from cx_feedback.loyalty.fit_quality import Quality
from cx_feedback.loyalty.model.bgbb import Likelihood, Parameters
from cx_feedback.loyalty.model.cells import Cells, Floats
from cx_feedback.loyalty.model.fitting import BOUND, FittedModel, estimate_covariance

#: What is thought of a wave before anything is known of it: its readers come half as often as the
#: usual ones and leave twice as soon, ...
COMES, LEAVES = 0.5, 2.0
#: ... with this standard deviation of each parameter's logarithm.
SD = 1.0


def fit_wave(cells: Cells, usual: Parameters) -> FittedModel:
    """Fit BG/BB to the readers of a wave; ``usual`` are the parameters of the other readers.

    Without any period to learn from, the result is what is thought of a wave beforehand, as
    uncertain as that is.
    """
    from scipy.optimize import minimize

    likelihood = Likelihood(cells)
    center = Parameters(usual.alpha * COMES, usual.beta, usual.gamma * LEAVES, usual.delta).log

    def loss(log: Floats) -> float:
        away = (log - center) / SD
        return float(away @ away) / 2 - likelihood(Parameters.from_log(log))

    total = max(1, cells.total)
    found = minimize(
        lambda log: loss(log) / total,
        center,
        method="L-BFGS-B",
        bounds=[(-BOUND, BOUND)] * 4,
        options={"ftol": 1e-10, "gtol": 1e-8, "maxiter": 200},
    )
    parameters = Parameters.from_log(found.x)
    covariance = estimate_covariance(lambda log: -loss(log), found.x)
    return FittedModel(parameters, likelihood(parameters), Quality.GOOD, covariance)
