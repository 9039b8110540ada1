"""Readers drawn from a known BG/BB process, for demonstrations and tests."""

import numpy as np
import numpy.typing as npt

from cx_feedback.loyalty.model.bgbb import Parameters


def simulate_visits(
    parameters: Parameters, readers: int, periods: int, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Return visits, shape (readers, periods + 1): whether each reader came in each period.

    Column 0, a reader's first period, is always true. Each reader draws a chance to come and
    a chance to leave before every later period, and once gone never comes again.
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
