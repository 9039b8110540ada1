"""Tables of figures on the screens of the promise and of "Did it help?"."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FigureRow:
    """A row of a table: its group, and its cells as pairs of a figure and a note."""

    label: Any
    cells: list[tuple[str, str]]


@dataclass(frozen=True)
class FigureTable:
    """A table for ``admin/figure_table.html``: the labels of its columns, and its rows.

    With ``ends_with_words`` the last column is no number.
    """

    title: Any
    columns: tuple[Any, ...]
    #: Each with ``label`` and ``cells`` as those of ``FigureRow``.
    rows: list[Any]
    note: Any = ""
    ends_with_words: bool = False
