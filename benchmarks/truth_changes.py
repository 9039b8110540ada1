"""Changes of a whole site, over many seeds: the nightly code on a database of each process.

``SEEDS=20 make bench ROOM=truth`` sets how many worlds are drawn of each scenario,
``PROCESSES=2`` how many run at once and ``SCENARIO=season`` which ones by a part of the name.
What was found for a seed is kept in ``.bench/truth`` until the code changes, so that a long run
can be made in parts: ``SEEDS=5 python -m benchmarks.truth_changes``, then 10 and so on.
"""

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from benchmarks import site
from benchmarks.results import Result, table
from benchmarks.truth_nights import Night, run_nights
from benchmarks.truth_outcomes import Outcome, keep_outcomes, read_outcomes
from benchmarks.truth_regimes import SCENARIOS, START, Scenario
from benchmarks.truth_sites import SimulatedSite

SEEDS = int(os.environ.get("SEEDS") or 20)
PROCESSES = int(os.environ.get("PROCESSES") or 2)


def run() -> list[Result]:
    """Return for each scenario the announced over the usual, and how many sentences were right."""
    names = [scenario.name for scenario in get_scenarios()]
    found = {seed: read_outcomes(seed, names) for seed in range(1, SEEDS + 1)}
    missing = [seed for seed, outcomes in found.items() if not outcomes]
    begun = time.perf_counter()
    for done, (seed, outcomes) in enumerate(_measure_seeds(missing), 1):
        found[seed] = outcomes
        keep_outcomes(seed, outcomes)
        spent = time.perf_counter() - begun
        print(f"truth: {done} of {len(missing)} seeds, {spent:.0f} s", flush=True)
        for one in outcomes:
            print("  ", one, file=sys.stderr, flush=True)
    every = [one for outcomes in found.values() for one in outcomes]
    return [result for scenario in get_scenarios() for result in _summarize(scenario, every)]


def get_scenarios() -> list[Scenario]:
    """Return the scenarios to run: those whose name contains ``SCENARIO``."""
    return [one for one in SCENARIOS if os.environ.get("SCENARIO", "") in one.name]


def _measure_seeds(seeds: list[int]) -> Iterator[tuple[int, list[Outcome]]]:
    """Yield the outcomes of each of the seeds, several of them measured at once."""
    from django.db import connections

    if not seeds:
        return
    connections.close_all()  # a database that is copied must not be in use
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=_set_up) as pool:
        yield from zip(seeds, pool.map(measure_seed, seeds), strict=True)
    _drop_copies()


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
    shared = set(np.intersect1d(world.visits[:, 0], usual[0].visits[:, 0]).tolist())
    return Outcome(
        scenario.name,
        _count_announced(nights, shared),
        _count_announced(same, shared),
        scenario.is_right(world, nights),
        len(sure),
        sum(bool(night.held) for night in sure),
    )


def _count_announced(nights: list[Night], among: set[int]) -> int:
    return sum(reader in among for night in nights for reader in night.announced)


def _summarize(scenario: Scenario, found: list[Outcome]) -> list[Result]:
    mine = [one for one in found if one.scenario == scenario.name]
    announced, usual = sum(one.announced for one in mine), sum(one.usual for one in mine)
    name = scenario.name
    results = [
        Result("truth", f"{name}: announced, a world on average", announced / len(mine)),
        Result("truth", f"{name}: usual, a world on average", usual / len(mine)),
    ]
    if scenario.usual != name:
        ratios = [one.ratio for one in mine]
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


if __name__ == "__main__":
    site.setup()
    print(table(run()))
