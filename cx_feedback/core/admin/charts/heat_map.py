"""A grid of shaded cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from cx_feedback.core.admin.charts.rendering import (
    LETTER,
    ROW_OF_TWO,
    WIDTH,
    format_figure,
    get_label_width,
    place_lines,
    render_chart,
    wrap_label,
)

#: Least width of a cell, and the most lines of a heading above it.
CELL, HEAD_LINES = 58, 3
#: Height of a line of text.
LINE = 16
SHADES = 10

Ends = tuple[float, float] | None


@dataclass(frozen=True)
class Grid:
    """The geometry of the cells: ``left`` and ``top`` of the first, and the width of each."""

    left: int
    top: int
    cell: int

    def get_middle_x(self, column: int) -> int:
        """Return the x coordinate of the middle of a column."""
        return self.left + self.cell * column + self.cell // 2

    def get_top(self, row: int) -> int:
        """Return the y coordinate of the top of a row."""
        return self.top + ROW_OF_TWO * row

    def get_middle_y(self, row: int) -> int:
        """Return the y coordinate of the middle of a row."""
        return self.get_top(row) + ROW_OF_TWO // 2 - 1


def draw_heat_map(
    title: Any,
    row_labels: Sequence[Any],
    column_labels: Sequence[Any],
    values: Sequence[Sequence[float | None]],
    unit: str = "",
    intervals: Sequence[Sequence[Ends]] = (),
) -> SafeString:
    """Draw a grid whose cells are shaded by value in ten steps; the cell of None stays empty.

    ``intervals`` has the shape of ``values`` and is shown in the table only.
    """
    names = [wrap_label(str(label)) for label in row_labels]
    left = get_label_width(names)
    cell = max(CELL, (WIDTH - left) // max(1, len(column_labels)))
    heads = [wrap_label(str(label), round(cell / LETTER), HEAD_LINES) for label in column_labels]
    grid = Grid(left, LINE * max((len(lines) for lines in heads), default=0) + 6, cell)
    highest = max([*(v for row in values for v in row if v is not None), 0]) or 1
    rows = [
        {
            "label": label,
            "top": grid.get_top(n),
            "middle": grid.get_middle_y(n),
            "words": place_lines(names[n], grid.get_middle_y(n)),
            "cells": _build_cells(grid, row, highest, unit, intervals[n] if intervals else ()),
        }
        for n, (label, row) in enumerate(zip(row_labels, values, strict=True))
    ]
    return render_chart(
        "heat",
        title=title,
        rows=rows,
        columns=column_labels,
        heads=[
            (grid.get_middle_x(k), place_lines(lines, grid.top - 3 - LINE // 2 * len(lines)))
            for k, lines in enumerate(heads)
        ],
        cell=cell - 2,
        row=ROW_OF_TWO - 2,
        width=max(WIDTH, left + cell * len(column_labels)),
        height=grid.get_top(len(rows)),
        labels=left - 10,
        intervals=bool(intervals),
    )


def _build_cells(
    grid: Grid,
    values: Sequence[float | None],
    highest: float,
    unit: str,
    intervals: Sequence[Ends],
) -> list[dict[str, Any]]:
    """Return the cells of one row for the template."""
    return [
        {
            "text": "" if value is None else format_figure(value, unit),
            "shade": round((SHADES - 1) * (value or 0) / highest),
            "x": grid.left + grid.cell * k,
            "middle": grid.get_middle_x(k),
            "range": _format_range(intervals[k], unit) if intervals else "",
        }
        for k, value in enumerate(values)
    ]


def _format_range(ends: tuple[float, float] | None, unit: str) -> str:
    return f"{format_figure(ends[0])} … {format_figure(ends[1], unit)}" if ends else ""
