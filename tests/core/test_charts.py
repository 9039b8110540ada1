import datetime
import re

import pytest
from django.utils import translation

from cx_feedback.core.admin.charts import (
    Bar,
    Line,
    draw_bars,
    draw_heat_map,
    draw_lines,
    format_figure,
)
from cx_feedback.core.admin.charts.lines import _get_ticks
from cx_feedback.core.text.quotation import quote_texts
from tests.pages import squeeze


def test_bars_carry_picture_interval_and_table():
    html = draw_bars(
        "Answers <b>", [Bar("Yes & no", 62.5, 50, 73.1, "(n = 40)"), Bar("No", 0)], "%", 100
    )
    assert "Answers &lt;b&gt;" in html
    assert html.count("cx-chart__bar") == html.count("cx-chart__track") == 2
    assert html.count("cx-chart__interval") == 1
    assert "62.5% (n = 40)" in html
    assert "50% … 73.1%" in html


def test_decimals_of_the_picture_ignore_the_language():
    with translation.override("es"):
        html = draw_bars("x", [Bar("a", 62.5)], "%", 100)
    assert "62,5\xa0%" in html
    assert re.search(r'cx-chart__bar"[^>]* width="\d+\.\d"', html)


def test_a_long_label_is_broken_into_two_lines():
    label = "Because the article told me how others had done it, step by step, and what it cost"
    html = draw_bars("x", [Bar(label, 1), Bar("b", 2)])
    assert html.count("<tspan") == 3
    assert "step by …</tspan>" in html
    assert f"<title>{label}</title>" in html


def test_negative_scores_hang_left_of_zero():
    html = draw_bars("NPS", [Bar("a", -40, -60, -20), Bar("b", 30, 10, 50)])
    assert "−40" in html, "a minus sign, as in the tables beside"


def test_lines_break_at_gaps():
    html = draw_lines(
        "t", [Line("a", [("1", 1), ("2", None), ("3", 4), ("4", 5)]), Line("b", [("1", 2)])]
    )
    assert html.count("<polyline") == 3
    assert html.count("cx-chart__key--") == 2
    assert "–" in html


def test_a_band_breaks_at_gaps_and_stands_in_the_table():
    band = [(0, 2), (1, 3), None, (2, 5)]
    html = draw_lines("t", [Line("a", [("1", 1), ("2", 2), ("3", None), ("4", 4)], band)])
    assert html.count("<polygon") == 2
    assert "0 … 2" in html
    assert html.count("95% interval") == 1


def test_empty_pictures_stand():
    assert "<svg" in draw_bars("t", [])
    assert "<svg" in draw_lines("t", [])
    assert "<table" in draw_heat_map("t", [], [], [])


def test_heat_shades_by_value():
    html = squeeze(draw_heat_map("t", ["r"], ["a", "b", "c"], [[0, 50, None]], "%"))
    assert re.findall(r'<rect class="cx-heat__(\d)"', html) == ["0", "9"]
    assert html.count("50%") == 2, "in the picture and in the table beside it"
    html = draw_heat_map("t", ["r"], ["a"], [[50]], "%", [[(40, 60)]])
    assert "40 … 60%" in html


def test_heat_breaks_long_heads_and_leaves_room_for_many_columns():
    columns = [f"Neither agree nor disagree {n}" for n in range(12)]
    html = squeeze(draw_heat_map("t", ["row"], columns, [[n * 8 for n in range(12)]], "%"))
    assert html.count("<tspan") == 1 + 3 * 12
    width = int(re.search(r'viewBox="0 0 (\d+)', html)[1])
    assert width >= 12 * 58
    assert max(int(x) for x in re.findall(r'<rect [^>]*x="(\d+)"', html)) + 58 <= width


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 0.003), (-100, 100), (0, 23570), (0, 7)])
def test_ticks_cover(low, high):
    ticks = _get_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 3 <= len(ticks) <= 8


def test_figure():
    assert [format_figure(v) for v in (None, 3.0, 3.14, 1234.5)] == ["–", "3", "3.1", "1,234"]


def test_quotation_marks_follow_the_language():
    assert quote_texts(["a", "b"]) == "“a”, “b”"
    with translation.override("es"):
        assert quote_texts(["a", "b"]) == "«a», «b»"


def test_points_of_uneven_days_stand_at_their_dates():
    days = [datetime.date(2026, 1, day) for day in (1, 2, 11, 31)]
    points = [(day.isoformat(), 1) for day in days]
    html = squeeze(draw_lines("t", [Line("a", points)], days=days))
    [drawn] = re.findall(r'<polyline[^>]* points="([^"]+)"', html)
    places = [float(pair.split(",")[0]) for pair in drawn.split()]
    steps = [(place - places[0]) / (places[-1] - places[0]) for place in places]
    assert steps == pytest.approx([0, 1 / 30, 10 / 30, 1], abs=0.002)
    # The second label would stand on the first.
    assert html.count(">2026-01-01<") > html.count(">2026-01-02<")
