"""Comparing the readers of each cause with readers of similar acts, without Django.

A *unit* is a reader who did something in a week. Units with the same history, week and kind of
act are one cell. What similar readers did is estimated in two steps, so that an error of either
is made good by the other:

1. A logistic regression on the history, the week and the kind of act gives each cell a share
   that comes back.
2. Within strata (alike in that share, in the month and in the kind of act) the residuals of a
   cause's readers are compared with those of the readers of other causes.

After Robins and Rotnitzky (1995) and, for the residuals within strata, Rosenbaum (2002),
"Covariance adjustment in randomized experiments and observational studies".
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cx_feedback.loyalty.model.cells import Floats, Ints
from cx_feedback.loyalty.model.logistic import sigmoid

Bools = npt.NDArray[np.bool_]
#: Weight of the prior that shrinks each weight to zero, in units of log-likelihood.
RIDGE = 1.0
STEPS = 25
#: Rows of one part of the matrix of features.
PART = 20_000
#: Groups of similar shares in a stratum, and weeks of one.
SHARES, WEEKS = 5, 4
#: Fewest other readers of a stratum that say something about its readers.
FEW = 5


@dataclass(frozen=True)
class UnitCells:
    """Cells of units: the level of each feature, the units and the sum of their outcomes.

    ``levels`` has one row per cell; its first two columns are the week and the kind of act. Each
    unit has ``trials`` weeks or horizons in which it may come.
    """

    levels: Ints
    units: Ints
    came: Ints
    trials: int = 1


@dataclass(frozen=True)
class CauseCells:
    """The units of causes by cell: the number of the cause, that of the cell, and their sums.

    ``size`` is the number of causes. ``units`` are the first of each reader, ``all_units`` all
    that the cause has to do with: none of them is a similar reader's.
    """

    size: int
    cause: Ints
    cell: Ints
    units: Ints
    came: Ints
    all_units: Ints
    all_came: Ints


@dataclass(frozen=True)
class Comparison:
    """Differences between the readers of causes and similar readers; one entry per cause.

    ``expected`` is the share of similar readers, ``error`` the standard error of the difference.
    ``compared`` counts those of the cause who have similar readers, ``similar`` these. Without
    any the figures are nan.
    """

    share: Floats
    expected: Floats
    error: Floats
    compared: Ints
    similar: Ints

    @property
    def difference(self) -> Floats:
        return self.share - self.expected

    @property
    def z(self) -> Floats:
        """Return the differences in standard errors, 0 without similar readers."""
        found = np.divide(
            self.difference, self.error, out=np.zeros_like(self.error), where=self.error > 0
        )
        return np.nan_to_num(found)


def compare_causes(pool: UnitCells, causes: CauseCells, *, inside: Bools) -> Comparison:
    """Compare the units of each cause with those of ``pool`` that aren't the cause's.

    Cells of ``causes`` are rows of ``pool``. ``inside`` says of each cause whether its units are
    part of the pool.
    """
    if not len(pool.units) or not len(causes.units):
        nothing = np.full(causes.size, np.nan)
        nobody = np.zeros(causes.size, dtype=np.int64)
        return Comparison(nothing, nothing, nothing, nobody, nobody)
    expected = _predict(pool)
    strata = _get_strata(pool, expected)
    count = int(strata.max()) + 1
    trials = pool.trials
    sums = _get_sums(pool.units, pool.came, expected, trials)
    of_pool = [np.bincount(strata, a, count) for a in sums]
    key = causes.cause * count + strata[causes.cell]
    share = expected[causes.cell]
    keys, at = np.unique(key, return_inverse=True)
    own, alike = (
        [np.bincount(at, a, len(keys)) for a in _get_sums(units, came, share, trials)]
        for units, came in ((causes.units, causes.came), (causes.all_units, causes.all_came))
    )
    came = np.bincount(at, causes.came, len(keys))
    cause, stratum = keys // count, keys % count
    within = inside[cause]
    others = [whole[stratum] - mine * within for whole, mine in zip(of_pool, alike, strict=True)]
    usable = others[0] >= FEW
    n = np.where(usable, own[0], 0)
    m = np.where(usable, others[0], 1)
    level = np.where(usable, others[1] / m, 0.0)
    difference = np.where(usable, own[1], 0) - n * level
    variance = np.where(usable, own[2], 0) + n**2 * np.maximum(others[2], 0) / m**2
    size = causes.size
    readers = np.bincount(cause, n, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        share_of = np.bincount(cause, np.where(usable, came, 0), size) / (readers * trials)
        gap = np.bincount(cause, difference, size) / (readers * trials)
        error = np.sqrt(np.bincount(cause, variance, size)) / (readers * trials)
    similar = np.bincount(cause, np.where(usable, others[0], 0), size)
    return Comparison(
        share_of, share_of - gap, error, readers.astype(np.int64), similar.astype(np.int64)
    )


def _get_sums(units: Ints, came: Ints, share: Floats, trials: int) -> tuple[Any, Floats, Floats]:
    """Return units, what came beyond the expected, and its variance, by row."""
    expected = units * trials * share
    return units, came - expected, expected * (1 - share)


def _get_strata(pool: UnitCells, expected: Floats) -> Ints:
    """Return the stratum of each cell: month, kind of act and group of similar shares."""
    order = np.argsort(expected, kind="stable")
    passed = np.cumsum(pool.units[order])
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.minimum((passed - 1) * SHARES // max(1, int(passed[-1])), SHARES - 1)
    month, kind = pool.levels[:, 0] // WEEKS, pool.levels[:, 1]
    return (month * (int(kind.max()) + 1) + kind) * SHARES + group


def _predict(pool: UnitCells) -> Floats:
    """Return the share that comes back by cell, by a logistic regression on the levels."""
    starts = np.concatenate([[1], 1 + np.cumsum(pool.levels.max(axis=0) + 1)])
    columns, size = pool.levels + starts[:-1], int(starts[-1])
    trials = pool.units * pool.trials
    weights = np.zeros(size)
    prior = np.full(size, RIDGE)
    prior[0] = 1e-6
    share = (pool.came.sum() + 1) / (trials.sum() + 2)
    weights[0] = np.log(share / (1 - share))
    for _step in range(STEPS):
        score, information = -prior * weights, np.diag(prior)
        for start in range(0, len(columns), PART):
            part = slice(start, start + PART)
            table = _one_hot(columns[part], size)
            p = sigmoid(table @ weights)
            score += table.T @ (pool.came[part] - trials[part] * p)
            information += (table * (trials[part] * p * (1 - p))[:, None]).T @ table
        change = np.linalg.solve(information, score)
        weights += np.clip(change, -3, 3)
        if np.abs(change).max() < 1e-6:
            break
    return sigmoid(weights[0] + weights[columns].sum(axis=1))


def _one_hot(columns: Ints, size: int) -> Floats:
    table = np.zeros((len(columns), size))
    table[:, 0] = 1
    table[np.arange(len(columns))[:, None], columns] = 1
    return table


def get_p_values(z: Floats, readers: Ints) -> Floats:
    """Return two-sided p-values of differences in standard errors, by the t distribution."""
    from scipy.special import stdtr

    return np.asarray(2 * stdtr(np.maximum(readers - 1, 1), -np.abs(z)))


def find_discoveries(p_values: Floats, level: float) -> Bools:
    """Return which stand out if a share ``level`` of those that do may be false.

    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57(1).
    """
    if not len(p_values):
        return np.zeros(0, dtype=np.bool_)
    order = np.sort(p_values)
    below = np.flatnonzero(order <= level * np.arange(1, len(order) + 1) / len(order))
    return p_values <= (order[below[-1]] if len(below) else -1.0)
