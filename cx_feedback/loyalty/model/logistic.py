"""Logistic regression on cells: the challenger, and the recalibration of the model.

The challenger uses the features of RFM tables (recency, frequency, age) and has no model of
visiting and leaving. It is trained on a past window only, so that the comparison is fair.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cx_feedback.loyalty.model.cells import Cells, Floats, Ints

#: Weight of the prior that shrinks weights to zero (for a recalibration: to the identity), in
#: units of log-likelihood. It is weak, but keeps weights finite if a feature separates all returns.
RIDGE = 1.0
#: Distance from 0 and 1 to which probabilities are clipped before their logits are taken.
EDGE = 1e-9


@dataclass(frozen=True)
class Logistic:
    """A logistic regression on log(1 + recency), log(1 + frequency) and log(1 + age), in periods.

    ``covariance`` is that of the four weights, in the order of the fields.
    """

    constant: float
    recency: float
    frequency: float
    age: float
    covariance: Floats | None = None

    @property
    def weights(self) -> Floats:
        """Return the weights in the order of the fields."""
        return np.array([self.constant, self.recency, self.frequency, self.age])

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        covariance = None if self.covariance is None else self.covariance.tolist()
        return {**asdict(self), "covariance": covariance}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> "Logistic":
        """Return the regression that ``as_dict`` described."""
        covariance = plain["covariance"]
        return cls(**{**plain, "covariance": None if covariance is None else np.array(covariance)})

    def p_return(self, cells: Cells) -> Floats:
        """Return each cell's probability of a return within the window it was trained on."""
        return sigmoid(build_features(cells) @ self.weights)


@dataclass(frozen=True)
class Calibration:
    """Platt scaling: logit of the actual share = intercept + slope * logit of the prediction.

    Platt (1999), "Probabilistic Outputs for Support Vector Machines".
    """

    intercept: float = 0.0
    slope: float = 1.0

    def __call__(self, probability: Floats) -> Floats:
        """Return recalibrated probabilities; 0 stays 0 and the order is kept."""
        corrected = sigmoid(self.intercept + self.slope * logit(probability))
        return np.where(probability <= 0, 0.0, corrected)


def train_challenger(cells: Cells, returned: Ints) -> Logistic:
    """Train the challenger on the cells of a past day and their returns after it."""
    start = np.zeros(4)
    weights, covariance = _maximize_posterior(build_features(cells), cells.readers, returned, start)
    constant, recency, frequency, age = (float(weight) for weight in weights)
    return Logistic(constant, recency, frequency, age, covariance)


def fit_calibration(said: Floats, readers: Ints, returned: Ints) -> Calibration:
    """Fit the recalibration of the probabilities ``said`` for a past window to its returns."""
    table = np.stack([np.ones(len(said)), logit(said)], axis=1)
    none = np.array([0.0, 1.0])
    (intercept, slope), _ = _maximize_posterior(table, readers, returned, none)
    # A slope of zero or less would reverse the order, so such a window is not used.
    return Calibration(float(intercept), float(slope)) if slope > 0 else Calibration()


def build_features(cells: Cells) -> Floats:
    """Return the features of the challenger, shape (cells, 4): one, recency, frequency, age."""
    clock = cells.clock
    logs = np.log1p([clock - cells.t_x, cells.x, clock])
    return np.stack([np.ones(len(cells)), *logs], axis=1)


def sigmoid(z: Floats) -> Floats:
    """Return the probabilities of logits."""
    from scipy.special import expit

    return np.asarray(expit(z), dtype=np.float64)


def logit(probability: Floats) -> Floats:
    """Return the logits of probabilities, which are finite."""
    p = np.clip(probability, EDGE, 1 - EDGE)
    return np.asarray(np.log(p) - np.log1p(-p), dtype=np.float64)


def _maximize_posterior(
    table: Floats, readers: Ints, returned: Ints, prior: Floats
) -> tuple[Floats, Floats]:
    """Maximize the likelihood times a normal prior; return the weights and their covariance."""
    from scipy.optimize import minimize

    total = float(readers.sum())

    def loss(weights: Floats) -> float:
        z = table @ weights
        away = weights - prior
        likelihood = returned @ z - readers @ np.logaddexp(0, z)
        return float(0.5 * RIDGE * (away @ away) - likelihood) / total

    def slope(weights: Floats) -> Floats:
        missing = returned - readers * sigmoid(table @ weights)
        return np.asarray(RIDGE * (weights - prior) - table.T @ missing) / total

    def curve(weights: Floats) -> Floats:
        p = sigmoid(table @ weights)
        information = (table * (readers * p * (1 - p))[:, None]).T @ table
        return np.asarray(information + RIDGE * np.eye(len(prior))) / total

    found = minimize(
        loss, prior, method="trust-exact", jac=slope, hess=curve, options={"gtol": 1e-9}
    )
    covariance = np.linalg.inv(total * curve(found.x))
    return np.asarray(found.x), np.asarray(covariance, dtype=np.float64)
