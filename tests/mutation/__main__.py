"""``make mutate``: how many seeded mistakes in rules and formulas do the tests notice?

Mutants run in forks of one process (``forks.py``). What survives there runs once more in a process
and a copy of the repository of its own, against all tests of its module. At least 90 % of those
that change behaviour must be noticed. ``survivors.json`` names the others, each with its reason;
one that begins with "same:" changes no behaviour. A survivor that is not named there fails the run,
and so does one that is named there although the tests notice it.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib.util import cache_from_source
from pathlib import Path

from tests.mutation.forks import FOUND, MUTANTS, ROOT
from tests.mutation.mutants import Mutant, draw_mutants
from tests.mutation.report import KNOWN, report
from tests.mutation.targets import TARGETS

#: The share of all places that are mutated, which makes about 300 mutants, and the draw.
SHARE, SEED = 0.215, 2026
#: Seconds for all tests of a module in a process of its own.
PATIENCE = 600


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=SHARE, help="of the places (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="of the draw (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once (%(default)s)")
    parser.add_argument("--only", nargs="*", default=[""], help="modules with this in their path")
    options = parser.parse_args()
    begun = time.monotonic()
    mutants = draw_mutants(ROOT, options.share, options.seed)
    mutants = [m for m in mutants if any(part in m.module for part in options.only)]
    groups: dict[tuple[str, ...], list[Mutant]] = {}
    for mutant in mutants:
        groups.setdefault(tuple(TARGETS[mutant.module]), []).append(mutant)
    with ThreadPoolExecutor(options.jobs) as pool:
        found = pool.map(_find_survivors, groups.values(), groups)
        survivors = {mutant for group in found for mutant in group}
    minutes = (time.monotonic() - begun) / 60
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = (spent.ru_utime + spent.ru_stime + time.process_time()) / 60
    print(f"\n{len(mutants)} mutants in {minutes:.0f} minutes, {busy:.0f} of processor time.\n")
    reasons: dict[str, str] = json.loads(KNOWN.read_text())
    listed = {known: why for known, why in reasons.items() if any(p in known for p in options.only)}
    return report([(m.describe(ROOT), m in survivors) for m in mutants], listed)


def _find_survivors(mutants: list[Mutant], tests: tuple[str, ...]) -> list[Mutant]:
    """Return the mutants that none of the tests notice."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        noticed = _run_forks(mutants, tests, Path(folder) / "found")
        silent = [mutant for mutant, by in zip(mutants, noticed, strict=True) if not by]
        known = json.loads(KNOWN.read_text())
        doubtful = [mutant for mutant in silent if mutant.describe(ROOT) not in known]
        copy = _copy_repository(Path(folder) / "copy") if doubtful else ROOT
        survivors = [m for m in silent if m not in doubtful or _survives(m, tests, copy)]
    for mutant in survivors:
        print(f"\nSurvived: {mutant.describe(ROOT)}", flush=True)
    print("." * (len(mutants) - len(survivors)), end="", flush=True)
    return survivors


def _run_forks(mutants: list[Mutant], tests: tuple[str, ...], found: Path) -> list[str]:
    """Return for each mutant what has noticed it, or ""."""
    given = {MUTANTS: json.dumps([asdict(each) for each in mutants]), FOUND: str(found)}
    _run_tests(ROOT, ("-p", "tests.mutation.forks", *tests), **given)
    lines = found.read_text().splitlines() if found.exists() else []
    if len(lines) != len(mutants):
        raise SystemExit(f"The tests fail without a mutant: {' '.join(tests)}")
    return lines


def _copy_repository(copy: Path) -> Path:
    """Copy what the tests need; the environment is the one that runs this."""
    left_out = shutil.ignore_patterns(".*", "__pycache__", "benchmarks", "node_modules")
    shutil.copytree(ROOT, copy, ignore=left_out)
    return copy


def _survives(mutant: Mutant, tests: tuple[str, ...], copy: Path) -> bool:
    path = copy / mutant.path
    code = path.read_text()
    try:
        _write_module(path, mutant.get_code(copy))
        return _run_tests(copy, ("-x", *tests), timeout=PATIENCE) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        _write_module(path, code)


def _write_module(path: Path, code: str) -> None:
    """Write a module without leaving bytecode that is of the same second and length."""
    path.write_text(code)
    Path(cache_from_source(str(path))).unlink(missing_ok=True)


def _run_tests(
    folder: Path, arguments: tuple[str, ...], timeout: float | None = None, **environment: str
) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    # What takes longest is to import: no plugin but one, and bytecode is kept. For Hypothesis, CI
    # means the same examples each time, and no deadline for them.
    fixed = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CI": "true"}
    environment = {**os.environ, **fixed, **environment}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    markers = "not services and not browser and not slow"
    run = subprocess.run(
        [*command, "-p", "pytest_django.plugin", "-m", markers, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
