"""Days put together into blocks that may be shown by themselves (rule 4)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cx_feedback.surveys.results.dimensions import DAY, Cell, Dimension
from cx_feedback.surveys.results.disclosure.groups import list_place_subsets, sort_dimensions
from cx_feedback.surveys.results.disclosure.small_cells import CellKey, merge_small_cells, sum_over
from cx_feedback.surveys.results.thresholds import CONFIDENT_FROM, SHOW_FROM


@dataclass(frozen=True)
class DayBlock:
    """Days that are shown together, from the first to the last one with answers."""

    first: datetime.date
    last: datetime.date


def build_day_blocks(
    dimensions: Sequence[Dimension], cells: Sequence[Cell], answered: str | None = None
) -> list[DayBlock]:
    """Return the days of ``cells`` in blocks that may be shown by themselves (rule 4).

    ``answered`` names a column that must be filled for nobody or enough readers in each block.
    """
    days = sorted({cell.columns[DAY] for cell in cells})
    if not days:
        return []
    row = {day: n for n, day in enumerate(days)}
    everybody = np.zeros(len(days) + 1, dtype=np.int64)
    for cell in cells:
        everybody[row[cell.columns[DAY]] + 1] += cell.n
    ranks = np.array([0, *(_rank_boundary(*pair) for pair in pairwise(days))])
    edges = [0, *_divide_days(0, len(days), ranks, everybody.cumsum())]
    ordered = sort_dimensions(dimensions)
    daily: dict[CellKey, NDArray[Any]] = {}
    for cell in cells:
        cell_key = tuple(d.class_of(cell) for d in ordered)
        if answered is not None:
            cell_key += (cell.columns[answered] is not None,)
        sums = daily.setdefault(cell_key, np.zeros(len(days) + 1, dtype=np.int64))
        sums[row[cell.columns[DAY]] + 1] += cell.n
    stay = _choose_edges(daily, edges, len(ordered) if answered is not None else None)
    return [DayBlock(days[low], days[high - 1]) for low, high in pairwise(stay)]


def _choose_edges(
    daily: Mapping[CellKey, NDArray[Any]], edges: list[int], answered: int | None
) -> list[int]:
    """Return those of ``edges`` that every subset of the dimensions allows.

    ``daily`` maps cell keys to the number of readers on each day. Of the dimension ``answered``
    only the readers who answered count.
    """
    width = len(next(iter(daily)))
    found: dict[tuple[int, ...], list[int]] = {}
    for places in list_place_subsets(width):
        fewer = [found[some] for some in combinations(places, len(places) - 1) if some]
        stay = [edge for edge in edges if all(edge in other for other in fewer)]
        counted = {k: sums for k, sums in daily.items() if answered not in places or k[answered]}
        table = {cell_key: int(sums.sum()) for cell_key, sums in counted.items()}
        cell_keys = merge_small_cells(sum_over(table, places), CONFIDENT_FROM)
        parts: dict[CellKey, NDArray[Any]] = {}
        for cell_key, sums in counted.items():
            part = cell_keys[tuple(cell_key[place] for place in places)]
            parts[part] = parts.get(part, 0) + sums
        if parts:
            stay = _merge_edges(stay, np.stack(list(parts.values()), axis=1).cumsum(axis=0))
        found[places] = stay
    return found.get(tuple(range(width)), edges)


def _merge_edges(edges: list[int], sums: NDArray[Any]) -> list[int]:
    """Return the edges between which each cell has nobody or enough readers."""

    def is_safe(low: int, high: int) -> bool:
        between = sums[high] - sums[low]
        return bool(((between == 0) | (between >= SHOW_FROM)).all())

    stay, end = [edges[0]], edges[-1]
    for edge in edges[1:]:
        if is_safe(stay[-1], edge):
            stay.append(edge)
    while stay[-1] != end and len(stay) > 1 and not is_safe(stay[-1], end):
        stay.pop()
    return stay if stay[-1] == end else [*stay, end]


def _divide_days(
    low: int, high: int, ranks: NDArray[Any], everybody: NDArray[Any]
) -> Iterable[int]:
    """Divide the days from ``low`` up to ``high`` as far as allowed; yield the end of each part."""
    cut = _find_boundary(low, high, ranks, everybody)
    if cut is None:
        yield high
    else:
        yield from _divide_days(low, cut, ranks, everybody)
        yield from _divide_days(cut, high, ranks, everybody)


def _find_boundary(low: int, high: int, ranks: NDArray[Any], everybody: NDArray[Any]) -> int | None:
    """Return the highest boundary with enough readers on both sides, the most balanced of several.

    It must not depend on filters, or blocks of different results would overlap in part.
    """
    before = everybody[low + 1 : high] - everybody[low]
    after = everybody[high] - everybody[low + 1 : high]
    smaller = np.minimum(before, after)
    possible = smaller >= SHOW_FROM
    if not possible.any():
        return None
    greatest = possible & (ranks[low + 1 : high] == ranks[low + 1 : high][possible].min())
    return low + 1 + int(np.where(greatest, smaller, 0).argmax())


def _rank_boundary(before: datetime.date, day: datetime.date) -> int:
    """Return the rank of the highest boundary between two days: 0 for a new year, 8 for any day."""
    if day.year != before.year:
        return 0
    if day.month != before.month:
        months = range(before.month + 1, day.month + 1)
        return 1 if 7 in months else 2 if any(m in (4, 10) for m in months) else 3
    return 8 - max((n & -n).bit_length() - 1 for n in range(before.day + 1, day.day + 1))
