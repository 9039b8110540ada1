"""What a benchmark gives: one figure with its goal."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(".bench/results.json")


@dataclass(frozen=True)
class Result:
    """One figure; ``goal`` reads like ">= 0.4" or "<= 6", empty for a figure to know only."""

    room: str
    name: str
    value: float
    goal: str = ""

    @property
    def holds(self) -> bool:
        """Return whether the goal is met."""
        if not self.goal:
            return True
        sign, _, bound = self.goal.partition(" ")
        return self.value >= float(bound) if sign == ">=" else self.value <= float(bound)

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "holds": self.holds}


def write(results: Sequence[Result]) -> None:
    """Write ``results`` to ``.bench/results.json``."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps([r.as_dict() for r in results], indent=1) + "\n")


def table(results: Sequence[Result]) -> str:
    """Return ``results`` as a Markdown table."""
    rows = ["| room | what | value | goal | holds |", "|---|---|---|---|---|"]
    rows += [
        f"| {r.room} | {r.name} | {r.value:.3g} | {r.goal} | {'yes' if r.holds else 'no'} |"
        for r in results
    ]
    return "\n".join(rows)
