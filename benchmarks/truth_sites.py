"""Simulated visits of a site where the truth is known: who came when, and who left for good.

Each reader comes in a share of the weeks, on a day that they prefer or another one, sometimes
twice, until they leave for good one week. Worlds of one seed differ only in what a scenario
changes, so that nights in one can be compared with the same nights in the other.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

import numpy as np

#: A Monday, the first day of every world.
BEGINS = datetime.date(2025, 3, 3)
#: Week in which a reader who has not left within a world leaves.
NEVER = 10_000


@dataclass(frozen=True)
class SimulatedSite:
    """A world: visits as rows (reader, day), and for each reader the day of leaving and the kind.

    Readers are numbered from 1 on and days from ``BEGINS`` on; row 0 of the arrays is unused.
    """

    visits: Any
    leaves: Any
    kinds: Any = field(default_factory=lambda: np.zeros(1, dtype=np.int64))

    @property
    def readers(self) -> int:
        """Return the number of readers."""
        return len(self.leaves) - 1


READER, NEWCOMER, PROGRAM = 0, 1, 2


def draw_world(
    seed: int,
    *,
    weeks: int,
    first: int = 300,
    a_week: float = 30.0,
    rate: Any = None,
    days: tuple[int, ...] = (),
) -> SimulatedSite:
    """Return readers who begin over the weeks, each with a habit of their own.

    ``first`` were there in the first week, about ``a_week`` begin in each later one. ``rate``
    multiplies the chance of coming in each week. With ``days`` they come on these days of the week
    alone, else on any.
    """
    rng = np.random.default_rng(seed)
    arrivals = rng.poisson(a_week, weeks)
    arrivals[0] = first
    begins = np.repeat(np.arange(weeks), arrivals)
    n = len(begins)
    habit, leaving = rng.beta(1.1, 2.2, n), rng.beta(0.7, 18, n)
    gone = np.minimum(begins + rng.geometric(np.maximum(leaving, 1e-6)), NEVER)
    chance = rng.random((n, weeks))
    share = habit[:, None] * (np.ones(weeks) if rate is None else np.asarray(rate))[None, :]
    week = np.arange(weeks)[None, :]
    came = (week == begins[:, None]) | (
        (chance < np.minimum(share, 1)) & (week > begins[:, None]) & (week < gone[:, None])
    )
    visits = _choose_days(came, rng, days)
    leaves = np.concatenate([[NEVER], 7 * gone])
    return SimulatedSite(visits, leaves, np.zeros(n + 1, dtype=np.int64))


def draw_weekly(seed: int, *, weeks: int, readers: int = 500) -> SimulatedSite:
    """Return readers who come every week but for one in twenty, and seldom leave."""
    rng = np.random.default_rng(seed)
    gone = rng.geometric(0.004, readers)
    week = np.arange(weeks)[None, :]
    came = (week == 0) | ((rng.random((readers, weeks)) < 0.95) & (week < gone[:, None]))
    return SimulatedSite(
        _choose_days(came, rng, ()),
        np.concatenate([[NEVER], 7 * gone]),
        np.zeros(readers + 1, dtype=np.int64),
    )


def _choose_days(came: Any, rng: np.random.Generator, days: tuple[int, ...]) -> Any:
    """Return rows (reader, day) for the weeks in which readers came: mostly on their own day."""
    n, weeks = came.shape
    own = rng.integers(0, 7, n)
    own_day = rng.random((n, weeks)) < 0.6
    other = rng.integers(0, 7, (n, weeks))
    day = np.where(own_day, own[:, None], other)
    again = came & (rng.random((n, weeks)) < 0.3)
    second = rng.integers(0, 7, (n, weeks))
    if days:
        allowed = np.array(days)
        day, second = allowed[day % len(allowed)], allowed[second % len(allowed)]
    who, week = np.nonzero(came)
    twice, later = np.nonzero(again)
    rows = np.concatenate(
        [
            np.stack([who + 1, 7 * week + day[who, week]], axis=1),
            np.stack([twice + 1, 7 * later + second[twice, later]], axis=1),
        ]
    )
    return np.unique(rows, axis=0)


def drop_days(world: SimulatedSite, first: int, last: int) -> SimulatedSite:
    """Return the world as it is counted without the days from ``first`` to ``last``."""
    day = world.visits[:, 1]
    return SimulatedSite(world.visits[(day < first) | (day > last)], world.leaves, world.kinds)


def add_newcomers(
    world: SimulatedSite, seed: int, *, week: int, weeks: int, readers: int
) -> SimulatedSite:
    """Return the world with a wave of newcomers in one week, of whom 80 % come once."""
    rng = np.random.default_rng(seed + 10_000)
    stays = rng.random(readers) < 0.2
    gone = np.where(stays, week + rng.geometric(0.06, readers), week)
    habit = rng.beta(1.5, 2.5, readers)
    weeks_after = np.arange(weeks)[None, :]
    came = (weeks_after == week) | (
        (rng.random((readers, weeks)) < habit[:, None])
        & (weeks_after > week)
        & (weeks_after <= gone[:, None])
    )
    # Of those who stay, everybody comes a second time: the others would be of the 80 %.
    alone = np.flatnonzero(stays & (came.sum(axis=1) < 2))
    came[alone, np.minimum(week + rng.integers(1, 4, len(alone)), weeks - 1)] = True
    return _add(world, _choose_days(came, rng, ()), 7 * (gone + 1), NEWCOMER)


def add_programs(world: SimulatedSite, *, programs: int, first: int, last: int) -> SimulatedSite:
    """Return the world with programs that come every day from ``first`` to ``last``."""
    days = np.arange(first, last + 1)
    rows = np.stack(
        [np.repeat(np.arange(1, programs + 1), len(days)), np.tile(days, programs)], axis=1
    )
    return _add(world, rows, np.full(programs, last + 1), PROGRAM)


def _add(world: SimulatedSite, visits: Any, leaves: Any, kind: int) -> SimulatedSite:
    shifted = visits + np.array([world.readers, 0])
    return SimulatedSite(
        np.concatenate([world.visits, shifted]),
        np.concatenate([world.leaves, leaves]),
        np.concatenate([world.kinds, np.full(len(leaves), kind)]),
    )


def thin_earlier(world: SimulatedSite, seed: int, *, weeks: int, growth: float) -> SimulatedSite:
    """Return the world with fewer readers the earlier they began, ``growth`` fewer each week.

    All newcomers from the last of ``weeks`` on stay, and those of the first week: the site began
    with them. Every reader who is there is in the other world too, with the same visits.
    """
    rng = np.random.default_rng(seed + 30_000)
    first = np.full(len(world.leaves), 7 * weeks)
    np.minimum.at(first, world.visits[:, 0], world.visits[:, 1])
    week = first // 7
    kept = (week == 0) | (rng.random(len(week)) < (1 + growth) ** (week - weeks + 1.0))
    return SimulatedSite(world.visits[kept[world.visits[:, 0]]], world.leaves, world.kinds)


def end_readers(world: SimulatedSite, seed: int, *, week: int, share: float) -> SimulatedSite:
    """Return the world with a share of all readers leaving for good at the start of a week."""
    rng = np.random.default_rng(seed + 20_000)
    chosen = rng.random(len(world.leaves)) < share
    chosen[0] = False
    leaves = np.where(chosen, np.minimum(world.leaves, 7 * week), world.leaves)
    # Readers who begin later are not meant.
    first = np.full(len(leaves), NEVER * 7)
    np.minimum.at(first, world.visits[:, 0], world.visits[:, 1])
    leaves = np.where(first >= 7 * week, world.leaves, leaves)
    kept = world.visits[:, 1] < leaves[world.visits[:, 0]]
    return SimulatedSite(world.visits[kept], leaves, world.kinds)
