"""Template filters for results pages."""

from typing import Any

from django import template

from cx_feedback.core.text.number_format import format_decimal

register = template.Library()


@register.filter
def at(mapping: dict[Any, Any], key: Any) -> Any:
    """Return ``mapping[key]``, or None."""
    return mapping.get(key)


@register.filter
def duration(seconds: int) -> str:
    """Return a duration such as "48 s", "3 min 05 s" or "1 h 20 min"."""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


@register.filter
def signed(value: float | None) -> str:
    """Return a difference with its sign and one decimal."""
    if value is None:
        return "–"
    rounded = round(value, 1)
    text = format_decimal(abs(rounded), 1)
    return f"+{text}" if rounded > 0 else f"−{text}" if rounded < 0 else text
