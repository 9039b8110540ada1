"""What may be shown without telling one reader from the others.

The aim: of no group of 1 to 4 readers, however it is described by filters, does anybody learn
how many they are or what they answered, neither from one page of results nor by adding and
subtracting any number of pages. This holds for everybody who looks, superusers too. Counts stay
exact: they are shown or they are not; nothing is blurred, so that results do not lie.
``tests/surveys/results/test_attack.py`` looks at everything that is shown, of made-up readers,
and works out by linear algebra whatever follows from it.

The rule, for a view with filters X (days, page, section, language, NPS class, answers):

1. **Five.** A group of 1 to 4 is not shown (``SHOW_FROM``).
2. **The rest too.** All classes of a filter (all pages, all languages, all values of the answer)
   stand in a column that adds up to what is shown without this filter. Classes of 1 to 4 are
   withheld, and if all that is withheld is still under 5 readers, the smallest other class is
   withheld with them (``withheld``): else subtracting the shown ones from the sum would give them
   away. Two filters and more span a table, whose cells add up along every side. A cell of 1 to 4
   then is not hidden by closing its own line: who knows the sums goes round the corner. So whole
   rows are put together until no cell of the table has 1 to 4 any more, rows of that filter which
   so leaves most readers in rows of their own (``kinds_of``). A view is open only if it is a cell
   of its own in the table of its filters, and in those of any of them (``is_open``).
3. **What goes without saying.** A page lies in a section, its readers may all read one language,
   a score makes a promoter: such filters that were not asked for but hold for everybody in the
   group count as if they had been asked for (``dimensions.dimensions_of``).
4. **Days in blocks.** A window that moves by a day differs from the last by that day's readers.
   So days are put together into blocks. They are divided along the calendar (years, halves,
   quarters, months, half months and so on to single days), each time at the greatest boundary
   with at least 5 readers of everybody on both sides: the same boundary in every view. Under
   filters blocks go together, from the first day on, until each cell of the filters' table has
   nobody or at least 5 in each of them; cells of under 30 in all are put together beforehand, and
   cannot be looked at by days. A window takes in the blocks that end in it, so any two windows
   differ by whole blocks. A view with fewer filters is divided wherever one with more is, so
   blocks of different views never cut each other (``blocks``). The course of a question's score
   has blocks in which nobody or at least 5 answered it.
5. **Rare answers.** In the view of everybody an answer that 1 to 4 gave is shown as what it is, a
   count of one question. Under filters it is not shown, since turned around (this answer as the
   filter, the filter as the question) that would be a view of 1 to 4; nor is a second one, if it
   took only a subtraction, nor a score that could be solved for them, at once or over time
   (``withheld_answers``, ``rare``), in a table of pages or languages neither. Of days alone the
   score is shown: everybody's course of time says it too.
6. **Cross-tabs.** Of everybody: rows and columns of 1 to 4, and those withheld with them, are put
   together into one. Under filters: only if no cell of the table, of those who meet all filters
   or all but one, has 1 to 4 (``shown_tables``).
7. **Texts** are never put beside answers: not found by filters on answers, classes or scores.

What is not promised: who looks twice sees what came in between, as on any page that is live;
what a group of 5 or more has in common, all of them "bad" say, is shown. Under filters no bar of
1 to 4 is shown, nor a second one that tells of it (``rare.without_small``), but how often such an
answer was given that 5 or more gave in all can be worked out from a score, or from other views.
It says, as a cell of everybody's cross-tab does, that one of 5 or more gave this answer. What else
this one answered no page says: with the answer as a further filter the view is not open (rule 1),
nor are enough of its other answers to subtract (rule 2), and the view has no cross-tab (rule 6).
To withhold the scores as well would leave most pages and sections without any: results that say
nothing are the price that is not paid.
"""

import datetime
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cx_feedback.surveys.results.dimensions import DAY, Cell, Dimension
from cx_feedback.surveys.results.scores import CONFIDENT_FROM, SHOW_FROM

