"""Readers drawn from a known BG/BB process, for demonstrations and tests."""

import numpy as np
import numpy.typing as npt

from cx_feedback.loyalty.model.bgbb import Parameters


def simulate_visits(
    parameters: Parameters, readers: int, periods: int, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Return an array of visits by reader and period, shape (readers, periods + 1).

    Column 0, the first period of each reader, is always true. Each reader draws a probability of
    visiting and one of leaving before each later period. A reader who has left never returns.
    """
    comes = rng.beta(parameters.alpha, parameters.beta, readers)
    leaves = rng.beta(parameters.gamma, parameters.delta, readers)
    visits = np.zeros((readers, periods + 1), dtype=np.bool_)
    visits[:, 0] = True
    stays = np.ones(readers, dtype=np.bool_)
    for period in range(1, periods + 1):
        stays &= rng.random(readers) >= leaves
        visits[:, period] = stays & (rng.random(readers) < comes)
    return visits
