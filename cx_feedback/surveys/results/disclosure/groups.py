"""Groups of readers that may be shown beside each other (rules 1 to 3)."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from itertools import combinations

from cx_feedback.surveys.results.dimensions import ANSWER, Cell, Dimension
from cx_feedback.surveys.results.disclosure.small_cells import (
    TOGETHER,
    CellKey,
    merge_small_cells,
    sum_over,
)
from cx_feedback.surveys.results.thresholds import SHOW_FROM


def sort_dimensions(dimensions: Sequence[Dimension]) -> list[Dimension]:
    """Return dimensions in an order that does not depend on the order of the filters."""
    return sorted(dimensions, key=lambda d: (d.column, d.name, repr(d.wanted)))


def _build_table(dimensions: Sequence[Dimension], cells: Iterable[Cell]) -> Counter[CellKey]:
    found: Counter[CellKey] = Counter()
    for cell in cells:
        found[tuple(d.class_of(cell) for d in dimensions)] += cell.n
    return found


def list_place_subsets(number: int) -> list[tuple[int, ...]]:
    """Return all subsets of the places of ``number`` dimensions, the smallest first."""
    every = range(number)
    return [places for size in every for places in combinations(every, size + 1)]


def may_show_group(
    dimensions: Sequence[Dimension],
    cells: Iterable[Cell],
    least: int = SHOW_FROM,
    guards: Sequence[Dimension] = (),
) -> bool:
    """Return whether the readers in all dimensions may be shown as a group (rules 2 and 3)."""
    return GroupTable([*dimensions, *guards], cells, least).may_show(dimensions, guards)


class GroupTable:
    """Says of any number of groups whether they may be shown; its tables are merged once.

    ``dimensions`` are all that any group is described by. Each group is a class of some of them.
    """

    def __init__(
        self, dimensions: Sequence[Dimension], cells: Iterable[Cell], least: int = SHOW_FROM
    ) -> None:
        ordered = sort_dimensions(dimensions)
        self._places = {_get_identity(d): place for place, d in enumerate(ordered)}
        self._table = _build_table(ordered, cells)
        self._least = least
        self._merged: dict[tuple[int, ...], dict[CellKey, CellKey]] = {}

    def may_show(self, dimensions: Sequence[Dimension], guards: Sequence[Dimension] = ()) -> bool:
        """Return whether the readers in the wanted classes of ``dimensions`` may be shown."""
        wanted: list[Hashable] = [None] * len(self._places)
        for dimension in (*dimensions, *guards):
            wanted[self._places[_get_identity(dimension)]] = dimension.wanted
        asked = {self._places[_get_identity(d)] for d in dimensions}
        places = sorted(asked | {self._places[_get_identity(d)] for d in guards})
        return _stands_alone(self._table, tuple(wanted), places, asked, self._least, self._merged)


def _get_identity(dimension: Dimension) -> tuple[str, str, str]:
    """Return what distinguishes a dimension: of several answers to a question, the answer too."""
    is_answer = dimension.column.startswith(ANSWER)
    return dimension.column, dimension.name, repr(dimension.wanted) if is_answer else ""


def _stands_alone(
    table: Mapping[CellKey, int],
    cell_key: CellKey,
    places: Sequence[int],
    asked: Set[int],
    least: int,
    known: dict[tuple[int, ...], dict[CellKey, CellKey]],
) -> bool:
    """Return whether a group is a cell of its own in the table of every subset of its dimensions.

    ``asked`` are the places of dimensions that were chosen; ``known`` caches the merged cells of
    each table. The other dimensions are guards: a class of a guard that is withheld in its own
    column is shown nowhere, so it is treated as merged with the others that are withheld there.
    """
    own = list(cell_key)
    for some in ([places[n] for n in chosen] for chosen in list_place_subsets(len(places))):
        key = tuple(some)
        if key not in known:
            known[key] = merge_small_cells(sum_over(table, key), least)
        to = known[key].get(tuple(cell_key[n] for n in key))
        if to == (TOGETHER,) and not asked & set(key):
            own[key[0]] = TOGETHER
        elif to != tuple(own[n] for n in key):
            return False
    return True


def find_open_groups(table: Mapping[CellKey, int], place: int) -> set[Hashable]:
    """Return the classes of one dimension that may be shown beside each other (rules 1 to 3).

    ``table`` maps cell keys to numbers of readers, by this dimension and by all others that are
    shown somewhere too. A dimension that is the same for all readers of a class is its guard.
    """
    known: dict[tuple[int, ...], dict[CellKey, CellKey]] = {}
    groups: dict[Hashable, list[CellKey]] = {}
    for cell_key, n in table.items():
        if n:
            groups.setdefault(cell_key[place], []).append(cell_key)
    found = set()
    for name, members in groups.items():
        same = [n for n, classes in enumerate(zip(*members, strict=True)) if len(set(classes)) == 1]
        if _stands_alone(table, members[0], same, {place}, SHOW_FROM, known):
            found.add(name)
    return found
