"""Parts of an answer: what has a column of its own in exports and imported files."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: What a cell of an export may hold.
Cell = str | int | float | None
#: Makes the cell of an answer.
CellWriter = Callable[[Any], Cell]


@dataclass(frozen=True)
class Part:
    """A part of an answer: a row of a matrix, one of several choices, a field of several.

    ``key`` names it in the form (``answers.<question>.<key>``) and in headings of keys, ``label``
    in headings for people; a key of "" is the whole answer. ``is_personal`` marks readers' own
    words and addresses, ``names`` are further headings that an imported file may have for it.
    """

    key: str
    label: str = ""
    is_personal: bool = False
    names: tuple[str, ...] = ()
