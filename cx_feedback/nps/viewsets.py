"""The editor's side of NPS: the list, the form and the score over time."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cx_feedback.core.charts import Bar, Line, bars, lines
from cx_feedback.nps import selectors
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys.questions.nps import DETRACTOR, PASSIVE, PROMOTER
from cx_feedback.surveys.results.views import ResultsView, few_words, pages_of
from cx_feedback.surveys.scores import Score
from cx_feedback.surveys.viewsets import AskingViewSet

CLASS_LABELS = {
    PROMOTER: gettext_lazy("Promoters (9–10)"),
    PASSIVE: gettext_lazy("Passives (7–8)"),
    DETRACTOR: gettext_lazy("Detractors (0–6)"),
}


class NPSResultsView(ResultsView):
    template_name = "cx_feedback/nps/admin/results.html"
    page_title = gettext_lazy("NPS")
    header_icon = "cx-gauge"
    block_label = gettext_lazy("NPS")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        span: selectors.Span = "month" if self.request.GET.get("span") == "month" else "week"
        found = selectors.dashboard(widget=self.object, span=span)
        context = {
            **super().get_context_data(**kwargs),
            "found": found,
            "few": few_words(found.n) if found.score.low_confidence else "",
            "class_labels": CLASS_LABELS,
            "pages": pages_of(found.reasons),
        }
        if found.score.shown:
            context["shares"] = _shares(found)
            context["points"] = _points(found)
            context["trend"] = _trend(found)
        return context


def _shares(found: selectors.Dashboard) -> Any:
    return bars(
        _("Shares with their 95 % intervals"),
        [
            Bar(label, share.value or 0, share.low, share.high, f"({found.classes[name]})")
            for name, label in CLASS_LABELS.items()
            for share in [found.shares[name]]
        ],
        "%",
        100,
    )


def _points(found: selectors.Dashboard) -> Any:
    rows = [Bar(str(point), float(count)) for point, count in found.given.items()]
    return bars(_("How many gave each score"), rows)


def _trend(found: selectors.Dashboard) -> Any:
    """Draw the score in its interval; a span with too few answers is a gap."""
    if sum(point.score.shown for point in found.trend) < 2:
        return None
    monthly = found.span == "month"
    points, band = [], []
    for point in found.trend:
        label = date_format(point.start, "M Y" if monthly else "j M")
        points.append((label, point.score.value if point.score.shown else None))
        band.append(_interval(point.score))
    title = (
        _("NPS by month, with its 95 % interval")
        if monthly
        else _("NPS by week, with its 95 % interval")
    )
    return lines(title, [Line(_("NPS"), points, band)])


def _interval(score: Score) -> tuple[float, float] | None:
    if not score.shown or score.low is None or score.high is None:
        return None
    return score.low, score.high


class NPSViewSet(AskingViewSet):
    model = NPSWidget
    icon = "cx-gauge"
    menu_label = gettext_lazy("NPS")
    menu_order = 110
    base_url_path = "cx-feedback/nps"
    results_view_class = NPSResultsView
