"""The rarity of given odds among good comments.

The odds of each good comment are computed by a classifier trained without it. The tail of these
odds falls roughly exponentially. Its start and slope tell how many in a thousand good comments are
above any odds, even beyond the largest observed ones ("peaks over threshold", Davison and Smith
1990). The tail depends on the site and on its numbers of comments of each kind, so there can't be
a fixed threshold.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

#: The share of good comments in the tail, and their least number.
TAIL_SHARE, MIN_TAIL_SIZE = 0.15, 5
#: The least slope: the odds within which the tail falls by a factor of e.
MIN_SLOPE = 0.001


@dataclass(frozen=True)
class Rarity:
    """The tail of the odds of good comments. The default is that of a site without any."""

    start: float = 0.0
    slope: float = math.inf
    #: The share of good comments above ``start``.
    share: float = 1.0

    @classmethod
    def measure(cls, odds: "np.ndarray[Any, np.dtype[np.float64]]") -> "Rarity":
        """Return the tail of these odds of held-out comments."""
        if len(odds) < 2:
            return cls()
        falling = np.sort(odds)[::-1]
        count = min(max(MIN_TAIL_SIZE, int(len(odds) * TAIL_SHARE)), len(odds) - 1)
        start = float(falling[count])
        slope = float((falling[:count] - start).mean())
        return cls(start, max(slope, MIN_SLOPE), count / len(odds))

    def get_power(self, odds: float) -> float:
        """Return the power of ten of the number of good comments of which one has such odds."""
        return max(0.0, ((odds - self.start) / self.slope - math.log(self.share)) / math.log(10))
