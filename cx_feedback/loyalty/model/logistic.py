"""Logistic regression on cells: the challenger of the model.

The challenger uses the features of RFM tables (recency, frequency, age) and has no model of
visiting and leaving. It is trained on past windows only, so that the comparison is fair.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cx_feedback.loyalty.model.cells import Cells, Floats, Ints

#: Weight of the prior that shrinks weights to zero, in units of log-likelihood. It is weak, but
#: keeps weights finite if a feature separates all returns.
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


def train_challenger(windows: Sequence[tuple[float, Cells, Ints]]) -> Logistic | None:
    """Train the challenger on (share that counts, cells of a past day, their returns after it).

    Returns None without any window.
    """
    if not windows:
        return None
    features = np.concatenate([build_features(cells) for _share, cells, _returned in windows])
    readers = np.concatenate([share * cells.readers for share, cells, _returned in windows])
    came = np.concatenate([share * returned for share, _cells, returned in windows])
    weights, covariance = _maximize_posterior(features, readers, came, np.zeros(4))
    constant, recency, frequency, age = (float(weight) for weight in weights)
    return Logistic(constant, recency, frequency, age, covariance)


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
    table: Floats, readers: Floats, returned: Floats, prior: Floats
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
