"""The report on the promise in words, tables and a chart."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext, pgettext_lazy

from cx_feedback.conversations.promise.duration_format import format_minutes
from cx_feedback.conversations.promise.promise_figures import (
    GoalFigures,
    MonthChange,
    PromiseFigures,
    Verdict,
)
from cx_feedback.conversations.promise.promise_report import FiguresOfGroup, PromiseReport
from cx_feedback.core.admin.charts import Line, draw_lines, format_figure

TABLE_COLUMNS = (
    pgettext_lazy("conversation", "First answers"),
    pgettext_lazy("conversation", "On time"),
    pgettext_lazy("conversation", "Median"),
    pgettext_lazy("conversation", "Further answers on time"),
    pgettext_lazy("conversation", "Closed on time"),
    pgettext_lazy("conversation", "Median to the end"),
)


@dataclass(frozen=True)
class ReportRow:
    """A row of one of the tables of the report."""

    table: Any
    label: Any
    figures: PromiseFigures

    @property
    def cells(self) -> list[tuple[str, str]]:
        """The figures as they are shown, each with a note."""
        first, closing = self.figures.first, self.figures.closing
        return [
            (str(first.decided), ""),
            (_format_share(first), _format_interval(first)),
            (_format_median(first), ""),
            (_format_share(self.figures.next), ""),
            (_format_share(closing), ""),
            (_format_median(closing), ""),
        ]


@dataclass(frozen=True)
class Headline:
    """A figure at the head of the report."""

    value: str
    label: Any
    note: str


def build_headlines(total: PromiseFigures) -> list[Headline]:
    """Return the figures of all conversations together."""
    return [
        Headline(
            _format_share(total.first),
            pgettext("conversation", "first answers on time"),
            _describe_share(total.first),
        ),
        Headline(
            _format_median(total.first),
            pgettext("conversation", "median to the first answer"),
            pgettext("conversation", "in working time, of those answered"),
        ),
        Headline(
            _format_share(total.closing),
            pgettext("conversation", "closed on time"),
            _describe_share(total.closing),
        ),
        Headline(
            _format_median(total.closing),
            pgettext("conversation", "median to the end"),
            pgettext("conversation", "in working time, of those closed"),
        ),
    ]


def _format_share(figures: GoalFigures) -> str:
    """Return the share in whole per cent; like readers' figure it is rounded down."""
    percent = figures.percent
    return format_figure(None if percent is None else int(percent), "%")


def _format_interval(figures: GoalFigures) -> str:
    if figures.interval is None:
        return ""
    low, high = (format_figure(round(end), "%") for end in figures.interval)
    return f"{low} … {high}"


def _format_median(figures: GoalFigures) -> str:
    return format_minutes(None if figures.median is None else round(figures.median))


def _describe_share(figures: GoalFigures) -> str:
    words = npgettext("conversation", "%(n)d conversation", "%(n)d conversations", figures.decided)
    return ", ".join(filter(None, [_format_interval(figures), words % {"n": figures.decided}]))


def get_tables(report: PromiseReport) -> list[tuple[Any, list[ReportRow]]]:
    """Return the tables of the report: their titles and rows."""
    months = [
        FiguresOfGroup(date_format(day, "F Y"), figures)
        for day, figures in reversed(report.months.items())
    ]
    without = pgettext("conversation", "Without a section")
    tables = (
        (pgettext("conversation", "By month"), months, ""),
        (pgettext("conversation", "By reason"), report.kinds, ""),
        (pgettext("conversation", "By section"), report.sections, without),
        (pgettext("conversation", "By person"), report.people, pgettext("conversation", "Nobody")),
    )
    return [
        (title, [ReportRow(title, one.label or rest, one.figures) for one in groups])
        for title, groups, rest in tables
    ]


def describe_change(change: MonthChange) -> str:
    """Return a sentence on the last whole month against the one before it."""
    month = {"month": date_format(change.month, "F Y")}
    if change.verdict == Verdict.TOO_FEW:
        return _("Too few first answers to compare %(month)s with the month before.") % month
    low, high = change.interval
    after, before = change.after.percent or 0, change.before.percent or 0
    figures = {
        **month,
        "value": format_figure(abs(round(after - before))),
        "low": format_figure(round(low)),
        "high": format_figure(round(high)),
    }
    return {
        Verdict.HIGHER: _(
            "First answers on time: up by %(value)s points in %(month)s against the month before "
            "(95%% interval of the change %(low)s to %(high)s)."
        ),
        Verdict.LOWER: _(
            "First answers on time: down by %(value)s points in %(month)s against the month "
            "before (95%% interval of the change %(low)s to %(high)s)."
        ),
        Verdict.UNCLEAR: _(
            "First answers on time: no clear change in %(month)s against the month before (95%% "
            "interval of the change %(low)s to %(high)s)."
        ),
    }[change.verdict] % figures


def draw_trend(report: PromiseReport) -> Any:
    """Draw the share of first answers on time by month, None for less than two points."""
    shown = [(date_format(day, "M Y"), figures.first) for day, figures in report.months.items()]
    if sum(one.percent is not None for _day, one in shown) < 2:
        return None
    line = Line(
        pgettext("conversation", "First answers on time"),
        [(label, one.percent) for label, one in shown],
        [one.interval for _label, one in shown],
    )
    # xgettext:no-python-format
    title = _("First answers on time by month, with the 95% interval")
    return draw_lines(title, [line], "%")
