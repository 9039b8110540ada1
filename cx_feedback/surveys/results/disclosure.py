"""What may be shown without telling one reader from the others.

The aim: of no group of 1 to 4 readers, however it is described by filters, does anybody learn
how many they are or what they answered, neither from one page of results nor by subtracting
pages from each other. This holds for everyone who looks, superusers too. Counts stay exact: they
are shown or they are not; nothing is blurred, so that results do not lie.

The rule, for a view with filters X (days, page, section, language, NPS class, answers):

1. **Five.** A group of 1 to 4 is not shown (``SHOW_FROM``).
2. **The rest too.** Take any of the filters, and any of the others as its context. Within that
   context, all classes of this filter (all pages, all languages, all values of the answer) stand
   in a column that adds up to what the context's own view shows. Classes of 1 to 4 are withheld,
   and if all that is withheld is still under 5 readers, the smallest other class is withheld with
   them (``withheld``): else subtracting the shown ones from the sum would give them away. A view
   is open only if its class is withheld in no such column (``is_open``). That is complementary
   cell suppression along every line of the table that the filters span. It covers the group's
   complement in each less filtered view, and all other classes put together.
3. **What goes without saying.** A page lies in a section, its readers may all read one language,
   a score makes a promoter: such filters that were not asked for but hold for everybody in the
   group count as if they had been asked for (``dimensions.dimensions_of``).
4. **Days in blocks.** A window that moves by a day differs from the last by that day's readers.
   So days are put together into blocks. They are divided along the calendar (years, halves,
   quarters, months, half months and so on to single days), each time at the greatest boundary
   with at least 5 readers of everybody on both sides: the same boundary in every view. Under
   filters the division goes on only if on both sides each class of the filters has nobody or at
   least 5. A window takes in the blocks that end in it, so any two windows differ by whole
   blocks. A view with fewer filters is divided wherever one with more is, so blocks of different
   views never cut each other (``blocks``).
5. **Rare answers.** In the view of everybody an answer that 1 to 4 gave is shown as what it is, a
   count of one question. Under filters it is not shown, since turned around (this answer as the
   filter, the filter as the question) that would be a view of 1 to 4; nor is a second one, if it
   took only a subtraction, nor a score that could be solved for them (``withheld_answers``).
6. **Cross-tabs.** Of everybody: rows and columns of 1 to 4, and those withheld with them, are put
   together into one. Under filters: only if no cell of the table, of those who meet all filters
   or all but one, has 1 to 4 (``shown_tables``).
7. **Texts** are never put beside answers: not found by filters on answers, classes or scores.

What is not promised: who looks twice sees what came in between, as on any page that is live;
what a group of 5 or more has in common, all of them "bad" say, is shown; and so is, in a view
that is open, how often an answer was given that 5 or more gave in all, be it once. Such a bar
says, as a cell of everybody's cross-tab does, that one of 5 or more gave this answer. What else
this one answered no page says: with the answer as a further filter the view is not open (rule 1),
nor are enough of its other answers to subtract (rule 2), and the view has no cross-tab (rule 6).
To withhold bars of 1 to 4 there as well would take most scores of pages and sections with them,
since a score gives such bars away: results that say nothing are the price that is not paid.
"""

import datetime
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cx_feedback.surveys.results.dimensions import DAY, Cell, Dimension
from cx_feedback.surveys.scores import SHOW_FROM

#: So many kinds of readers are told apart when days are put together; beyond, only whether they
#: meet each filter.
_KINDS = 60


Name = TypeVar("Name", bound=Hashable)


def withheld(column: Mapping[Name, int]) -> set[Name]:
    """Return the classes of a column (class to number of readers) that may not be shown.

    Those of 1 to 4; and if these are together still under 5, the smallest others until they are
    not, or until nothing is left to show.
    """
    hidden = {name for name, n in column.items() if 0 < n < SHOW_FROM}
    together = sum(column[name] for name in hidden)
    others = sorted((n, str(name), name) for name, n in column.items() if n >= SHOW_FROM)
    for n, _order, name in others if hidden else ():
        if together >= SHOW_FROM:
            break
        hidden.add(name)
        together += n
    return hidden


def is_open(dimensions: Sequence[Dimension], cells: Iterable[Cell]) -> bool:
    """Return whether the readers whom all dimensions pick may be shown as a group (rule 2)."""
    every = range(len(dimensions))
    lines: list[Counter[tuple[frozenset[int], Hashable]]] = [Counter() for _ in every]
    for cell in cells:
        classes = [d.class_of(cell) for d in dimensions]
        met = frozenset(n for n in every if classes[n] == dimensions[n].wanted)
        for n in every:
            lines[n][met - {n}, classes[n]] += cell.n
    return all(
        dimensions[n].wanted not in withheld(_column(lines[n], frozenset(context)))
        and _column(lines[n], frozenset(context))[dimensions[n].wanted] >= SHOW_FROM
        for n in every
        for size in every
        for context in combinations([m for m in every if m != n], size)
    )


def _column(
    line: Counter[tuple[frozenset[int], Hashable]], context: frozenset[int]
) -> Counter[Hashable]:
    column: Counter[Hashable] = Counter()
    for (met, name), n in line.items():
        if context <= met:
            column[name] += n
    return column


@dataclass(frozen=True)
class Block:
    """Days that are shown together, from the first to the last one with answers."""

    first: datetime.date
    last: datetime.date


def blocks(dimensions: Sequence[Dimension], cells: Sequence[Cell]) -> list[Block]:
    """Return the days of ``cells`` in blocks that may be shown by themselves (rule 4)."""
    days = sorted({cell.columns[DAY] for cell in cells})
    if not days:
        return []
    wide = False
    kinds = {_kind(cell, dimensions, wide) for cell in cells}
    if len(kinds) > _KINDS:
        wide = True
        kinds = {_kind(cell, dimensions, wide) for cell in cells}
    place = {kind: n for n, kind in enumerate(sorted(kinds, key=repr))}
    row = {day: n for n, day in enumerate(days)}
    table = np.zeros((len(days) + 1, len(place)), dtype=np.int64)
    for cell in cells:
        table[row[cell.columns[DAY]] + 1, place[_kind(cell, dimensions, wide)]] += cell.n
    sums = table.cumsum(axis=0)
    ranks = np.array([0, *(_rank(*pair) for pair in pairwise(days))])
    found = _divided(0, len(days), ranks, sums, sums.sum(axis=1))
    return [Block(days[low], days[high - 1]) for low, high in found]


def _kind(cell: Cell, dimensions: Sequence[Dimension], wide: bool) -> tuple[Hashable, ...]:
    return tuple(d.holds(cell) if d.wide or wide else d.class_of(cell) for d in dimensions)


def _divided(
    low: int, high: int, ranks: NDArray[Any], sums: NDArray[Any], everybody: NDArray[Any]
) -> Iterable[tuple[int, int]]:
    """Divide the days from ``low`` up to ``high`` as far as may be."""
    cut = _boundary(low, high, ranks, everybody)
    if cut is not None:
        halves = sums[cut] - sums[low], sums[high] - sums[cut]
        if all(((half == 0) | (half >= SHOW_FROM)).all() for half in halves):
            yield from _divided(low, cut, ranks, sums, everybody)
            yield from _divided(cut, high, ranks, sums, everybody)
            return
    yield low, high


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
