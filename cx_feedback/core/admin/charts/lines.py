"""Lines over a shared x axis, with shaded intervals."""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from cx_feedback.core.admin.charts.rendering import WIDTH, format_figure, render_chart

HEIGHT = 240
TOP, LEFT, RIGHT, BOTTOM = 14, 48, 16, 28
COLOURS = 6
#: The most labels below the x axis.
MARKS = 8


@dataclass(frozen=True)
class Line:
    """One line: points of (label on the x axis, value or None for a gap).

    ``band`` holds the interval of each point, (low, high) or None, and shades it.
    """

    label: Any
    points: Sequence[tuple[Any, float | None]]
    band: Sequence[tuple[float, float] | None] = ()


@dataclass(frozen=True)
class Scale:
    """Translates places on the x axis and values into coordinates.

    ``places`` are from 0 to 1, one for each point.
    """

    low: float
    high: float
    ticks: Sequence[float]
    places: Sequence[float]

    @classmethod
    def covering(cls, series: Sequence[Line], places: Sequence[float]) -> "Scale":
        """Return the scale on which all values and intervals of ``series`` fit."""
        values = [v for line in series for _label, v in line.points if v is not None]
        values += [end for line in series for ends in line.band if ends for end in ends]
        low, high = min([*values, 0]), max([*values, 0]) or 1
        ticks = _get_ticks(low, high)
        return cls(min(low, ticks[0]), max(high, ticks[-1]), ticks, places)

    def x(self, place: int) -> float:
        """Return the x coordinate of a point by its number, from 0."""
        return round(LEFT + (WIDTH - LEFT - RIGHT) * self.places[place], 1)

    def y(self, value: float) -> float:
        """Return the y coordinate of a value."""
        share = (self.high - value) / ((self.high - self.low) or 1)
        return round(TOP + (HEIGHT - TOP - BOTTOM) * share, 1)


def draw_lines(
    title: Any, series: Sequence[Line], unit: str = "", days: Sequence[datetime.date] = ()
) -> SafeString:
    """Draw lines over a shared x axis, whose labels are those of the first line.

    With ``days``, one for each label in ascending order, points stand at their dates. Otherwise
    they are equally far apart.
    """
    labels = [label for label, _value in series[0].points] if series else []
    scale = Scale.covering(series, _get_places(len(labels), days))
    rows = [
        {
            "label": label,
            "values": [text for line in series for text in _point_cells(line, n, unit)],
        }
        for n, label in enumerate(labels)
    ]
    return render_chart(
        "lines",
        title=title,
        series=[_draw_line(line, scale, i % COLOURS) for i, line in enumerate(series)],
        columns=[head for line in series for head in _column_heads(line)],
        rows=rows,
        ticks=[(scale.y(tick), format_figure(tick, unit)) for tick in scale.ticks],
        marks=_get_marks(labels, scale),
        width_drawn=WIDTH - RIGHT,
        height=HEIGHT,
        left=LEFT,
        base=HEIGHT - 8,
    )


def _get_places(points: int, days: Sequence[datetime.date]) -> list[float]:
    """Return where the points stand on the x axis, from 0 to 1."""
    if days and days[-1] > days[0]:
        return [(day - days[0]) / (days[-1] - days[0]) for day in days]
    return [n / max(1, points - 1) for n in range(points)]


def _get_marks(labels: Sequence[Any], scale: Scale) -> list[tuple[float, Any]]:
    """Return labels below the x axis with their places, as many as don't touch each other."""
    marks: list[tuple[float, Any]] = []
    room = 0.999 / (MARKS - 1) if len(labels) > MARKS else 0.0
    last = -1.0
    for n, label in enumerate(labels):
        if scale.places[n] - last >= max(room, 0.06):
            marks.append((scale.x(n), label))
            last = scale.places[n]
    return marks


def _draw_line(line: Line, scale: Scale, colour: int) -> dict[str, Any]:
    """Return a line for the template: its runs of points, and the outlines of its intervals."""
    points = [(scale.x(n), value) for n, (_label, value) in enumerate(line.points)]
    return {
        "label": line.label,
        "colour": colour,
        "runs": _split_points(points, scale),
        "bands": [
            [(scale.x(n), scale.y(high)) for n, (_low, high) in run]
            + [(scale.x(n), scale.y(low)) for n, (low, _high) in reversed(run)]
            for run in _split_band(line.band)
        ],
    }


def _column_heads(line: Line) -> list[Any]:
    # xgettext:no-python-format
    return [line.label, pgettext("feedback", "95% interval")] if line.band else [line.label]


def _point_cells(line: Line, place: int, unit: str) -> list[str]:
    """Return the cells of the table for one point of a line."""
    words = [format_figure(line.points[place][1] if place < len(line.points) else None, unit)]
    if line.band:
        ends = line.band[place] if place < len(line.band) else None
        words.append(
            f"{format_figure(ends[0], unit)} … {format_figure(ends[1], unit)}" if ends else "–"
        )
    return words


def _split_band(
    band: Sequence[tuple[float, float] | None],
) -> list[list[tuple[int, tuple[float, float]]]]:
    """Split a band at its gaps into runs of (place, ends)."""
    runs: list[list[tuple[int, tuple[float, float]]]] = [[]]
    for place, ends in enumerate(band):
        if ends is None:
            runs.append([])
        else:
            runs[-1].append((place, ends))
    return [run for run in runs if run]


def _get_ticks(low: float, high: float) -> list[float]:
    """Return about five round numbers that cover ``low..high``."""
    rough = (high - low) / 4 or 1
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= rough)
    first = math.floor(low / step)
    return [round(step * n, 10) for n in range(first, math.ceil(high / step) + 1)]


def _split_points(
    points: Sequence[tuple[float, float | None]], scale: Scale
) -> list[list[tuple[float, float]]]:
    """Split a line at its gaps into runs of drawn points."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, value in points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, scale.y(value)))
    return [run for run in runs if run]
