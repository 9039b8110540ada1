"""The weighted mix of the model and its challenger, with weights from earlier windows."""

from collections.abc import Sequence

import numpy as np

from cx_feedback.loyalty.model.cells import Floats, Ints
from cx_feedback.loyalty.model.logistic import logit, sigmoid

#: Weights of the model that are tried; before any window each is as likely as the others.
WEIGHTS = np.linspace(0, 1, 21)
#: Days after which a window counts half.
HALF_LIFE = 364.0


def shift_to_total(probability: Floats, readers: Ints, total: float) -> Floats:
    """Return the probabilities with their logits shifted so that ``total`` readers come."""
    return sigmoid(logit(probability) + get_shift(probability, readers, total))


def get_shift(probability: Floats, readers: Ints, total: float) -> float:
    """Return by how much logits must be shifted so that ``total`` readers come, by bisection."""
    logits, low, high = logit(probability), -12.0, 12.0
    for _step in range(50):
        middle = (low + high) / 2
        if readers @ sigmoid(logits + middle) < total:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def get_losses(by_model: Floats, by_challenger: Floats, readers: Ints, returned: Ints) -> Floats:
    """Return the squared error per reader in a window for each of ``WEIGHTS``.

    Both are shifted to the number who came, because that number says nothing about which of the
    two knows better who they were.
    """
    total = float(returned.sum())
    model = shift_to_total(by_model, readers, total)
    challenger = shift_to_total(by_challenger, readers, total)
    losses = []
    for weight in WEIGHTS:
        p = weight * model + (1 - weight) * challenger
        losses.append((returned * (1 - p) ** 2 + (readers - returned) * p**2).sum())
    return np.array(losses) / readers.sum()


def choose_weight(windows: Sequence[tuple[float, float, Floats]]) -> float:
    """Return the weight of the model, by windows of (share that counts, readers, losses).

    It is the mean over all weights, each as likely as its squared error makes it if errors were
    normal. Few readers therefore leave it near one half.
    """
    log = np.zeros(len(WEIGHTS))
    for share, readers, losses in windows:
        log -= share * readers * losses / (2 * losses.min())
    likely = np.exp(log - log.max())
    return float(likely @ WEIGHTS / likely.sum())
