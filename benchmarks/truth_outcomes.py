"""What was found for a seed: kept as long as the code stays what it was."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

HOME = Path(".bench/truth")
#: The code whose change makes everything that was kept worthless.
CODE = ("cx_feedback/loyalty/**/*.py", "cx_feedback/readers/**/*.py", "benchmarks/truth_*.py")


@dataclass(frozen=True)
class Outcome:
    """A scenario of one seed: who was announced, and whether the sentences were right.

    ``announced`` and ``usual`` count the readers who are in both worlds, so that each is compared
    with the same reader. ``yes`` is how often the answer was yes where it could be compared, and
    ``held`` how often the range held then.
    """

    scenario: str
    announced: int
    usual: int
    is_right: bool
    yes: int
    held: int

    @property
    def ratio(self) -> float:
        """Return the announced over the usual."""
        return self.announced / max(self.usual, 1)


def keep_outcomes(seed: int, outcomes: list[Outcome]) -> None:
    """Write the outcomes of a seed."""
    HOME.mkdir(parents=True, exist_ok=True)
    rows = {**_read_rows(seed), **{one.scenario: asdict(one) for one in outcomes}}
    _get_path(seed).write_text(json.dumps({"code": _hash_code(), "outcomes": rows}, indent=1))


def read_outcomes(seed: int, scenarios: list[str]) -> list[Outcome]:
    """Return the outcomes of a seed; none of them if one of the scenarios is missing."""
    rows = _read_rows(seed)
    if not set(scenarios) <= set(rows):
        return []
    return [Outcome(**rows[name]) for name in scenarios]


def _read_rows(seed: int) -> dict[str, dict[str, Any]]:
    if not _get_path(seed).exists():
        return {}
    kept = json.loads(_get_path(seed).read_text())
    rows: dict[str, dict[str, Any]] = kept["outcomes"] if kept["code"] == _hash_code() else {}
    return rows


def _get_path(seed: int) -> Path:
    return HOME / f"seed-{seed}.json"


@cache
def _hash_code() -> str:
    files = sorted(path for pattern in CODE for path in Path().glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
