"""Is it true? Predictions against what came after, on cells."""

from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model.cells import Floats, Ints

TENTHS = 10


@dataclass(frozen=True)
class Tenth:
    """A tenth of the readers, by prediction: mean predicted and share that really returned."""

    readers: float
    predicted: float
    returned: float


@dataclass(frozen=True)
class Accuracy:
    """AUC, Brier score, expected calibration error over tenths, and the tenths."""

    auc: float
    brier: float
    ece: float
    tenths: tuple[Tenth, ...]


def measure_accuracy(predicted: Floats, readers: Ints, returned: Ints) -> Accuracy:
    """Compare probabilities with outcomes; all arrays have one entry a cell.

    Needs at least one reader who returned and one who did not; raises ValueError otherwise.
    """
    if not 0 < returned.sum() < readers.sum():
        raise ValueError("a check needs readers who returned and readers who did not")
    brier = (returned * (1 - predicted) ** 2 + (readers - returned) * predicted**2).sum()
    tenths = split_into_tenths(predicted, readers, returned)
    total = float(readers.sum())
    ece = sum(t.readers / total * abs(t.predicted - t.returned) for t in tenths)
    return Accuracy(compute_auc(predicted, readers, returned), float(brier) / total, ece, tenths)


def compute_auc(score: Floats, readers: Ints, returned: Ints) -> float:
    """Return the chance that one who returned scores above one who did not, ties one half."""
    _, group = np.unique(score, return_inverse=True)
    came = np.bincount(group, weights=returned)
    stayed_away = np.bincount(group, weights=readers - returned)
    below = np.cumsum(stayed_away) - stayed_away
    pairs = came @ (below + stayed_away / 2)
    return float(pairs / (came.sum() * stayed_away.sum()))


def split_into_tenths(predicted: Floats, readers: Ints, returned: Ints) -> tuple[Tenth, ...]:
    """Cut the readers into tenths by prediction; a cell on a border is split in proportion."""
    order = np.argsort(predicted, kind="stable")
    ends = np.cumsum(readers[order]).astype(np.float64)
    starts = ends - readers[order]
    share = returned[order] / readers[order]
    tenths = []
    for k in range(TENTHS):
        low, high = ends[-1] * k / TENTHS, ends[-1] * (k + 1) / TENTHS
        weight = np.clip(np.minimum(ends, high) - np.maximum(starts, low), 0, None)
        size = float(weight.sum())
        tenths.append(
            Tenth(size, float(weight @ predicted[order]) / size, float(weight @ share) / size)
        )
    return tuple(tenths)


def predict_by_recency(
    silent: Ints, readers: Ints, returned: Ints, asked: Ints, *, smooth: float = 20.0
) -> Floats:
    """Predict by recency alone: the share that returned, an earlier window, by silent periods.

    ``silent``, ``readers``, ``returned`` describe the cells of that window, ``asked`` the silent
    periods to predict for. Each share is drawn to the overall one with the weight of ``smooth``
    readers; silences longer than any seen take the share of the longest.
    """
    overall = returned.sum() / readers.sum()
    longest = int(silent.max())
    n = np.bincount(silent, weights=readers, minlength=longest + 1)
    came = np.bincount(silent, weights=returned, minlength=longest + 1)
    rates = (came + smooth * overall) / (n + smooth)
    predicted: Floats = rates[np.minimum(asked, longest)]
    return predicted
