"""``python -m tests.once_more STEP ARGUMENTS``: pytest, and once more, one by one, what failed.

On a busy machine a thread, a worker or a browser may be late. What fails alone too has failed;
what passes alone is named in the last line, and in the file that CX_PASSED_ALONE names, so that a
test that often needs it is seen. More than a handful is no accident, and is not tried again.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.steps import WHOLE

#: Pytest's exit code where tests failed; others say that it could not run them.
FAILED = 1
MOST = 5


def failed_before(cache: Path) -> list[str]:
    """Return the tests that failed in the last run with that cache."""
    path = cache / "v/cache/lastfailed"
    return sorted(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


def alone(arguments: list[str]) -> list[str]:
    """Return ``arguments`` without what runs tests side by side or counts lines."""
    kept: list[str] = []
    skip = False
    for argument in arguments:
        if skip or argument.startswith("--cov"):
            skip = False
        elif argument in ("-n", "--dist", "--maxschedchunk"):
            skip = True
        else:
            kept.append(argument)
    return kept


def run(arguments: list[str], environment: dict[str, str] | None = None) -> int:
    """Run pytest, if need be twice, and return its exit code."""
    with tempfile.TemporaryDirectory() as cache:  # Rounds may run side by side.
        command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={cache}"]
        variables = {**os.environ, **(environment or {})}
        code = subprocess.run([*command, *arguments], env=variables).returncode
        failed = failed_before(Path(cache))
        if code != FAILED or not 0 < len(failed) <= MOST:
            return code
        print("+ once more, one by one, what failed:", *failed, sep="\n+   ", flush=True)
        again = [*alone(arguments), "--last-failed", "--last-failed-no-failures=none"]
        code = subprocess.run([*command, *again], env=variables).returncode
        if code == 0 and "--cov" in arguments:  # the first round may have missed the share too
            code = subprocess.run([sys.executable, "-m", "coverage", "report"]).returncode
        if code == 0:
            report(failed, variables.get("CX_PASSED_ALONE"))
        return code


def report(passed_alone: list[str], path: str | None) -> None:
    """Name the tests that failed among others and passed alone."""
    print("+ failed, and passed alone:", *passed_alone, sep="\n+   ", flush=True)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(f"{test}\n" for test in passed_alone)


if __name__ == "__main__":
    name, *more = sys.argv[1:]
    sys.exit(run([*WHOLE[name].arguments, *more]))
