"""Pictures for the editor's screens: SVG from the server with a table beside it.

Small on purpose: bars with an interval, lines over time, a heat map. Colours come from the
admin's own custom properties (``admin.css``), so pictures follow its dark mode; the chart
libraries at hand bring scripts or fixed palettes that do not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString

WIDTH = 640
LABELS = 200
ROW = 34
HEIGHT = 240
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
    """One line: points of (label on the x axis, value or None for a gap)."""

    label: Any
    points: Sequence[tuple[Any, float | None]]


def figure(value: float | None, unit: str = "") -> str:
    """Return ``value`` as people write it: no decimals from 100 on, one below; "–" for None."""
    if value is None:
        return "–"
    places = 0 if abs(value) >= 100 or float(value).is_integer() else 1
    text = number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{text} {unit}".strip()


def bars(
    title: Any, rows: Sequence[Bar], unit: str = "", maximum: float | None = None
) -> SafeString:
    """Draw horizontal bars from zero; ``maximum`` fixes the end of the axis (100 for shares)."""
    tops = [row.high if row.high is not None else row.value for row in rows]
    lows = [min(0, row.low if row.low is not None else row.value) for row in rows]
    top, bottom = maximum or max([*tops, 0]) or 1, min([*lows, 0])
    room = WIDTH - LABELS - 130

    def x(value: float) -> float:
        share = (value - bottom) / ((top - bottom) or 1)
        return round(LABELS + room * min(1, max(0, share)), 1)

    drawn = [
        {
            "row": row,
            "y": ROW * i,
            "middle": ROW * i + ROW / 2,
            "x": min(x(0), x(row.value)),
            "width": round(abs(x(row.value) - x(0)), 1),
            "interval": None if row.low is None or row.high is None else (x(row.low), x(row.high)),
            "text": f"{figure(row.value, unit)} {row.note}".strip(),
            "low": figure(row.low, unit),
            "high": figure(row.high, unit),
        }
        for i, row in enumerate(rows)
    ]
    return _render(
        "bars",
        title=title,
        rows=drawn,
        zero=x(0),
        end=LABELS + room,
        labels=LABELS - 10,
        height=ROW * len(rows),
        intervals=any(row.low is not None for row in rows),
    )


def lines(title: Any, series: Sequence[Line], unit: str = "") -> SafeString:
    """Draw lines over a shared x axis, whose labels are those of the first line."""
    labels = [label for label, _ in series[0].points] if series else []
    values = [v for line in series for _, v in line.points if v is not None]
    low, high = min([*values, 0]), max([*values, 0]) or 1
    ticks = _ticks(low, high)
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
            "runs": _runs([(x(n), value) for n, (_, value) in enumerate(line.points)], y),
        }
        for i, line in enumerate(series)
    ]
    rows = [
        {
            "label": label,
            "values": [
                figure(line.points[n][1] if n < len(line.points) else None, unit) for line in series
            ],
        }
        for n, label in enumerate(labels)
    ]
    return _render(
        "lines",
        title=title,
        series=drawn,
        rows=rows,
        ticks=[(y(t), figure(t, unit)) for t in ticks],
        marks=[(x(n), label) for n, label in enumerate(labels) if n % every == 0],
        height=HEIGHT,
        left=LEFT,
        base=HEIGHT - 8,
    )


def heat(
    title: Any,
    row_labels: Sequence[Any],
    column_labels: Sequence[Any],
    values: Sequence[Sequence[float | None]],
    unit: str = "",
) -> SafeString:
    """Draw a table whose cells are shaded by value in ten steps; None stays empty."""
    known = [v for row in values for v in row if v is not None]
    high = max([*known, 0]) or 1
    rows = [
        {
            "label": label,
            "cells": [
                {"text": "" if v is None else figure(v, unit), "shade": round(9 * (v or 0) / high)}
                for v in row
            ],
        }
        for label, row in zip(row_labels, values, strict=True)
    ]
    return _render("heat", title=title, rows=rows, columns=column_labels)


def _ticks(low: float, high: float) -> list[float]:
    """Return about five round numbers that cover ``low..high``."""
    rough = (high - low) / 4 or 1
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= rough)
    first = math.floor(low / step)
    return [round(step * n, 10) for n in range(first, math.ceil(high / step) + 1)]


def _runs(points: Sequence[tuple[float, float | None]], y: Any) -> list[list[tuple[float, float]]]:
    """Split a line at its gaps into runs of drawn points."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, value in points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, y(value)))
    return [run for run in runs if run]


def _render(kind: str, **context: Any) -> SafeString:
    return render_to_string(f"cx_feedback/core/charts/{kind}.html", {"width": WIDTH, **context})
