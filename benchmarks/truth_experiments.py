"""Experiments that are looked at every night for a year, where the effect is known."""

import math
from dataclasses import dataclass

import numpy as np

from cx_feedback.core.experiment_statistics import (
    MIN_READERS,
    get_always_valid_difference,
)
from cx_feedback.core.statistics import Z

NIGHTS = 365


@dataclass(frozen=True)
class Watched:
    """Shares of experiments; ``price`` is the mean width of the last night to a single look's."""

    false_verdicts: float
    false_of_single_looks: float
    coverage: float
    found: float
    price: float


def watch_experiments(
    *,
    share: float,
    lift: float,
    experiments: int,
    seed: int,
    held: float = 0.1,
    readers_a_day: float = 10,
) -> Watched:
    """Simulate experiments with a true difference ``lift``; ``held`` is the control group.

    A verdict is false if on any night the interval leaves out 0 with ``lift`` 0, or lies on the
    wrong side of it.
    """
    rng = np.random.default_rng(seed)
    false = single = missed = found = 0
    prices = []
    for _experiment in range(experiments):
        written, came = _draw_group(rng, readers_a_day * (1 - held), share + lift)
        left, stayed = _draw_group(rng, readers_a_day * held, share)
        wrong = wrong_single = out = right = False
        for n, y, m, x in zip(written, came, left, stayed, strict=True):
            if min(n, m) < MIN_READERS:
                continue
            seen = get_always_valid_difference(int(y), int(n), int(x), int(m))
            out |= not seen.low <= lift <= seen.high
            says = 1 if seen.low > 0 else -1 if seen.high < 0 else 0
            wrong |= bool(says) and says != np.sign(lift)
            right |= bool(says) and says == np.sign(lift)
            error = _get_plain_error(y / n, n, x / m, m)
            wrong_single |= abs(seen.value) > Z * error and np.sign(seen.value) != np.sign(lift)
        false, single = false + wrong, single + wrong_single
        missed, found = missed + out, found + right
        if min(written[-1], left[-1]) >= MIN_READERS and error:
            prices.append((seen.high - seen.low) / (2 * Z * error))
    n = experiments
    return Watched(false / n, single / n, 1 - missed / n, found / n, float(np.mean(prices)))


def _draw_group(
    rng: np.random.Generator, a_day: float, share: float
) -> tuple[list[int], list[int]]:
    """Return the readers whose weeks are over and their returns, night by night."""
    readers = np.cumsum(rng.poisson(a_day, NIGHTS))
    came = np.concatenate([[0], np.cumsum(rng.random(int(readers[-1])) < share)])
    return readers.tolist(), came[readers].tolist()


def _get_plain_error(p: float, n: int, q: float, m: int) -> float:
    return math.sqrt(p * (1 - p) / n + q * (1 - q) / m)
