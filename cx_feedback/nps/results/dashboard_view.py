"""The results of an NPS widget: its score, shares, trend, groups and reasons."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
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
from cx_feedback.nps import permissions
from cx_feedback.nps.results.breakdown import (
    AUTHOR,
    LANGUAGE,
    PAGE,
    SECTION,
    Table,
)
from cx_feedback.nps.results.dashboard_figures import (
    COMPARED_DAYS,
    NPSDashboard,
    Span,
    build_dashboard,
)
from cx_feedback.nps.results.reasons import get_reasons
from cx_feedback.nps.results.score_bands import render_scale
from cx_feedback.surveys.questions.nps import DETRACTOR, PASSIVE, PROMOTER
from cx_feedback.surveys.results.base_view import ResultsView, get_pages_of_texts
from cx_feedback.surveys.results.charts import get_few_answers_warning
from cx_feedback.surveys.results.scores_and_intervals import Score, Verdict
from cx_feedback.surveys.selectors import get_family_ids, get_survey_definition

CLASS_LABELS = {
    PROMOTER: pgettext_lazy("NPS", "Promoters (9–10)"),
    PASSIVE: pgettext_lazy("NPS", "Passives (7–8)"),
    DETRACTOR: pgettext_lazy("NPS", "Detractors (0–6)"),
}


TABLE_LABELS = {
    PAGE: pgettext_lazy("NPS", "By page"),
    SECTION: pgettext_lazy("NPS", "By section"),
    AUTHOR: pgettext_lazy("NPS", "By author"),
    LANGUAGE: pgettext_lazy("NPS", "By language"),
}
#: Groups shown of each table.
MAX_GROUPS = 12


class NPSResultsView(ResultsView):
    template_name = "cx_feedback/nps/admin/dashboard.html"
    page_title = pgettext_lazy("NPS", "NPS")
    header_icon = "cx-gauge"
    block_label = pgettext_lazy("NPS", "NPS")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        span: Span = "month" if self.request.GET.get("span") == "month" else "week"
        found = build_dashboard(widget=self.object, span=span)
        context = {
            **super().get_context_data(**kwargs),
            "found": found,
            "few": get_few_answers_warning(found.n) if found.score.low_confidence else "",
            "class_labels": CLASS_LABELS,
            "anonymous": get_survey_definition(self.object).anonymous,
        }
        if found.score.shown:
            context["scale"] = render_scale(found.score)
            context["shares"] = _draw_shares(found)
            context["points"] = _draw_scores(found)
            context["trend"] = _draw_trend(found)
            context["change"] = describe_change(found)
            context["tables"] = [
                _build_table_context(label, found.tables[name])
                for name, label in TABLE_LABELS.items()
            ]
        if permissions.VIEW_RESPONSES.is_granted_to(self.request.user):
            name = self.viewset.get_url_name("results_responses")
            context["responses_url"] = reverse(name, args=[self.object.pk])
        if permissions.VIEW_TEXTS.is_granted_to(self.request.user):
            context |= self._get_reasons_context()
        return context

    def _get_reasons_context(self) -> dict[str, Any]:
        """Return the context of the latest reasons, filtered by class and words."""
        nps_class, words = (self.request.GET.get(name, "").strip() for name in ("class", "words"))
        reasons = get_reasons(
            family=get_family_ids(self.object), nps_class=nps_class, words=words[:200]
        )
        if permissions.VIEW_RESPONSES.is_granted_to(self.request.user):
            name = self.viewset.get_url_name("results_response")
            reasons = tuple(
                replace(reason, url=reverse(name, args=[self.object.pk, reason.response_id]))
                for reason in reasons
            )
        return {
            "may_see_texts": True,
            "reasons": reasons,
            "chosen_class": nps_class,
            "words": words,
            "pages": get_pages_of_texts(reasons),
        }


def describe_change(found: NPSDashboard) -> str:
    """Return a sentence on the change of the score."""
    change = found.change
    days = {"days": COMPARED_DAYS[found.span]}
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


def _build_table_context(label: Any, table: Table) -> dict[str, Any]:
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


def _draw_shares(found: NPSDashboard) -> Any:
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


def _draw_scores(found: NPSDashboard) -> Any:
    rows = [Bar(str(point), float(count)) for point, count in found.given.items()]
    return draw_bars(_("How many gave each score"), rows)


def _draw_trend(found: NPSDashboard) -> Any:
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
