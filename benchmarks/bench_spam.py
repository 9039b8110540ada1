"""The night of the spam classifier: it learns, and is judged by 100,000 decisions of the site."""

import json
import os
import subprocess
import sys

from benchmarks import site
from benchmarks.results import Result

#: ``CX_BENCH_DECISIONS`` for another number.
DECISIONS = int(os.environ.get("CX_BENCH_DECISIONS", "100000"))
#: Characters of short and of long comments.
SHORT, LONG = 160, 900


def run() -> list[Result]:
    """Measure processor time and memory of a night, with short and with long comments."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ["DATABASE_URL"] = site.DATABASE
    return [result for characters in (SHORT, LONG) for result in _measure(characters)]


def _measure(characters: int) -> list[Result]:
    database = site.make_database(f"night_{characters}")
    _call(database, "fill", str(DECISIONS), str(characters))
    found = json.loads(_call(database, "run").splitlines()[-1])
    what = f"night of {DECISIONS:,} decisions, comments of {characters} characters"
    return [
        Result("spam", f"{what}: seconds of processor time", found["seconds"], "<= 60"),
        Result("spam", f"{what}: MB in its process", found["megabytes"], "<= 300"),
    ]


def _call(database: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.spam_night", *arguments],
        env={**os.environ, "DATABASE_URL": database},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
