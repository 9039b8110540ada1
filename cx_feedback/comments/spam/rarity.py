"""How rarely an honest comment reads as much like spam as a given one.

The honest comments that were taught are each tried on a classifier that was not taught this one.
Their odds end in a tail that falls about as an exponential function does; from its start and its
slope follows how many in a thousand lie above any odds, beyond the largest that was seen too
("peaks over threshold", Davison and Smith 1990). That depends on the site and on how many
comments of each kind it has, so no border of odds could be written down here.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

#: The share of the honest ones that make the tail, and the fewest of them.
TAIL_SHARE, MIN_TAIL_SIZE = 0.15, 5
#: The tail falls by a factor of e within this many units of odds at least.
MIN_SLOPE = 0.001


@dataclass(frozen=True)
class Rarity:
    """The tail of honest comments' odds; by default that of a site where none are known."""

    start: float = 0.0
    slope: float = math.inf
    #: Share of the honest ones above ``start``.
    share: float = 1.0

    @classmethod
    def measured(cls, odds: "np.ndarray[Any, np.dtype[np.float64]]") -> "Rarity":
        """Return the tail of these odds, each of a comment that was held out."""
        if len(odds) < 2:
            return cls()
        falling = np.sort(odds)[::-1]
        count = min(max(MIN_TAIL_SIZE, int(len(odds) * TAIL_SHARE)), len(odds) - 1)
        start = float(falling[count])
        slope = float((falling[:count] - start).mean())
        return cls(start, max(slope, MIN_SLOPE), count / len(odds))

    def powers(self, odds: float) -> float:
        """Return the power of ten of honest comments of which one has such odds, 0 or more."""
        return max(0.0, ((odds - self.start) / self.slope - math.log(self.share)) / math.log(10))
