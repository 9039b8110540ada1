"""Classes and cells of a table that are too small to be shown by themselves (rules 2, 5, 6)."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from cx_feedback.surveys.results.thresholds import SHOW_FROM

ClassName = TypeVar("ClassName", bound=Hashable)
#: One class of each dimension.
CellKey = tuple[Hashable, ...]
#: The class that stands for those that were merged.
TOGETHER = "\0together"


def find_withheld(column: Mapping[ClassName, int], least: int = SHOW_FROM) -> set[ClassName]:
    """Return the classes of a column (class to number of readers) that may not be shown.

    These are the classes of fewer than ``least``. While all withheld classes together are under
    ``least`` readers, the smallest other class is added.
    """
    hidden = {name for name, n in column.items() if 0 < n < least}
    together = sum(column[name] for name in hidden)
    others = sorted((n, str(name), name) for name, n in column.items() if n >= least)
    for n, _order, name in others if hidden else ():
        if together >= least:
            break
        hidden.add(name)
        together += n
    return hidden


def merge_small_cells(
    table: Mapping[CellKey, int], least: int = SHOW_FROM
) -> dict[CellKey, CellKey]:
    """Return the cell that may be shown for each cell of a table (key to number of readers).

    It has the same key, or one in which ``TOGETHER`` replaces the classes that were merged. No
    resulting cell has 1 to ``least`` - 1 readers; where that is impossible, all cells are merged.
    Classes that are withheld in their own column are merged first, then rows of the dimension for
    which this leaves most readers in rows of their own (the first one if several are equal).
    """
    width = len(next(iter(table), ()))
    columns = [sum_over(table, (place,)) for place in range(width)]
    hidden = [find_withheld({name: n for (name,), n in c.items()}, least) for c in columns]
    merged = {
        key: tuple(TOGETHER if c in hidden[n] else c for n, c in enumerate(key)) for key in table
    }
    smaller: Counter[CellKey] = Counter()
    for key, n in table.items():
        smaller[merged[key]] += n
    if not width or all(n >= least for n in smaller.values() if n):
        return merged
    found = [_choose_merged_rows(smaller, place, least) for place in range(width)]
    place = max(range(width), key=lambda place: found[place][0])
    _kept, rows = found[place]
    return {
        key: (*to[:place], TOGETHER, *to[place + 1 :]) if to[place] in rows else to
        for key, to in merged.items()
    }


def sum_over(table: Mapping[CellKey, int], places: Sequence[int]) -> Counter[CellKey]:
    """Return the sums of a table over all dimensions but those at ``places``."""
    found: Counter[CellKey] = Counter()
    for key, n in table.items():
        found[tuple(key[place] for place in places)] += n
    return found


def _choose_merged_rows(
    table: Mapping[CellKey, int], place: int, least: int
) -> tuple[int, set[Hashable]]:
    """Return the number of readers in rows that stay, and the rows to merge.

    The rows to merge are chosen so that no cell of the resulting row is small.
    """
    rows: dict[Hashable, Counter[CellKey]] = {}
    for key, n in table.items():
        rows.setdefault(key[place], Counter())[key[:place] + key[place + 1 :]] += n
    few = range(1, least)
    chosen = {name for name, row in rows.items() if any(n in few for n in row.values())}
    chosen |= {TOGETHER} & rows.keys()
    others = sorted(rows.keys() - chosen, key=lambda name: (rows[name].total(), str(name)))
    together = sum((rows[name] for name in chosen), Counter[CellKey]())
    while thin := [cell for cell, n in together.items() if n in few]:
        helps = (name for name in others if any(rows[name][cell] for cell in thin))
        name = next(helps, TOGETHER)
        if name not in others:
            return 0, set(rows)
        others.remove(name)
        chosen.add(name)
        together += rows[name]
    return sum(rows[name].total() for name in others), chosen


def find_withheld_answers(given: Mapping[str, int], answered: int) -> set[str]:
    """Return the values of a question that may not be shown under a further filter (rule 5).

    ``given`` is value to number of readers, ``answered`` the number of readers who answered. If
    an answer can have several values, each value is compared with all other answers.
    """
    if sum(given.values()) == answered:
        return {str(value) for value in find_withheld(given)}
    few = range(1, SHOW_FROM)
    return {value for value, n in given.items() if n in few or answered - n in few}


def is_safe_table(counts: Iterable[Iterable[int]]) -> bool:
    """Return whether no cell of a table has few readers."""
    return all(not 0 < n < SHOW_FROM for row in counts for n in row)
