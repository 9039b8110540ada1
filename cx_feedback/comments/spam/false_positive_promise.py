"""The promise of a site: at most one honest comment in N is put aside as spam.

Comments are put aside from a border of points that the site's own decisions have proved. The
borders are tried from the strictest on, and each must keep the promise by the upper limit of its
share of honest comments; the first that doesn't ends it. In this order no correction for several
tries is needed (fixed-sequence testing, Maurer, Hothorn and Lehmacher 1995).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cx_feedback.core.statistics import get_upper_limit

#: How far above the site's border of spam the borders are that are tried.
STEPS_ABOVE = (4.0, 3.0, 2.0, 1.5, 1.0, 0.5, 0.0)


@dataclass(frozen=True)
class BorderResult:
    """The decided comments that would be put aside from a border of points on."""

    points: float
    #: Honest comments and spam that reach it. Honest ones can be a fraction: one found in a sample
    #: stands for others.
    wrong: float
    caught: int


@dataclass(frozen=True)
class Accuracy:
    """The results of all borders, the strictest first."""

    honest: float = 0.0
    spam: int = 0
    borders: tuple[BorderResult, ...] = ()

    def find_proven(self, promise: int) -> BorderResult | None:
        """Return the lowest border that keeps the promise of at most one in ``promise``."""
        found = None
        for border in self.borders:
            if get_upper_limit(border.wrong, self.honest) > 1 / promise:
                break
            found = border
        return found

    def get_shown_border(self, promise: int) -> BorderResult:
        """Return the proven border, else the strictest, which is the next to be proved."""
        strictest = self.borders[0] if self.borders else BorderResult(0.0, 0.0, 0)
        return self.find_proven(promise) or strictest

    def count_missing(self, promise: int) -> int:
        """Return how many more honest comments without an error would prove the promise."""
        if self.find_proven(promise):
            return 0
        wrong = self.get_shown_border(promise).wrong
        return max(1, math.ceil(find_needed_number(wrong, promise) - self.honest))

    def as_json(self) -> dict[str, Any]:
        """Return what is stored."""
        borders = [[b.points, b.wrong, b.caught] for b in self.borders]
        return {"honest": self.honest, "spam": self.spam, "borders": borders}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Accuracy":
        borders = tuple(BorderResult(*each) for each in stored.get("borders", ()))
        return cls(stored.get("honest", 0.0), stored.get("spam", 0), borders)


@dataclass(frozen=True)
class JudgedComment:
    """A decided comment with its points, as if it were new."""

    is_spam: bool
    points: float
    #: How many comments it stands for.
    weight: float = 1.0


def count_borders(judged: Iterable[JudgedComment], borders: Sequence[float]) -> Accuracy:
    """Return how many comments reach each of ``borders``, which begin with the strictest."""
    wrong, caught = [0.0] * len(borders), [0] * len(borders)
    honest, spam = 0.0, 0
    for comment in judged:
        honest += 0 if comment.is_spam else comment.weight
        spam += comment.is_spam
        for place, border in enumerate(borders):
            if comment.points >= border:
                if comment.is_spam:
                    caught[place] += 1
                else:
                    wrong[place] += comment.weight
    found = zip(borders, wrong, caught, strict=True)
    return Accuracy(honest, spam, tuple(BorderResult(*each) for each in found))


def find_needed_number(wrong: float, promise: int) -> float:
    """Return the number of honest comments at which ``wrong`` of them keep the promise."""
    low, high = max(1.0, wrong + 1), 4.0 * promise * (wrong + 1)
    while high - low > 0.5:
        middle = (low + high) / 2
        if get_upper_limit(wrong, middle) > 1 / promise:
            low = middle
        else:
            high = middle
    return high
