"""Worlds that are exactly as the model thinks: how often the ranges of forecasts hold.

``WORLDS=400 make bench ROOM=truth`` sets how many worlds are simulated, and ``WORLD_PROCESSES``
by how many processes at once.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np

from benchmarks.results import Result
from cx_feedback.loyalty.model import Forecaster, Parameters, VisitLog
from cx_feedback.loyalty.model.simulation import simulate_visits

WORLDS = int(os.environ.get("WORLDS") or 400)
PROCESSES = int(os.environ.get("WORLD_PROCESSES") or 2)
#: Days within which a return counts.
HORIZON = 28
#: The middle of the parameters of the worlds, and by which factor they differ (as a logarithm).
MIDDLE, SPREAD = Parameters(1.2, 1.6, 0.6, 6.0), 0.35


@dataclass(frozen=True)
class World:
    """The range of one world, with who came; ``width`` is that of chance alone."""

    held: bool
    below: bool
    width: float
    chance: float


def run() -> list[Result]:
    """Return the share of worlds whose range held, and what the range costs in width."""
    begun = time.perf_counter()
    # Threads of BLAS would only wait for one another in arrays as small as these.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        worlds = list(pool.map(measure_world, range(WORLDS), chunksize=10))
    held = sum(world.held for world in worlds) / len(worlds)
    below = sum(world.below for world in worlds) / len(worlds)
    what = f"{WORLDS} worlds exactly BG/BB"
    return [
        Result("truth", f"{what}: at least this share of ranges held", held, ">= 0.93"),
        Result("truth", f"{what}: at most this share of ranges held", held, "<= 0.97"),
        Result("truth", f"{what}: came less than the range", below),
        Result(
            "truth",
            f"{what}: median width to that of chance alone",
            float(np.median([world.width / world.chance for world in worlds])),
        ),
        Result("truth", f"{what}: seconds, {PROCESSES} at once", time.perf_counter() - begun),
    ]


def measure_world(seed: int) -> World:
    """Return whether the range of one world held."""
    log, now = draw_world(seed)
    forecaster = Forecaster(log, HORIZON)
    found = forecaster.forecast(now)
    cells, _came = forecaster.count_outcomes(now)
    mixed = forecaster.get_scorer(now).by_mix(cells)
    chance = 3.92 * float(cells.readers @ (mixed * (1 - mixed))) ** 0.5
    return World(found.held, found.came < found.low, found.high - found.low, chance)


def draw_world(seed: int) -> tuple[VisitLog, int]:
    """Return the log of a world and the day of its forecast, with four weeks after it.

    Its 600 to 3,000 readers begin all at once or one after the other, over 26 to 52 weeks.
    """
    rng = np.random.default_rng([17, seed])
    log = MIDDLE.log + SPREAD * rng.normal(size=4)
    readers, weeks = int(rng.integers(600, 3001)), int(rng.integers(26, 53))
    came = simulate_visits(Parameters.from_log(log), readers, weeks + 4, rng)
    begins: Any = np.zeros(readers, dtype=np.int64)
    if seed % 2:
        begins = rng.integers(0, weeks - 2, readers)
    who, after = np.nonzero(came)
    week = begins[who] + after
    seen = week < weeks + 4
    days = 7 * week[seen] + rng.integers(0, 7, int(seen.sum()))
    return VisitLog.of(who[seen].astype(np.int64), days.astype(np.int64), 7), 7 * weeks - 1
