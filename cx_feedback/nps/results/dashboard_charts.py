"""The charts and tables of the NPS dashboard, with their intervals, and the change in words."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from cx_feedback.core.admin.charts import (
    Bar,
    Line,
    draw_bars,
    draw_lines,
    format_figure,
)
from cx_feedback.nps.results.breakdown import Table
from cx_feedback.nps.results.dashboard_figures import NPSDashboard
from cx_feedback.surveys.questions.nps import DETRACTOR, PASSIVE, PROMOTER
from cx_feedback.surveys.results.scores_and_intervals import Score, Verdict

CLASS_LABELS = {
    PROMOTER: pgettext_lazy("NPS", "Promoters (9–10)"),
    PASSIVE: pgettext_lazy("NPS", "Passives (7–8)"),
    DETRACTOR: pgettext_lazy("NPS", "Detractors (0–6)"),
}
#: Groups shown of each table.
MAX_GROUPS = 12


def describe_change(found: NPSDashboard) -> str:
    """Return a sentence on the change of the score."""
    change = found.change
    days = {"days": change.days}
    if change.verdict == Verdict.TOO_FEW:
        return _("Too few answers to compare the last %(days)d days with those before.") % days
    figures = {
        **days,
        "value": format_figure(abs(round(change.value or 0))),
        "low": format_figure(round(change.low or 0)),
        "high": format_figure(round(change.high or 0)),
    }
    words = {
        Verdict.HIGHER: _(
            "Up by %(value)s in the last %(days)d days against those before (95%% interval "
            "of the difference %(low)s to %(high)s)."
        ),
        Verdict.LOWER: _(
            "Down by %(value)s in the last %(days)d days against those before (95%% "
            "interval of the difference %(low)s to %(high)s)."
        ),
        Verdict.UNCLEAR: _(
            "No clear change in the last %(days)d days against those before (95%% interval "
            "of the difference %(low)s to %(high)s)."
        ),
    }[change.verdict] % figures
    return f"{words} {_('Low confidence: under 30 answers.')}" if change.low_confidence else words


def build_table_context(label: Any, table: Table) -> dict[str, Any]:
    """Return the context of a table: its picture, if any, and the numbers of omitted groups."""
    rows = [
        Bar(
            group.label,
            group.score.value or 0,
            group.score.low,
            group.score.high,
            f"({group.score.n})" + ("*" if group.score.low_confidence else ""),
        )
        for group in table.groups[:MAX_GROUPS]
    ]
    more = max(0, len(table.groups) - MAX_GROUPS)
    return {
        "label": label,
        "picture": draw_bars(label, rows, maximum=100) if rows else None,
        "more": more,
        "withheld": table.withheld,
        "marked": any(group.score.low_confidence for group in table.groups[:MAX_GROUPS]),
    }


def draw_shares(found: NPSDashboard) -> Any:
    """Draw the shares of the classes with their intervals."""
    return draw_bars(
        # xgettext:no-python-format
        _("Shares with their 95% confidence intervals"),
        [
            Bar(label, share.value or 0, share.low, share.high, f"({found.classes[name]})")
            for name, label in CLASS_LABELS.items()
            for share in [found.shares[name]]
        ],
        "%",
        100,
    )


def draw_scores(found: NPSDashboard) -> Any:
    """Draw how many gave each score."""
    rows = [Bar(str(point), float(count)) for point, count in found.given.items()]
    return draw_bars(_("How many gave each score"), rows)


def draw_trend(found: NPSDashboard) -> Any:
    """Draw the score over time with its interval. Periods with too few answers are gaps."""
    if sum(point.score.shown for point in found.trend) < 2:
        return None
    monthly = found.span == "month"
    points, band = [], []
    for point in found.trend:
        label = date_format(point.start, "M Y" if monthly else "j M")
        points.append((label, point.score.value if point.score.shown else None))
        band.append(_get_interval(point.score))
    title = (
        # xgettext:no-python-format
        _("NPS by month, with its 95% interval")
        if monthly
        # xgettext:no-python-format
        else _("NPS by week, with its 95% interval")
    )
    return draw_lines(title, [Line(pgettext("NPS", "NPS"), points, band)])


def _get_interval(score: Score) -> tuple[float, float] | None:
    if not score.shown or score.low is None or score.high is None:
        return None
    return score.low, score.high
