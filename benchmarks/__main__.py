"""``make bench``: ratios within one run, printed as a table and written to .bench/results.json.

``ROOM=nps`` runs one room's benchmarks. A goal that is missed ends with exit code 1.
"""

import argparse
import pkgutil
import sys
from importlib import import_module

import benchmarks
from benchmarks.results import Result, table, write


def rooms() -> list[str]:
    """Return the rooms that have benchmarks: the modules named ``bench_<room>``."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    return sorted(name.removeprefix("bench_") for name in names if name.startswith("bench_"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--room", default="all", choices=["all", *rooms()])
    room = parser.parse_args().room
    results: list[Result] = []
    for name in rooms() if room == "all" else [room]:
        print(f"== {name}", flush=True)
        results += import_module(f"benchmarks.bench_{name}").run()
    write(results)
    print(table(results))
    return not all(result.holds for result in results)


if __name__ == "__main__":
    sys.exit(main())
