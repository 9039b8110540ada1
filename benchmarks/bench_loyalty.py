"""Scoring all readers, against a bare GROUP BY over their three figures in the same session.

The weekly run learns first: it fits the model, checks it on the days held out and compares it with
the challenger, which takes as long for few readers as for many. That is taken off for the goal.

``READERS=5000000 make bench ROOM=loyalty`` is the large run; it takes some minutes to fill.
SQLite is filled with ``SQLITE_READERS``, 200,000 by default.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from benchmarks import site, visits
from benchmarks.results import Result
from benchmarks.scoring import CHANGES

READERS = int(os.environ.get("READERS") or 300_000)
SQLITE_READERS = int(os.environ.get("SQLITE_READERS") or 200_000)
#: A Sunday: the last whole week ends here.
END = datetime.date(2026, 3, 1)
NAMES = {"refit": "weekly run", "night": "nightly run"}
#: The goal is for this many readers: of fewer, what does not grow with them weighs more.
MANY = 5_000_000


def run() -> list[Result]:
    """Measure the weekly run, which learns, and the nightly one, on PostgreSQL and SQLite."""
    return [*_on_postgresql(), *_on_sqlite()]


def _on_postgresql() -> list[Result]:
    site.setup()
    print(f"filling {READERS:,} readers …", flush=True)
    visits.fill(READERS, END)
    _process("refit")
    _close_up()
    results = []
    for kind, name in NAMES.items():
        found = _changed_and_scored(kind, READERS)
        run, bare, learnt = found["run"], found["bare"], found["learnt"]
        what = f"{name} of {READERS:,}"
        results.append(Result("loyalty", f"{what}, MB in the worker", found["megabytes"], "<= 300"))
        goal = "<= 6" if READERS >= MANY else ""
        less = ", less fit and check" if learnt else ""
        ratio = f"{what}{less}, to a bare GROUP BY"
        results.append(Result("loyalty", ratio, (run - learnt) / bare, goal))
        if learnt:
            alone, all_of_it = (run - found["fit"]) / bare, run / bare
            results.append(Result("loyalty", f"{what}, less the fit alone, to the same", alone))
            results.append(Result("loyalty", f"{what}, all of it, to the same", all_of_it))
    return results


def _close_up() -> None:
    """Write the readers anew: the first scoring has moved all of them, as no later one does.

    A table that grew with its readers has no such gaps.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL ANALYZE cx_feedback_readers_reader")


def _on_sqlite() -> list[Result]:
    results = []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        print(f"filling {SQLITE_READERS:,} readers into SQLite …", flush=True)
        _process("fill", str(SQLITE_READERS), url=url)
        for kind, name in NAMES.items():
            found = _changed_and_scored(kind, SQLITE_READERS, url=url)
            where = f"{name}, {SQLITE_READERS:,} on SQLite"
            results += [
                Result("loyalty", f"{where}, seconds", found["run"], "<= 60"),
                Result("loyalty", f"{where}, MB in the worker", found["megabytes"], "<= 300"),
            ]
    return results


def _changed_and_scored(kind: str, readers: int, *, url: str = "") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_process(kind, url=url))
    print(json.dumps(found), flush=True)
    share = found["changed"] / readers * CHANGES
    assert 0.95 < share < 1.05, found
    return found


def _process(*what: str, url: str = "") -> str:
    """Run ``benchmarks.scoring`` on the database of ``url``, and return its last line."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scoring", END.isoformat(), *what],
        env={**os.environ, **({"DATABASE_URL": url} if url else {})}
        | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip().rpartition("\n")[2]
