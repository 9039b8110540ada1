"""Cells: readers with the same history, which the model cannot tell apart."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Readers counted by history; all arrays have one entry a cell.

    ``x`` active periods after the first, ``t_x`` the last of them (0 when none), ``n`` the
    number of the period now going on, both counted from the first; ``readers`` how many.
    ``elapsed`` is the share of the period now going on that has passed, 1 when it is over.
    Raises ValueError for a history that cannot be.
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
        """Make cells of rows (x, t_x, n, readers)."""
        table = np.array(list(rows), dtype=np.int64).reshape(-1, 4)
        x, t_x, n, readers = np.ascontiguousarray(table.T)
        return cls(x, t_x, n, readers, elapsed)

    def __len__(self) -> int:
        return len(self.x)

    @property
    def total(self) -> int:
        """The number of readers in all cells."""
        return int(self.readers.sum())

    @property
    def clock(self) -> Floats:
        """Periods observed, from the first: n for who came in the period now going on.

        For the others only the elapsed share of that period counts as observed, because they
        may come yet before it ends.
        """
        return np.where(self.t_x == self.n, self.n, self.n - 1 + self.elapsed).astype(np.float64)
