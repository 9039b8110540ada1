"""Scoring all readers, against a bare GROUP BY over their three figures in the same session.

``READERS=5000000 make bench ROOM=loyalty`` is the large run; it takes some minutes to fill.
"""

import datetime
import json
import os
import subprocess
import sys
import time

from benchmarks import site, visits
from benchmarks.results import Result

READERS = int(os.environ.get("READERS") or 300_000)
#: One reader in so many changes tier.
CHANGES = 30
#: A Sunday: the last whole week ends here.
END = datetime.date(2026, 3, 1)

#: A worker's process of its own, so that its memory is; prints its figures as JSON.
RUN = """
import datetime, json, sys, time
from pathlib import Path
import django
django.setup()
from django.db import connection
from cx_feedback.loyalty import learning, services
from cx_feedback.loyalty.models import Fit

end, refit = datetime.date.fromisoformat(sys.argv[1]), sys.argv[2] == "refit"
BARE = ("SELECT first_period, last_period, active_periods, COUNT(*) "
        "FROM cx_feedback_readers_reader GROUP BY 1, 2, 3")

def bare():
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        cursor.fetchall()
    return time.perf_counter() - begun

fits, steps = [], []
fit = learning.fit

def timed(cells):
    begun = time.perf_counter()
    found = fit(cells)
    fits.append(time.perf_counter() - begun)
    return found

learning.fit = timed
bare()
before = [bare(), bare()]
begun = time.perf_counter()
report = services.score(
    as_of=end, refit=refit, progress=lambda step: steps.append((step, time.perf_counter() - begun))
)
run = time.perf_counter() - begun
after = [bare(), bare()]
peak = next(x for x in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in x)
print(json.dumps({
    "run": run, "bare": sorted(before + after)[1], "fit": sum(fits),
    "changed": report.tiers_changed, "megabytes": int(peak.split()[1]) / 1024,
    "steps": steps, "cells": report.fit.cells,
}))
"""


def run() -> list[Result]:
    """Measure the weekly run, which learns, and the nightly one, which does not."""
    site.setup()
    print(f"filling {READERS:,} readers …", flush=True)
    visits.fill(READERS, END)
    _worker("refit")
    results = []
    for kind in ("refit", "night"):
        _change_one_in(CHANGES)
        found = _worker(kind)
        print(json.dumps(found), flush=True)
        share = found["changed"] / READERS * CHANGES
        assert 0.95 < share < 1.05, found
        bare, fit = found["bare"], found["fit"]
        name = {"refit": "weekly run with fit and check", "night": "nightly run"}[kind]
        results += [
            Result(
                "loyalty",
                f"{name}, to a bare GROUP BY and the fit",
                found["run"] / (bare + fit),
                "<= 6",
            ),
            Result(
                "loyalty", f"{name} less the fit, to a bare GROUP BY", (found["run"] - fit) / bare
            ),
            Result("loyalty", f"{name}, MB in the worker", found["megabytes"], "<= 300"),
        ]
    return results


def _worker(kind: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", RUN, END.isoformat(), kind],
        env=os.environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _change_one_in(one_in: int) -> None:
    """Undo the last run for one reader in so many, and let the database rest from it."""
    from django.db import connection

    begun = time.monotonic()
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
        cursor.execute("VACUUM ANALYZE")
    print(f"made ready in {time.monotonic() - begun:.0f} s", flush=True)
