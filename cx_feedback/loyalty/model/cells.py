"""Cells: groups of readers with the same history, for which the model says the same."""

from collections.abc import Iterable, Sequence
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
    ``wave`` is the number of the wave of newcomers that they came with (``newcomer_waves``), 0 if
    none; None if nobody came with one. Raises ValueError for an impossible history.
    """

    x: Ints
    t_x: Ints
    n: Ints
    readers: Ints
    elapsed: float = 1.0
    wave: Ints | None = None

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

    def select(self, among: npt.NDArray[np.bool_]) -> "Cells":
        """Return the cells for which ``among`` is true, without their wave."""
        x, t_x, n, readers = (column[among] for column in (self.x, self.t_x, self.n, self.readers))
        return Cells(x, t_x, n, readers, self.elapsed)

    @property
    def usual(self) -> "Cells":
        """Return the cells of readers who came with no wave."""
        return self if self.wave is None else self.select(self.wave == 0)

    @property
    def clock(self) -> Floats:
        """Return the observed periods of each cell.

        That is n if the readers came in the current period. For the others only the elapsed
        share of that period is observed, because they may still come before it ends.
        """
        return np.where(self.t_x == self.n, self.n, self.n - 1 + self.elapsed).astype(np.float64)


def join_cells(parts: Sequence[Cells]) -> Cells:
    """Return the cells of all parts; those of the second and later ones are waves 1, 2, …"""
    if len(parts) == 1:
        return parts[0]
    x, t_x, n, readers = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("x", "t_x", "n", "readers")
    )
    wave = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return Cells(x, t_x, n, readers, parts[0].elapsed, wave)