Name = TypeVar("Name", bound=Hashable)
#: One class of each dimension.
Kind = tuple[Hashable, ...]
#: The class of those that do not stand by themselves.
TOGETHER = "\0together"


def withheld(column: Mapping[Name, int], least: int = SHOW_FROM) -> set[Name]:
    """Return the classes of a column (class to number of readers) that may not be shown.

    Those of 1 to 4; and if these are together still under 5, the smallest others until they are
    not, or until nothing is left to show. ``least`` is another number than 5.
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


def kinds_of(table: Mapping[Kind, int], least: int = SHOW_FROM) -> dict[Kind, Kind]:
    """Return for each cell of a table (kind to number of readers) the cell that may be shown.

    The same kind, or one in which ``TOGETHER`` stands for the classes that were put together. No
    cell so made has 1 to ``least`` - 1 readers, unless nothing could be done: then no kind stands
    by itself. First the classes go that may not be shown in their own column, then rows of the
    dimension of which that leaves most readers in rows of their own (of equals the first one).
    """
    width = len(next(iter(table), ()))
    columns = [_column(table, (place,)) for place in range(width)]
    hidden = [withheld({name: n for (name,), n in c.items()}, least) for c in columns]
    merged = {
        kind: tuple(TOGETHER if c in hidden[n] else c for n, c in enumerate(kind)) for kind in table
    }
    smaller: Counter[Kind] = Counter()
    for kind, n in table.items():
        smaller[merged[kind]] += n
    if not width or all(n >= least for n in smaller.values() if n):
        return merged
    found = [_rows_together(smaller, place, least) for place in range(width)]
    place = max(range(width), key=lambda place: found[place][0])
    _kept, rows = found[place]
    return {
        kind: (*to[:place], TOGETHER, *to[place + 1 :]) if to[place] in rows else to
        for kind, to in merged.items()
    }


def _column(table: Mapping[Kind, int], places: Sequence[int]) -> Counter[Kind]:
    """Return a table of some of the dimensions."""
    found: Counter[Kind] = Counter()
    for kind, n in table.items():
        found[tuple(kind[place] for place in places)] += n
    return found


def _rows_together(table: Mapping[Kind, int], place: int, least: int) -> tuple[int, set[Hashable]]:
    """Return the rows to put together so that no cell is thin, and how many readers others have."""
    rows: dict[Hashable, Counter[Kind]] = {}
    for kind, n in table.items():
        rows.setdefault(kind[place], Counter())[kind[:place] + kind[place + 1 :]] += n
    few = range(1, least)
    chosen = {name for name, row in rows.items() if any(n in few for n in row.values())}
    chosen |= {TOGETHER} & rows.keys()
    others = sorted(rows.keys() - chosen, key=lambda name: (rows[name].total(), str(name)))
    together = sum((rows[name] for name in chosen), Counter[Kind]())
    while thin := [cell for cell, n in together.items() if n in few]:
        helps = (name for name in others if any(rows[name][cell] for cell in thin))
        name = next(helps, TOGETHER)
        if name not in others:
            return 0, set(rows)
        others.remove(name)
        chosen.add(name)
        together += rows[name]
    return sum(rows[name].total() for name in others), chosen


def _in_order(dimensions: Sequence[Dimension]) -> list[Dimension]:
    """Return dimensions in an order that does not depend on how they were asked for."""
    return sorted(dimensions, key=lambda d: (d.column, d.name, repr(d.wanted)))


def _table(dimensions: Sequence[Dimension], cells: Iterable[Cell]) -> Counter[Kind]:
    found: Counter[Kind] = Counter()
    for cell in cells:
        found[tuple(d.class_of(cell) for d in dimensions)] += cell.n
    return found


def _some(number: int) -> list[tuple[int, ...]]:
    """Return the places of any 1 to ``number`` dimensions, the fewest first."""
    every = range(number)
    return [places for size in every for places in combinations(every, size + 1)]


def is_open(
    dimensions: Sequence[Dimension],
    cells: Iterable[Cell],
    least: int = SHOW_FROM,
    guards: Sequence[Dimension] = (),
) -> bool:
    """Return whether the readers whom all dimensions pick may be shown as a group (rules 2, 3)."""
    ordered = _in_order([*dimensions, *guards])
    table, wanted = _table(ordered, cells), tuple(d.wanted for d in ordered)
    asked = {n for n, d in enumerate(ordered) if d not in guards}
    return _stands_alone(table, wanted, range(len(ordered)), asked, least, {})


def _stands_alone(
    table: Mapping[Kind, int],
    kind: Kind,
    places: Sequence[int],
    asked: Set[int],
    least: int,
    known: dict[tuple[int, ...], dict[Kind, Kind]],
) -> bool:
    """Return whether a group is a cell of its own in the tables of any of some dimensions.

    ``asked`` are those it was asked for by, ``known`` keeps what was put together in each table.
    The others only guard it: one whose class is withheld in its own column is shown nowhere, and
    stands for all that are withheld there.
    """
    own = list(kind)
    for some in ([places[n] for n in chosen] for chosen in _some(len(places))):
        key = tuple(some)
        if key not in known:
            known[key] = kinds_of(_column(table, key), least)
        to = known[key].get(tuple(kind[n] for n in key))
        if to == (TOGETHER,) and not asked & set(key):
            own[key[0]] = TOGETHER
        elif to != tuple(own[n] for n in key):
            return False
    return True


def open_groups(table: Mapping[Kind, int], place: int) -> set[Hashable]:
    """Return the classes of one dimension that may be shown beside each other (rules 1 to 3).

    ``table`` is kind to the number of readers, by this dimension and by all others of which
    something is shown as well. Those that are the same for all readers of a class guard it.
    """
    known: dict[tuple[int, ...], dict[Kind, Kind]] = {}
    groups: dict[Hashable, list[Kind]] = {}
    for kind, n in table.items():
        if n:
            groups.setdefault(kind[place], []).append(kind)
    found = set()
    for name, kinds in groups.items():
        same = [n for n, classes in enumerate(zip(*kinds, strict=True)) if len(set(classes)) == 1]
        if _stands_alone(table, kinds[0], same, {place}, SHOW_FROM, known):
            found.add(name)
    return found


@dataclass(frozen=True)
class Block:
    """Days that are shown together, from the first to the last one with answers."""

    first: datetime.date
    last: datetime.date


def blocks(
    dimensions: Sequence[Dimension], cells: Sequence[Cell], answered: str | None = None
) -> list[Block]:
    """Return the days of ``cells`` in blocks that may be shown by themselves (rule 4).

    ``answered`` is a column: nobody or at least 5 have something there, in each block.
    """
    days = sorted({cell.columns[DAY] for cell in cells})
    if not days:
        return []
    row = {day: n for n, day in enumerate(days)}
    everybody = np.zeros(len(days) + 1, dtype=np.int64)
    for cell in cells:
        everybody[row[cell.columns[DAY]] + 1] += cell.n
    ranks = np.array([0, *(_rank(*pair) for pair in pairwise(days))])
    edges = [0, *_divided(0, len(days), ranks, everybody.cumsum())]
    ordered = _in_order(dimensions)
    daily: dict[Kind, NDArray[Any]] = {}
    for cell in cells:
        kind = tuple(d.class_of(cell) for d in ordered)
        if answered is not None:
            kind += (cell.columns[answered] is not None,)
        sums = daily.setdefault(kind, np.zeros(len(days) + 1, dtype=np.int64))
        sums[row[cell.columns[DAY]] + 1] += cell.n
    stay = _edges_of(daily, edges, len(ordered) if answered is not None else None)
    return [Block(days[low], days[high - 1]) for low, high in pairwise(stay)]


def _edges_of(
    daily: Mapping[Kind, NDArray[Any]], edges: list[int], answered: int | None
) -> list[int]:
    """Return those of ``edges`` that may stay with any of the dimensions and with all of them.

    ``daily`` is kind to the number of readers on each day. Of the dimension ``answered`` only
    those count who did.
    """
    width = len(next(iter(daily)))
    found: dict[tuple[int, ...], list[int]] = {}
    for places in _some(width):
        fewer = [found[some] for some in combinations(places, len(places) - 1) if some]
        stay = [edge for edge in edges if all(edge in other for other in fewer)]
        counted = {k: sums for k, sums in daily.items() if answered not in places or k[answered]}
        table = {kind: int(sums.sum()) for kind, sums in counted.items()}
        kinds = kinds_of(_column(table, places), CONFIDENT_FROM)
        parts: dict[Kind, NDArray[Any]] = {}
        for kind, sums in counted.items():
            part = kinds[tuple(kind[place] for place in places)]
            parts[part] = parts.get(part, 0) + sums
        if parts:
            stay = _put_together(stay, np.stack(list(parts.values()), axis=1).cumsum(axis=0))
        found[places] = stay
    return found.get(tuple(range(width)), edges)


def _put_together(edges: list[int], sums: NDArray[Any]) -> list[int]:
    """Return the edges between which each kind has nobody or at least 5."""

    def fine(low: int, high: int) -> bool:
        between = sums[high] - sums[low]
        return bool(((between == 0) | (between >= SHOW_FROM)).all())

    stay, end = [edges[0]], edges[-1]
    for edge in edges[1:]:
        if fine(stay[-1], edge):
            stay.append(edge)
    while stay[-1] != end and len(stay) > 1 and not fine(stay[-1], end):
        stay.pop()
    return stay if stay[-1] == end else [*stay, end]


def _divided(low: int, high: int, ranks: NDArray[Any], everybody: NDArray[Any]) -> Iterable[int]:
    """Divide the days from ``low`` up to ``high`` as far as may be; gives the end of each part."""
    cut = _boundary(low, high, ranks, everybody)
    if cut is None:
        yield high
    else:
        yield from _divided(low, cut, ranks, everybody)
        yield from _divided(cut, high, ranks, everybody)


def _boundary(low: int, high: int, ranks: NDArray[Any], everybody: NDArray[Any]) -> int | None:
    """Return the greatest boundary with 5 of everybody on both sides, of equals the middle one.

    It must not depend on filters: blocks of different views would cut each other.
    """
    before = everybody[low + 1 : high] - everybody[low]
    after = everybody[high] - everybody[low + 1 : high]
    smaller = np.minimum(before, after)
    possible = smaller >= SHOW_FROM
    if not possible.any():
        return None
    greatest = possible & (ranks[low + 1 : high] == ranks[low + 1 : high][possible].min())
    return low + 1 + int(np.where(greatest, smaller, 0).argmax())


def _rank(before: datetime.date, day: datetime.date) -> int:
    """Return how great the greatest boundary between two days is: 0 a new year, 8 any day."""
    if day.year != before.year:
        return 0
    if day.month != before.month:
        months = range(before.month + 1, day.month + 1)
        return 1 if 7 in months else 2 if any(m in (4, 10) for m in months) else 3
    return 8 - max((n & -n).bit_length() - 1 for n in range(before.day + 1, day.day + 1))


def withheld_answers(given: Mapping[str, int], answered: int) -> set[str]:
    """Return the values of a question that may not be shown under a further filter (rule 5).

    ``given`` is value to number of readers, ``answered`` how many answered at all. Of a question
    with several values an answer, each stands by itself beside all others.
    """
    if sum(given.values()) == answered:
        return {str(value) for value in withheld(given)}
    few = range(1, SHOW_FROM)
    return {value for value, n in given.items() if n in few or answered - n in few}


def is_safe_table(counts: Iterable[Iterable[int]]) -> bool:
    """Return whether no cell of a table has 1 to 4 readers."""
    return all(not 0 < n < SHOW_FROM for row in counts for n in row)
