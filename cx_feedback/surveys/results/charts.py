"""Results as charts and in words, for admin pages."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cx_feedback.core.admin.charts import (
    Bar,
    Line,
    draw_bars,
    draw_heat_map,
    draw_lines,
)
from cx_feedback.surveys.questions.base import Figure, Result, Row
from cx_feedback.surveys.results.scores_and_intervals import Difference, Score, Verdict
from cx_feedback.surveys.results.trend import Trend


@dataclass(frozen=True)
class Section:
    """One question on the page."""

    result: Result
    picture: SafeString | None
    figures: tuple[str, ...] = ()
    withheld: bool = False


def build_section(result: Result, withheld: bool = False) -> Section:
    """Return a question's result with its chart and its figures in words."""
    picture = draw_result(result) if result.rows and result.shown else None
    figures = [describe_score(result), *(describe_figure(figure) for figure in result.more)]
    return Section(result, picture, tuple(filter(None, figures)), withheld)


def draw_result(result: Result) -> SafeString:
    """Draw the answers: a matrix as a heat map, a ranking by mean rank, others as bars."""
    if any(row.cells for row in result.rows):
        columns = [cell.full_label for cell in result.rows[0].cells]
        values = [[cell.share.value for cell in row.cells] for row in result.rows]
        labels = [f"{row.full_label} (n = {row.count})" for row in result.rows]
        return draw_heat_map(_("Share of answers in each row"), labels, columns, values, "%")
    if result.row_score_label:
        ranked = sorted(
            (row for row in result.rows if row.score and row.score.shown),
            key=lambda row: row.score.value or 0 if row.score else 0,
        )
        drawn = [
            Bar(r.full_label, r.score.value or 0, r.score.low, r.score.high, f"({r.count})")
            for r in ranked
            if r.score
        ]
        return draw_bars(result.row_score_label, drawn)
    return draw_bars(
        pgettext("survey", "Share of answers"), [_build_bar(row) for row in result.rows], "%", 100
    )


def _build_bar(row: Row) -> Bar:
    return Bar(
        row.full_label, row.share.value or 0, row.share.low, row.share.high, f"({row.count})"
    )


def format_rounded(value: float, places: int) -> str:
    """Return a rounded number in the local format; ``number_format`` truncates."""
    return str(number_format(round(value, places) + 0.0, places))  # + 0.0: never "-0"


def describe_score(result: Result) -> str:
    """Return a result's score and interval in words, "" if it is hidden."""
    if result.score is None:
        return ""
    return describe_figure(Figure(result.score_label, result.score, result.score_places))


def describe_figure(figure: Figure) -> str:
    """Return a figure and its interval in words, "" if it is hidden."""
    score = figure.score
    if not score.shown:
        return ""
    value, low, high = (
        None if end is None else format_rounded(end, figure.places)
        for end in (score.value, score.low, score.high)
    )
    if figure.is_about:
        value = f"≈ {value}"
    if low is None or high is None:
        return pgettext("survey", "%(label)s: %(value)s") % {"label": figure.label, "value": value}
    words = pgettext("survey", "%(label)s: %(value)s (95%% interval %(low)s to %(high)s)") % {
        "label": figure.label,
        "value": value,
        "low": low,
        "high": high,
    }
    return f"{words}. {get_few_answers_warning(score.n)}" if score.low_confidence else words


def get_few_answers_warning(n: int) -> str:
    """Return the warning that a score is based on few answers."""
    return ngettext(
        "Low confidence: only %(n)d answer.", "Low confidence: only %(n)d answers.", n
    ) % {"n": n}


def draw_trend(trend: Trend) -> SafeString | None:
    """Draw a score and its interval over time; None for fewer than two points."""
    points = [point for point in trend.points if point.result.score is not None]
    if len(points) < 2:
        return None
    drawn = [
        (describe_days(p.first, p.last, trend.span), p.result.score.value)
        for p in points
        if p.result.score
    ]
    band = [_get_interval(point.result.score) for point in points]
    label = points[0].result.score_label
    return draw_lines(
        _("%(score)s with its 95%% confidence interval") % {"score": label},
        [Line(label, drawn, band)],
    )


def _get_interval(score: Score | None) -> tuple[float, float] | None:
    if score is None or score.low is None or score.high is None:
        return None
    return score.low, score.high


def describe_days(first: Any, last: Any, span: str = "day") -> str:
    """Return a period in words: a month, a day, or the first and the last day."""
    if span == "month" and (first.year, first.month) == (last.year, last.month):
        return date_format(first, "M Y")
    if first == last or (span == "week" and (last - first).days < 7):
        return date_format(first, "j M")
    return f"{date_format(first, 'j M')}–{date_format(last, 'j M')}"


def describe_change(change: Difference | None, places: int = 2) -> str:
    """Return the verdict on a change with the difference and its interval."""
    if change is None or change.verdict == Verdict.TOO_FEW:
        return _("Too few answers to say whether it has changed.")
    value, low, high = (
        format_rounded(end or 0, places) for end in (change.value, change.low, change.high)
    )
    sign = "+" if (change.value or 0) > 0 else ""
    figures = pgettext("survey", "%(value)s, 95%% interval %(low)s to %(high)s") % {
        "value": f"{sign}{value}",
        "low": low,
        "high": high,
    }
    return {
        Verdict.HIGHER: _("It has gone up (%(figures)s)."),
        Verdict.LOWER: _("It has gone down (%(figures)s)."),
        Verdict.UNCLEAR: _("No significant change (%(figures)s)."),
    }[change.verdict] % {"figures": figures}
