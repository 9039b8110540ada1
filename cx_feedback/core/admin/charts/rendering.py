"""Sizes, labels, figures and the templates that all charts share."""

import textwrap
from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cx_feedback.core.text.number_format import format_decimal, format_percentage

WIDTH = 640
#: Approximate width of a letter, and the most letters and lines of a label.
LETTER, LETTERS, LABEL_LINES = 7.6, 34, 2
#: Height of a row with a label of one line, and of two.
ROW, ROW_OF_TWO = 34, 44


def format_figure(value: float | None, unit: str = "") -> str:
    """Return ``value`` as people write it: no decimals from 100 on, one below; "–" for None."""
    if value is None:
        return "–"
    places = 0 if abs(value) >= 100 or float(value).is_integer() else 1
    number = format_decimal(value, places, grouped=True).replace("-", "−", 1)
    return format_percentage(number) if unit == "%" else f"{number} {unit}".strip()


def wrap_label(label: str, letters: int = LETTERS, most: int = LABEL_LINES) -> list[str]:
    """Return the lines of a label; the rest of a long label is left out."""
    return textwrap.wrap(label, letters, max_lines=most, placeholder=" …") or [""]


def get_label_width(labels: Sequence[Sequence[str]]) -> int:
    """Return the width of a column for labels that are broken into lines."""
    return round(LETTER * max((len(line) for lines in labels for line in lines), default=0)) + 14


def place_lines(words: Sequence[str], middle: float) -> list[tuple[float, str]]:
    """Return (y, text) of the lines of a label whose middle is at ``middle``."""
    return [(middle + 16 * (n - (len(words) - 1) / 2), text) for n, text in enumerate(words)]


def render_chart(kind: str, **context: Any) -> SafeString:
    """Render the template of a kind of chart."""
    return render_to_string(f"cx_feedback/core/charts/{kind}.html", {"width": WIDTH, **context})
