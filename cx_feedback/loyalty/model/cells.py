"""Cells: groups of readers with the same history, for which the model says the same."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Readers counted by history; all arrays have one entry per cell.

    ``x`` is the number of active periods after the first, ``t_x`` the last of them (0 if none)
    and ``n`` the current period, both counted from the first period. ``readers`` is the number
    of readers. ``elapsed`` is the share of the current period that has passed, 1 at its end.
    Raises ValueError for an impossible history.
    """

    x: Ints
    t_x: Ints
    n: Ints
    readers: Ints
    elapsed: float = 1.0

    def __post_init__(self) -> None:
        if not len(self.x) == len(self.t_x) == len(self.n) == len(self.readers):
            raise ValueError("x, t_x, n and readers must be of one length")
        if not 0 < self.elapsed <= 1:
            raise ValueError(f"elapsed must be in (0, 1], not {self.elapsed}")
        possible = (self.x >= 0) & (self.x <= self.t_x) & (self.t_x <= self.n)
        possible &= (self.x > 0) | (self.t_x == 0)
        if not possible.all():
            worst = int(np.argmin(possible))
            raise ValueError(
                f"no reader can have x={self.x[worst]}, t_x={self.t_x[worst]}, n={self.n[worst]}"
            )

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int, int]], elapsed: float = 1.0) -> "Cells":
        """Return the cells of rows (x, t_x, n, readers)."""
        table = np.array(list(rows), dtype=np.int64).reshape(-1, 4)
        x, t_x, n, readers = np.ascontiguousarray(table.T)
        return cls(x, t_x, n, readers, elapsed)

    def __len__(self) -> int:
        return len(self.x)

    @property
    def total(self) -> int:
        """Return the number of readers in all cells."""
        return int(self.readers.sum())

    @property
    def clock(self) -> Floats:
        """Return the observed periods of each cell.

        That is n if the readers came in the current period. For the others only the elapsed
        share of that period is observed, because they may still come before it ends.
        """
        return np.where(self.t_x == self.n, self.n, self.n - 1 + self.elapsed).astype(np.float64)
