"""Changes of a whole site, over many seeds: the nightly code on a database of each process.

``SEEDS=20 make bench ROOM=truth`` sets how many worlds are drawn of each scenario,
``PROCESSES=2`` how many run at once and ``SCENARIO=season`` which ones by a part of the name.
"""

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from benchmarks import site
from benchmarks.results import Result
from benchmarks.truth_nights import Night, run_nights
from benchmarks.truth_regimes import SCENARIOS, START, Scenario
from benchmarks.truth_sites import NEWCOMER, SimulatedSite

SEEDS = int(os.environ.get("SEEDS") or 20)
PROCESSES = int(os.environ.get("PROCESSES") or 2)
#: Weeks after leaving in which a reader who left for good is announced as a rule.
NOTICED_WEEKS = 4


@dataclass(frozen=True)
class Outcome:
    """A scenario of one seed: who was announced, and whether the sentences were right.

    ``share`` is the announced of those who really left, ``yes`` how often the answer was yes
    where it could be compared, and ``held`` how often the range held then.
    """

    scenario: str
    announced: int
    usual: int
    share: float
    usual_share: float
    is_right: bool
    yes: int
    held: int

    @property
    def ratio(self) -> float:
        """Return the announced over the usual, each of those who left in worlds that differ."""
        return self.announced / max(self.usual, 1)


def run() -> list[Result]:
    """Return for each scenario the announced over the usual, and how many sentences were right."""
    from django.db import connections

    connections.close_all()  # a database that is copied must not be in use
    pool = ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=_set_up)
    found: list[Outcome] = []
    begun = time.perf_counter()
    with pool:
        for seed, outcomes in enumerate(pool.map(measure_seed, range(1, SEEDS + 1)), 1):
            found += outcomes
            print(f"truth: seed {seed} of {SEEDS}, {time.perf_counter() - begun:.0f} s", flush=True)
            for one in outcomes:
                print("  ", one, file=sys.stderr, flush=True)
    _drop_copies()
    return [result for scenario in get_scenarios() for result in _summarize(scenario, found)]


def get_scenarios() -> list[Scenario]:
    """Return the scenarios to run: those whose name contains ``SCENARIO``."""
    return [one for one in SCENARIOS if os.environ.get("SCENARIO", "") in one.name]


def _set_up() -> None:
    """Give this process a database of its own, a copy of that of the benchmarks."""
    import psycopg

    name = f"{site.DATABASE}_{os.getpid()}"
    server, _, database = site.DATABASE.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        # One copy at a time: a database that is being copied must not be in use.
        connection.execute("SELECT pg_advisory_lock(20)")
        connection.execute(f'DROP DATABASE IF EXISTS "{database}_{os.getpid()}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{database}_{os.getpid()}" TEMPLATE "{database}"')
        connection.execute(
            f'ALTER DATABASE "{database}_{os.getpid()}" SET synchronous_commit = off'
        )
    os.environ["DATABASE_URL"] = name
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()


def _drop_copies() -> None:
    """Drop the databases of the processes, also those that an earlier run left."""
    import psycopg

    server, _, database = site.DATABASE.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        pattern = f"^{database}_[0-9]+$"
        names = connection.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [pattern])
        for (name,) in names.fetchall():
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def measure_seed(seed: int) -> list[Outcome]:
    """Return the outcome of each scenario for one seed."""
    watched: dict[str, tuple[SimulatedSite, list[Night]]] = {}
    by_name = {scenario.name: scenario for scenario in SCENARIOS}
    outcomes = []
    for scenario in get_scenarios():
        for name in (scenario.usual, scenario.name):
            if name not in watched:
                world = by_name[name].draw(seed)
                last = START + 7 * by_name[name].weeks - 1
                watched[name] = (world, list(run_nights(world, START, last)))
        outcomes.append(_compare(scenario, watched[scenario.name], watched[scenario.usual]))
    return outcomes


def _compare(
    scenario: Scenario,
    watched: tuple[SimulatedSite, list[Night]],
    usual: tuple[SimulatedSite, list[Night]],
) -> Outcome:
    world, nights = watched
    last = START + 7 * scenario.weeks
    same = [night for night in usual[1] if night.day < last]
    sure = [night for night in nights if night.is_yes and night.held is not None]
    return Outcome(
        scenario.name,
        _count_announced(world, nights),
        _count_announced(usual[0], same),
        _get_announced_share(world, nights, last),
        _get_announced_share(usual[0], same, last),
        scenario.is_right(world, nights),
        len(sure),
        sum(bool(night.held) for night in sure),
    )


def _count_announced(world: SimulatedSite, nights: list[Night]) -> int:
    """Return the number of readers announced, without those of a wave: only one world has them."""
    return sum(world.kinds[reader] != NEWCOMER for night in nights for reader in night.announced)


def _get_announced_share(world: SimulatedSite, nights: list[Night], last: int) -> float:
    """Return the announced over those with two visits or more who left so long ago."""
    who, days = world.visits[:, 0], world.visits[:, 1]
    seen = np.bincount(who[days < last], minlength=world.readers + 1) >= 2
    ago = 7 * NOTICED_WEEKS
    left = seen & (world.leaves >= START - ago) & (world.leaves < last - ago)
    return _count_announced(world, nights) / max(int((left & (world.kinds != NEWCOMER)).sum()), 1)


def _summarize(scenario: Scenario, found: list[Outcome]) -> list[Result]:
    mine = [one for one in found if one.scenario == scenario.name]
    announced, usual = sum(one.announced for one in mine), sum(one.usual for one in mine)
    name = scenario.name
    results = [
        Result("truth", f"{name}: announced, a world on average", announced / len(mine)),
        Result("truth", f"{name}: usual, a world on average", usual / len(mine)),
    ]
    if scenario.usual != name:
        ratios = [_get_ratio(scenario, one) for one in mine]
        results += [
            Result(
                "truth",
                f"{name}: announced over usual, median",
                float(np.median(ratios)),
                scenario.goal,
            ),
            Result("truth", f"{name}: announced over usual, worst", max(ratios), scenario.goal),
        ]
    yes, held = sum(one.yes for one in mine), sum(one.held for one in mine)
    return [
        *results,
        Result(
            "truth",
            f"{name}: sentences right, of {len(mine)}",
            sum(one.is_right for one in mine),
            f">= {len(mine)}",
        ),
        Result("truth", f"{name}: answers yes, a world on average", yes / len(mine)),
        Result("truth", f"{name}: of these the range held", held / max(yes, 1)),
    ]


def _get_ratio(scenario: Scenario, one: Outcome) -> float:
    """Return the announced over the usual; where other readers leave, of those who left."""
    if scenario.is_other_site:
        return one.share / max(one.usual_share, 1e-9)
    return one.announced / max(one.usual, 1)
