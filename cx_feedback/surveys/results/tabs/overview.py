"""The overview page: figures, trend, and results by question."""

from typing import Any

from django.utils.translation import pgettext

from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results import charts, results_by_page, trend
from cx_feedback.surveys.results.filtered_results import get_filtered_results
from cx_feedback.surveys.results.key_figures import get_overview
from cx_feedback.surveys.results.subsets import Subset, select_subset
from cx_feedback.surveys.results.tabs.base_view import TabView
from cx_feedback.surveys.results.thresholds import SHOW_FROM


class SurveyResultsView(TabView):
    tab = "results"
    content = "cx_feedback/surveys/admin/results/overview.html"
    live = True

    def figures(self) -> dict[str, Any]:
        scored = [q for q in self.definition.questions if results_by_page.has_score(q)]
        question = trend.get_trend_question(self.definition, self.request.GET.get("trend", ""))
        subset = (
            select_subset(self.object, self.filters, series_of=question) if self.filters else None
        )
        shown = self.get_filtered(subset) if subset else self.get_all_results(question)
        if "results_texts" in self.allowed and not self.filters.by_answer:
            query = self.filters.as_query()
            shown["texts_url"] = f"{self.url('results_texts')}?{query and query + '&'}"
        if "results_partials" in self.allowed:
            shown["partials_url"] = self.url("results_partials")
        shown["few"] = shown["n"] is None or 0 < shown["n"] < SHOW_FROM
        if shown["few"] or not shown["n"] or question is None:
            return shown
        overview = shown.get("overview")
        counted = overview and overview.counts
        return {**shown, "scored": scored, **self.get_trend(question, counted, subset)}

    def get_all_results(self, question: Question | None) -> dict[str, Any]:
        """Return the unfiltered results."""
        overview = get_overview(
            survey=self.object,
            family=self.family,
            definition=self.definition,
            by_day=question.key if question else None,
        )
        sections = [charts.build_section(r) for r in overview.results.questions]
        n = overview.results.n
        answered = n > 0 or overview.unfinished.n > 0
        return {"overview": overview, "n": n, "sections": sections, "answered": answered}

    def get_filtered(self, subset: Subset) -> dict[str, Any]:
        """Return the filtered results."""
        view = get_filtered_results(survey=self.object, filters=self.filters, subset=subset)
        sections = [
            charts.build_section(r, r.question.key in view.withheld) for r in view.questions
        ]
        return {"seen": view, "n": view.n, "sections": sections, "answered": view.total > 0}

    def get_trend(self, question: Question, counted: Any, subset: Subset | None) -> dict[str, Any]:
        """Return the trend of a question's score by the requested span."""
        asked = self.request.GET.get("span")
        span: trend.Span = next((s for s in trend.SPANS if s == asked), "week")
        found = trend.get_trend(
            survey=self.object,
            question=question,
            span=span,
            filters=self.filters,
            counted=counted,
            subset=subset,
        )
        return {
            "trend": found,
            "trend_picture": charts.draw_trend(found),
            "trend_words": charts.describe_change(found.change) if found.change else "",
            "trend_days": [
                charts.describe_days(p.first, p.last, "month" if span == "month" else "day")
                for p in found.points[-2:]
            ],
            "spans": [
                ("day", pgettext("survey", "Day")),
                ("week", pgettext("survey", "Week")),
                ("month", pgettext("survey", "Month")),
            ],
        }
