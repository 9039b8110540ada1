"""The BG/BB process: in each week a reader who is still there comes or does not come.

Every reader has a chance ``p`` of coming in a week, drawn from a beta distribution with
``alpha`` and ``beta``, and a chance ``theta`` of having left for good before a week begins,
drawn from one with ``gamma`` and ``delta`` (Fader, Hardie and Shang, 2010). Nothing here knows
the database.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Parameters:
    """The four parameters from which all readers are drawn."""

    alpha: float = 1.2
    beta: float = 1.6
    gamma: float = 0.7
    delta: float = 5.0

    def __post_init__(self) -> None:
        for name in ("alpha", "beta", "gamma", "delta"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be greater than 0")


@dataclass(frozen=True)
class Population:
    """Readers by row: their chances, their first week, and the weeks in which they came."""

    p: Floats
    theta: Floats
    first_week: Integers
    #: One row for each reader, one column for each week; true in the first week.
    came: Booleans
    #: True while the reader is still there, from the first week on.
    present: Booleans

    @property
    def returns(self) -> Integers:
        """In how many weeks after the first each reader came."""
        counted: Integers = self.came.sum(axis=1) - 1
        return counted

    @property
    def last_week(self) -> Integers:
        """The last week in which each reader came."""
        weeks = self.came.shape[1]
        last: Integers = weeks - 1 - np.argmax(self.came[:, ::-1], axis=1)
        return last


def draw_population(
    *,
    readers: int,
    weeks: int,
    parameters: Parameters,
    rng: np.random.Generator,
    arriving: int | None = None,
) -> Population:
    """Draw readers who come for the first time in a week of the period, and what they do then.

    ``arriving`` limits the weeks in which anybody comes for the first time: the first so many.

    More readers begin early than late, as with a magazine that had a good start.
    """
    p = rng.beta(parameters.alpha, parameters.beta, readers)
    theta = rng.beta(parameters.gamma, parameters.delta, readers)
    weights = np.linspace(1.6, 0.6, arriving or weeks)
    first_week = rng.choice(weights.size, size=readers, p=weights / weights.sum())

    week = np.arange(weeks)
    after = week[None, :] > first_week[:, None]
    survives = rng.random((readers, weeks)) >= theta[:, None]
    # Before a reader's first week nothing can be lost; afterwards one loss is final.
    present = np.logical_and.accumulate(survives | ~after, axis=1) & (
        week[None, :] >= first_week[:, None]
    )
    came = present & after & (rng.random((readers, weeks)) < p[:, None])
    came[np.arange(readers), first_week] = True
    return Population(p, theta, first_week, came, present)


def draw_days(population: Population, rng: np.random.Generator) -> tuple[Integers, Integers]:
    """Return visits as rows of readers and day numbers, the first week's Monday being day 0.

    Who comes often in general comes on more days of a week: one day, and each further one with
    half the reader's chance.
    """
    reader, week = np.nonzero(population.came)
    further = rng.binomial(3, population.p[reader] / 2)
    rows, days = [reader], [week * 7 + rng.integers(0, 7, reader.size)]
    for extra in range(1, 4):
        chosen = further >= extra
        rows.append(reader[chosen])
        days.append(week[chosen] * 7 + rng.integers(0, 7, int(chosen.sum())))
    pairs = np.unique(np.stack([np.concatenate(rows), np.concatenate(days)]), axis=1)
    return pairs[0], pairs[1]


def draw_likings(population: Population, rng: np.random.Generator) -> Floats:
    """Return how much each reader likes the magazine, from 0 to 1.

    Liking follows from coming often and from not leaving, with enough noise that neither can
    be read off it.
    """
    staying = (1 - population.theta) ** 3
    liking = 0.38 + 0.24 * population.p + 0.36 * staying + rng.normal(0, 0.13, population.p.size)
    bounded: Floats = np.clip(liking, 0, 1)
    return bounded


def draw_scores(likings: Floats, rng: np.random.Generator) -> Integers:
    """Return answers from 0 to 10 to how likely each reader would recommend the magazine."""
    scores: Integers = np.rint(likings * 11.2 - 0.5 + rng.normal(0, 1.1, likings.size)).astype(
        np.int64
    )
    return np.clip(scores, 0, 10)
