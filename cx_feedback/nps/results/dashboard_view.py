"""The results of an NPS widget: its score, shares, trend, groups and reasons."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from cx_feedback.nps import permissions
from cx_feedback.nps.results import dashboard_charts
from cx_feedback.nps.results.breakdown import (
    AUTHOR,
    LANGUAGE,
    PAGE,
    SECTION,
)
from cx_feedback.nps.results.dashboard_figures import build_dashboard
from cx_feedback.nps.results.reasons import get_reasons
from cx_feedback.nps.results.score_bands import render_scale
from cx_feedback.nps.results.trend import choose_span
from cx_feedback.surveys.results.base_view import ResultsView, get_pages_of_texts
from cx_feedback.surveys.results.charts import get_few_answers_warning
from cx_feedback.surveys.selectors import get_family_ids, get_survey_definition

TABLE_LABELS = {
    PAGE: pgettext_lazy("NPS", "By page"),
    SECTION: pgettext_lazy("NPS", "By section"),
    AUTHOR: pgettext_lazy("NPS", "By author"),
    LANGUAGE: pgettext_lazy("NPS", "By language"),
}


class NPSResultsView(ResultsView):
    template_name = "cx_feedback/nps/admin/dashboard.html"
    page_title = pgettext_lazy("NPS", "NPS")
    header_icon = "cx-gauge"
    block_label = pgettext_lazy("NPS", "NPS")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        span = choose_span(self.request.GET.get("span", ""))
        found = build_dashboard(widget=self.object, span=span)
        context = {
            **super().get_context_data(**kwargs),
            "found": found,
            "few": get_few_answers_warning(found.n) if found.score.low_confidence else "",
            "class_labels": dashboard_charts.CLASS_LABELS,
            "anonymous": get_survey_definition(self.object).anonymous,
        }
        if found.score.shown:
            context["scale"] = render_scale(found.score)
            context["shares"] = dashboard_charts.draw_shares(found)
            context["points"] = dashboard_charts.draw_scores(found)
            context["trend"] = dashboard_charts.draw_trend(found)
            context["change"] = dashboard_charts.describe_change(found)
            context["tables"] = [
                dashboard_charts.build_table_context(label, found.tables[name])
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
