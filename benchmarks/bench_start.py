"""Starting a process: what all rooms add to a bare Wagtail, in memory and processor time."""

import json
import os
import subprocess
import sys
from statistics import median

from benchmarks.results import Result

#: Each site is started as often, one after the other, so that both see the same machine.
ROUNDS = 9


def start(site: str, *options: str) -> tuple[float, float]:
    """Start a process of ``site`` and return its peak of memory in MB and its seconds."""
    # Installed packages have their bytecode beside them, and so has ours where it is installed.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "tests.start", site, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found = json.loads(done.stdout.splitlines()[-1])
    return found["megabytes"], found["seconds"]


def compare(*options: str) -> tuple[float, float]:
    """Return the medians of what all rooms add: megabytes, seconds."""
    for site in ("bare", "rooms"):
        start(site, *options)
    megabytes, seconds = [], []
    for _ in range(ROUNDS):
        bare, rooms = start("bare", *options), start("rooms", *options)
        megabytes.append(rooms[0] - bare[0])
        seconds.append(rooms[1] - bare[1])
    return median(megabytes), median(seconds)


def run() -> list[Result]:
    """Measure ``django.setup()`` with the root URL configuration, then with all views."""
    megabytes, seconds = compare()
    with_views = compare("--views")
    return [
        Result("start", "MB more than a bare Wagtail to start", megabytes, "<= 25"),
        Result("start", "seconds of processor time more to start", seconds, "<= 0.35"),
        Result("start", "MB more once an address is looked up", with_views[0]),
        Result("start", "seconds more once an address is looked up", with_views[1]),
    ]
