"""Figures of "Did it help?" as they are shown."""

from typing import Any

from cx_feedback.conversations.effects.effect_figures import SHOW_FROM
from cx_feedback.core.admin.charts import format_figure
from cx_feedback.core.text.number_format import format_decimal


def format_count(n: int) -> str:
    """Return the number of a group, without telling how few are in a small one."""
    return str(n) if n >= SHOW_FROM or not n else f"< {SHOW_FROM}"


def format_share(share: float) -> str:
    """Return a share in whole per cent."""
    return format_figure(round(100 * share), "%")


def format_points(value: float) -> str:
    """Return a difference of shares in percentage points with its sign."""
    rounded = round(100 * value, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{format_decimal(abs(rounded), 1)}"


def format_interval(found: Any) -> str:
    """Return the interval of a difference, as of ``low`` and ``high``."""
    return f"{format_points(found.low)} … {format_points(found.high)}"
