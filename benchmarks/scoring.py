"""One scoring of all readers in a process of its own, so that its memory is its own too.

``python -m benchmarks.scoring 2026-03-01 refit`` prints its figures as JSON, ``… fill 200000``
fills the database of ``DATABASE_URL`` first.
"""

import datetime
import json
import sys
import time
from typing import Any

from benchmarks.memory import read_peak_memory

#: One reader in so many changes tier.
CHANGES = 30
BARE = (
    "SELECT first_period, last_period, active_periods, COUNT(*) "
    "FROM cx_feedback_readers_reader GROUP BY 1, 2, 3"
)


def main(end: datetime.date, what: str, *rest: str) -> None:
    """Fill, or change one reader in thirty and score."""
    import django

    django.setup()
    if what == "fill":
        _fill(end, int(rest[0]))
        return
    change_one_in(CHANGES)
    print(json.dumps(_score(end, refit=what == "refit")))


def _fill(end: datetime.date, readers: int) -> None:
    from django.core.management import call_command

    from benchmarks import visits
    from cx_feedback.loyalty import services

    call_command("migrate", verbosity=0, run_syncdb=True)
    visits.fill(readers, end)
    services.score_readers(as_of=end)


def change_one_in(one_in: int) -> None:
    """Undo the last run for one reader in so many, and let the database rest from it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cx_feedback_readers_reader SET tier = CASE tier WHEN 'casual' THEN 'loyal' "
            f"ELSE 'casual' END WHERE id %% {one_in} = 0",
            [],
        )
        cursor.execute(
            f"DELETE FROM cx_feedback_loyalty_silence WHERE reader_id %% {one_in} = 0", []
        )
        cursor.execute("UPDATE cx_feedback_loyalty_fit SET digest = ''")
        if connection.vendor == "postgresql":
            # Silences are only ever added: a table of them has no gaps to be filled.
            cursor.execute("VACUUM FULL cx_feedback_loyalty_silence")
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")


def _score(end: datetime.date, *, refit: bool) -> dict[str, Any]:
    # A worker imports it once, in its first run.
    import scipy.special  # noqa: F401

    from cx_feedback.loyalty import services
    from cx_feedback.loyalty.model import rolling

    fits: list[float] = []
    steps: list[tuple[str, float]] = []
    fit = rolling.fit_model

    def timed(cells: Any) -> Any:
        begun = time.perf_counter()
        found = fit(cells)
        fits.append(time.perf_counter() - begun)
        return found

    rolling.fit_model = timed
    _bare()
    before = [_bare(), _bare()]
    begun = time.perf_counter()
    report = services.score_readers(
        as_of=end,
        refit=refit,
        progress=lambda step: steps.append((step, time.perf_counter() - begun)),
    )
    run = time.perf_counter() - begun
    after = [_bare(), _bare()]
    begins = dict(steps)
    assert report.fit is not None
    return {
        "run": run,
        "bare": sorted(before + after)[1],
        "fit": sum(fits),
        "learnt": begins["tiers"] - begins["train"] if "train" in begins else 0.0,
        "changed": report.tiers_changed,
        "megabytes": read_peak_memory(),
        "steps": steps,
        "cells": report.fit.cells,
    }


def _bare() -> float:
    """Return the seconds of a bare GROUP BY over the three columns."""
    from django.db import connection

    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        cursor.fetchall()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(datetime.date.fromisoformat(sys.argv[1]), *sys.argv[2:])
