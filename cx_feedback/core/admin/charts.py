"""Pictures for the editor's screens: SVG from the server with a table beside it.

Small on purpose: bars with an interval, lines over time, a heat map. Colours come from the
admin's own custom properties (``admin.css``), so pictures follow its dark mode; the chart
libraries at hand bring scripts or fixed palettes that do not.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from cx_feedback.core.text.number_format import format_decimal, format_percentage

WIDTH = 640
#: Of a label in bars: about so wide is a letter, and so many lines of so many letters fit.
LETTER, LETTERS, LABEL_LINES = 7.6, 34, 2
VALUES = 130
ROW, ROW_OF_TWO = 34, 44
HEIGHT = 240
#: Least width of a heat map's cell, and lines of the words above it.
CELL, HEAD_LINES = 58, 3
TOP, LEFT, BOTTOM = 14, 48, 28
COLOURS = 6


@dataclass(frozen=True)
class Bar:
    """One bar: ``low`` and ``high`` draw its interval, ``note`` follows the figure."""

    label: Any
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Line:
    """One line: points of (label on the x axis, value or None for a gap).

    ``band`` holds the interval of each point, (low, high) or None, and shades it.
    """

    label: Any
    points: Sequence[tuple[Any, float | None]]
    band: Sequence[tuple[float, float] | None] = ()


def format_figure(value: float | None, unit: str = "") -> str:
    """Return ``value`` as people write it: no decimals from 100 on, one below; "–" for None."""
    if value is None:
        return "–"
    places = 0 if abs(value) >= 100 or float(value).is_integer() else 1
    number = format_decimal(value, places, grouped=True).replace("-", "−", 1)
    return format_percentage(number) if unit == "%" else f"{number} {unit}".strip()


def draw_bars(
    title: Any, rows: Sequence[Bar], unit: str = "", maximum: float | None = None
) -> SafeString:
    """Draw horizontal bars from zero; ``maximum`` fixes the end of the axis (100 for shares)."""
    tops = [row.high if row.high is not None else row.value for row in rows]
    lows = [min(0, row.low if row.low is not None else row.value) for row in rows]
    top, bottom = maximum or max([*tops, 0]) or 1, min([*lows, 0])
    labels = [_wrap_label(str(row.label)) for row in rows]
    start = round(LETTER * max((len(t) for lines in labels for t in lines), default=0)) + 14
    height = ROW_OF_TWO if any(len(lines) > 1 for lines in labels) else ROW
    room = WIDTH - start - VALUES

    def x(value: float) -> float:
        share = (value - bottom) / ((top - bottom) or 1)
        return round(start + room * min(1, max(0, share)), 1)

    drawn = [
        {
            "row": row,
            "words": _place_lines(words, middle),
            "middle": middle,
            "x": min(x(0), x(row.value)),
            "width": round(abs(x(row.value) - x(0)), 1),
            "interval": None if row.low is None or row.high is None else (x(row.low), x(row.high)),
            "text": f"{format_figure(row.value, unit)} {row.note}".strip(),
            "low": format_figure(row.low, unit),
            "high": format_figure(row.high, unit),
        }
        for i, (row, words) in enumerate(zip(rows, labels, strict=True))
        for middle in [height * i + height // 2]
    ]
    return _render_chart(
        "bars",
        title=title,
        rows=drawn,
        zero=x(0),
        end=start + room,
        labels=start - 10,
        start=start,
        room=room if maximum else 0,
        height=height * len(rows),
        intervals=any(row.low is not None for row in rows),
    )


def _wrap_label(label: str, letters: int = LETTERS, most: int = LABEL_LINES) -> list[str]:
    """Break a label into the lines that it is drawn in; the rest of a long one is left out."""
    return textwrap.wrap(label, letters, max_lines=most, placeholder=" …") or [""]


def draw_lines(title: Any, series: Sequence[Line], unit: str = "") -> SafeString:
    """Draw lines over a shared x axis, whose labels are those of the first line."""
    labels = [label for label, _value in series[0].points] if series else []
    values = [v for line in series for _label, v in line.points if v is not None]
    values += [end for line in series for ends in line.band if ends for end in ends]
    low, high = min([*values, 0]), max([*values, 0]) or 1
    ticks = _get_ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    step = (WIDTH - LEFT - 16) / max(1, len(labels) - 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / ((high - low) or 1), 1)

    every = max(1, math.ceil(len(labels) / 8))

    def x(place: int) -> float:
        return round(LEFT + step * place, 1)

    drawn = [
        {
            "label": line.label,
            "colour": i % COLOURS,
            "runs": _split_points(
                [(x(n), value) for n, (_label, value) in enumerate(line.points)], y
            ),
            "bands": [
                [(x(n), y(high)) for n, (low, high) in run]
                + [(x(n), y(low)) for n, (low, high) in reversed(run)]
                for run in _split_band(line.band)
            ],
        }
        for i, line in enumerate(series)
    ]
    rows = [
        {
            "label": label,
            "values": [text for line in series for text in _point_cells(line, n, unit)],
        }
        for n, label in enumerate(labels)
    ]
    return _render_chart(
        "lines",
        title=title,
        series=drawn,
        columns=[head for line in series for head in _column_heads(line)],
        rows=rows,
        ticks=[(y(t), format_figure(t, unit)) for t in ticks],
        marks=[(x(n), label) for n, label in enumerate(labels) if n % every == 0],
        width_drawn=WIDTH - 16,
        height=HEIGHT,
        left=LEFT,
        base=HEIGHT - 8,
    )


def _column_heads(line: Line) -> list[Any]:
    return [line.label, pgettext("feedback", "95% interval")] if line.band else [line.label]


def _point_cells(line: Line, place: int, unit: str) -> list[str]:
    """Return what the table says of one point of a line."""
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


def draw_heat_map(
    title: Any,
    row_labels: Sequence[Any],
    column_labels: Sequence[Any],
    values: Sequence[Sequence[float | None]],
    unit: str = "",
    intervals: Sequence[Sequence[tuple[float, float] | None]] = (),
) -> SafeString:
    """Draw a grid whose cells are shaded by value in ten steps; None stays empty.

    ``intervals``, shaped like ``values``, are told in the table.
    """
    known = [v for row in values for v in row if v is not None]
    high = max([*known, 0]) or 1
    names = [_wrap_label(str(label)) for label in row_labels]
    start = round(LETTER * max((len(t) for lines in names for t in lines), default=0)) + 14
    cell = max(CELL, (WIDTH - start) // max(1, len(column_labels)))
    heads = [_wrap_label(str(label), round(cell / LETTER), HEAD_LINES) for label in column_labels]
    top = 16 * max((len(lines) for lines in heads), default=0) + 6
    rows = [
        {
            "label": label,
            "top": top + ROW_OF_TWO * n,
            "middle": top + ROW_OF_TWO * n + ROW_OF_TWO // 2 - 1,
            "words": _place_lines(names[n], top + ROW_OF_TWO * n + ROW_OF_TWO // 2 - 1),
            "cells": [
                {
                    "text": "" if v is None else format_figure(v, unit),
                    "shade": round(9 * (v or 0) / high),
                    "x": start + cell * k,
                    "middle": start + cell * k + cell // 2,
                    "range": _format_range(intervals[n][k], unit) if intervals else "",
                }
                for k, v in enumerate(row)
            ],
        }
        for n, (label, row) in enumerate(zip(row_labels, values, strict=True))
    ]
    return _render_chart(
        "heat",
        title=title,
        rows=rows,
        columns=column_labels,
        heads=[
            (start + cell * k + cell // 2, _place_lines(words, top - 3 - 8 * len(words)))
            for k, words in enumerate(heads)
        ],
        cell=cell - 2,
        row=ROW_OF_TWO - 2,
        width=max(WIDTH, start + cell * len(column_labels)),
        height=top + ROW_OF_TWO * len(rows),
        labels=start - 10,
        intervals=bool(intervals),
    )


def _place_lines(words: Sequence[str], middle: float) -> list[tuple[float, str]]:
    """Return the lines of a label with their y, around a middle."""
    return [(middle + 16 * (n - (len(words) - 1) / 2), text) for n, text in enumerate(words)]


def _format_range(ends: tuple[float, float] | None, unit: str) -> str:
    return f"{format_figure(ends[0])} … {format_figure(ends[1], unit)}" if ends else ""


def _get_ticks(low: float, high: float) -> list[float]:
    """Return about five round numbers that cover ``low..high``."""
    rough = (high - low) / 4 or 1
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= rough)
    first = math.floor(low / step)
    return [round(step * n, 10) for n in range(first, math.ceil(high / step) + 1)]


def _split_points(
    points: Sequence[tuple[float, float | None]], y: Any
) -> list[list[tuple[float, float]]]:
    """Split a line at its gaps into runs of drawn points."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, value in points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, y(value)))
    return [run for run in runs if run]


def _render_chart(kind: str, **context: Any) -> SafeString:
    return render_to_string(f"cx_feedback/core/charts/{kind}.html", {"width": WIDTH, **context})
