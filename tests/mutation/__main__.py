"""``make mutate``: how many seeded mistakes in rules and formulas do the tests notice?

Each mutant is run in a copy of the repository against the tests of its module, until one fails.
At least 90 % of those that change behaviour must be noticed. ``survivors.json`` names the others
that are known, each with its reason; one that begins with "same:" changes no behaviour.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutation.mutants import Mutant, sample_mutants
from tests.mutation.targets import TARGETS

ROOT = Path(__file__).parent.parent.parent
KNOWN = Path(__file__).with_name("survivors.json")
GOAL = 0.9
#: Seconds; the tests of one module take a tenth of it. An endless loop counts as noticed.
PATIENCE = 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=300, help="how many mutants (%(default)s)")
    parser.add_argument("--seed", type=int, default=2026, help="of the sample (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="copies at once (%(default)s)")
    parser.add_argument("--only", default="", help="modules whose path contains this")
    options = parser.parse_args()
    mutants = sample_mutants(ROOT, options.number, options.seed)
    mutants = [mutant for mutant in mutants if options.only in mutant.module]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(options.jobs):
            copies.put(_copy_repository(Path(folder) / str(number)))
        if not _pass_unchanged(mutants, copies):
            return 2
        begun = time.monotonic()
        with ThreadPoolExecutor(options.jobs) as pool:
            noticed = list(pool.map(lambda mutant: _notice(mutant, copies), mutants))
    survivors = [m for m, seen in zip(mutants, noticed, strict=True) if not seen]
    print(f"\n{len(mutants)} mutants in {(time.monotonic() - begun) / 60:.0f} minutes.")
    return _report([mutant.describe(ROOT) for mutant in survivors], len(mutants))


def _copy_repository(copy: Path) -> Path:
    """Copy what the tests need; the environment is the one that runs this."""
    left_out = shutil.ignore_patterns(".*", "__pycache__", "benchmarks", "dist", "build")
    shutil.copytree(ROOT, copy, ignore=left_out)
    return copy


def _pass_unchanged(mutants: list[Mutant], copies: "SimpleQueue[Path]") -> bool:
    """Return whether the tests pass without a mutant; else nothing below means anything."""
    paths = {path for mutant in mutants for path in TARGETS[mutant.module]}
    copy = copies.get()
    try:
        if _run_tests(copy, sorted(paths)) == 0:
            return True
        print("The tests fail without a mutant.")
        return False
    finally:
        copies.put(copy)


def _notice(mutant: Mutant, copies: "SimpleQueue[Path]") -> bool:
    copy = copies.get()
    path = copy / mutant.path
    code = path.read_text()
    try:
        path.write_text(mutant.get_code(copy))
        seen = _run_tests(copy, TARGETS[mutant.module]) != 0
    finally:
        path.write_text(code)
        copies.put(copy)
    print("." if seen else f"\nSurvived: {mutant.describe(ROOT)}\n", end="", flush=True)
    return seen


def _run_tests(copy: Path, paths: list[str]) -> int:
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    try:
        run = subprocess.run(
            [*command, "-m", "not services and not browser and not slow", *paths],
            cwd=copy,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1
    return run.returncode


def _report(survivors: list[str], number: int) -> int:
    """Print the share that was noticed and the survivors without a reason."""
    known: dict[str, str] = json.loads(KNOWN.read_text())
    same = [each for each in survivors if known.get(each, "").startswith("same:")]
    share = 1 - (len(survivors) - len(same)) / max(number - len(same), 1)
    for survivor in survivors:
        print(f"- {survivor}\n  {known.get(survivor, 'no reason is known: add a test')}")
    print(f"{len(survivors)} survived, of which {len(same)} change no behaviour.")
    print(f"Noticed: {share:.1%} of those that do (goal {GOAL:.0%}).")
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
