"""Figures in words are rounded, not cut off, and thresholds are named by their setting."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

import cx_feedback
from cx_feedback.core.admin.charts import format_figure
from cx_feedback.surveys.questions.base import Figure
from cx_feedback.surveys.results.charts import describe_figure, format_rounded
from cx_feedback.surveys.results.scores_and_intervals import Score


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        (3.999, 2, "4.00"),
        (66.66, 1, "66.7"),
        (-0.4, 0, "0"),
        (-12.55, 1, "-12.6"),
        (40.5, 2, "40.50"),
    ],
)
def test_rounded(value, places, words):
    assert format_rounded(value, places) == words


def test_a_score_and_its_interval():
    score = Score(3.996, 3.449, 4.256, 40)
    assert describe_figure(Figure("Mean", score)) == "Mean: 4.00 (95% interval 3.45 to 4.26)"
    with override("es"):
        assert "4,00" in describe_figure(Figure("Mean", score))
    assert format_figure(66.66) == "66.7"


def test_no_text_repeats_the_value_of_a_threshold():
    written = re.compile(
        r"\b(under|fewer than|less than|at least|has|from) (5|five)\b(?! minutes| seconds)"
        r"|\b(of|has|would reveal) 1 to 4\b"
    )
    root = Path(cx_feedback.__file__).parent
    files = [
        path
        for room in ("surveys", "nps")
        for path in (root / room).rglob("*")
        if path.suffix in (".py", ".html", ".js", ".po")
    ]
    assert len(files) > 200
    found = [
        f"{path.relative_to(root)}: {match[0]}"
        for path in files
        for match in written.finditer(path.read_text())
    ]
    assert found == []
