"""Charts for the admin: SVG rendered on the server, each with a table of the same figures.

There are bars with intervals, lines over time and a heat map. Colours are custom properties of
Wagtail's admin (``admin.css``), so that charts follow its dark mode. The chart libraries that we
looked at bring scripts, or fixed palettes that don't.
"""

from cx_feedback.core.admin.charts.bars import Bar, draw_bars
from cx_feedback.core.admin.charts.heat_map import draw_heat_map
from cx_feedback.core.admin.charts.lines import Line, draw_lines
from cx_feedback.core.admin.charts.rendering import format_figure

__all__ = ["Bar", "Line", "draw_bars", "draw_heat_map", "draw_lines", "format_figure"]
