"""Horizontal bars with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from cx_feedback.core.admin.charts.rendering import (
    ROW,
    ROW_OF_TWO,
    WIDTH,
    format_figure,
    get_label_width,
    place_lines,
    render_chart,
    wrap_label,
)

#: Width of the figures beside the bars.
VALUES = 130


@dataclass(frozen=True)
class Bar:
    """One bar: ``low`` and ``high`` draw its interval, ``note`` follows the figure."""

    label: Any
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""


def draw_bars(
    title: Any, rows: Sequence[Bar], unit: str = "", maximum: float | None = None
) -> SafeString:
    """Draw horizontal bars from zero; ``maximum`` fixes the end of the axis (100 for shares)."""
    tops = [row.high if row.high is not None else row.value for row in rows]
    lows = [min(0, row.low if row.low is not None else row.value) for row in rows]
    top, bottom = maximum or max([*tops, 0]) or 1, min([*lows, 0])
    labels = [wrap_label(str(row.label)) for row in rows]
    start = get_label_width(labels)
    height = ROW_OF_TWO if any(len(lines) > 1 for lines in labels) else ROW
    room = WIDTH - start - VALUES

    def x(value: float) -> float:
        share = (value - bottom) / ((top - bottom) or 1)
        return round(start + room * min(1, max(0, share)), 1)

    drawn = [
        {
            "row": row,
            "words": place_lines(words, middle),
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
    return render_chart(
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
