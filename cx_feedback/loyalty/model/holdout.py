"""Accuracy of predictions on cells, compared with the actual returns."""

from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model.cells import Floats, Ints

TENTHS = 10


@dataclass(frozen=True)
class Tenth:
    """A tenth of the readers by prediction: the mean prediction and the share that returned."""

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
    """Return the accuracy of predicted probabilities; all arrays have one entry per cell.

    Raises ValueError unless at least one reader returned and at least one did not.
    """
    if not 0 < returned.sum() < readers.sum():
        raise ValueError("a check needs readers who returned and readers who did not")
    brier = (returned * (1 - predicted) ** 2 + (readers - returned) * predicted**2).sum()
    tenths = split_into_tenths(predicted, readers, returned)
    total = float(readers.sum())
    ece = sum(t.readers / total * abs(t.predicted - t.returned) for t in tenths)
    return Accuracy(compute_auc(predicted, readers, returned), float(brier) / total, ece, tenths)


def compute_auc(score: Floats, readers: Ints, returned: Ints) -> float:
    """Return the probability that a returning reader scores above another; ties count half."""
    _, group = np.unique(score, return_inverse=True)
    came = np.bincount(group, weights=returned)
    stayed_away = np.bincount(group, weights=readers - returned)
    below = np.cumsum(stayed_away) - stayed_away
    pairs = came @ (below + stayed_away / 2)
    return float(pairs / (came.sum() * stayed_away.sum()))


def split_into_tenths(predicted: Floats, readers: Ints, returned: Ints) -> tuple[Tenth, ...]:
    """Split the readers into tenths by prediction; a cell on a border is split in proportion."""
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
    """Predict by the periods since the last visit alone, from the shares of an earlier window.

    ``silent``, ``readers`` and ``returned`` describe the cells of that window; ``asked`` are the
    periods since the last visit to predict for. Each share is shrunk towards the overall share
    with the weight of ``smooth`` readers. Absences longer than all in the window get the share of
    the longest.
    """
    overall = returned.sum() / readers.sum()
    longest = int(silent.max())
    n = np.bincount(silent, weights=readers, minlength=longest + 1)
    came = np.bincount(silent, weights=returned, minlength=longest + 1)
    rates = (came + smooth * overall) / (n + smooth)
    predicted: Floats = rates[np.minimum(asked, longest)]
    return predicted
