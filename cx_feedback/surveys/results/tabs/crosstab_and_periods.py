"""The pages of cross-tabs and of the comparison of two periods."""

from typing import Any
from urllib.parse import urlencode

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages import site_time
from cx_feedback.surveys.results import charts, crosstab_chart, period_presets, trend
from cx_feedback.surveys.results.crosstab import get_countable_questions
from cx_feedback.surveys.results.crosstab_disclosure import get_crosstab
from cx_feedback.surveys.results.filter_form import ComparisonFilterForm
from cx_feedback.surveys.results.filters import PERIODS, Filters, parse_periods
from cx_feedback.surveys.results.tabs.base_view import TabView


class CrossTabView(TabView):
    tab = "results_crosstab"
    content = "cx_feedback/surveys/admin/results/crosstab.html"

    def figures(self) -> dict[str, Any]:
        choices = get_countable_questions(self.definition)
        rows, columns = (self.request.GET.get(name, "") for name in ("rows", "columns"))
        shown: dict[str, Any] = {"questions": choices, "rows": rows, "columns": columns}
        if not rows or not columns:
            return shown
        try:
            table = get_crosstab(
                survey=self.object, rows=rows, columns=columns, filters=self.filters
            )
        except InvalidInput as error:
            return {**shown, "problems": [str(t) for ts in error.fields.values() for t in ts]}
        if table is None:
            return {**shown, "hidden_table": True}
        return {
            **shown,
            "table": table,
            "counts": list(zip(table.rows.labels, table.counts, table.row_totals, strict=True)),
            "picture": crosstab_chart.draw_crosstab(table),
            "said": crosstab_chart.describe_association(table.association),
        }


class CompareView(TabView):
    tab = "results_compare"
    content = "cx_feedback/surveys/admin/results/compare.html"
    filter_form = ComparisonFilterForm

    @property
    def own_filters(self) -> Filters:
        return self.filters.without_dates()

    def get_filter_url(self, query: str) -> str:
        given = {name: self.request.GET[name] for name in PERIODS if self.request.GET.get(name)}
        return self.url(self.tab, "&".join(filter(None, [query, urlencode(given)])))

    def figures(self) -> dict[str, Any]:
        given = {name: self.request.GET.get(name, "") for name in PERIODS}
        shown: dict[str, Any] = {
            "given": given,
            "hidden_fields": self._others(),
            "presets": self._get_presets(given),
        }
        if not all(given.values()):
            return shown
        try:
            before, after = parse_periods(given)
        except InvalidInput as error:
            return {**shown, "problems": [str(t) for ts in error.fields.values() for t in ts]}
        found = trend.compare_periods(
            survey=self.object, filters=self.own_filters, before=before, after=after
        )
        return {
            **shown,
            "found": found,
            "views": (found.before, found.after),
            "pairs": [(pair, charts.describe_change(pair.change)) for pair in found.pairs],
        }

    def _get_presets(self, given: dict[str, str]) -> list[tuple[str, str, bool]]:
        """Return label, URL and whether it is chosen, for each pair of periods."""
        found = period_presets.get_period_presets(
            today=site_time.localdate(),
            published=period_presets.get_publication_day(survey_ids=self.family),
        )
        kept = urlencode(self._others())
        return [
            (
                preset.label,
                self.url(self.tab, "&".join(filter(None, [urlencode(preset.as_query()), kept]))),
                preset.as_query() == given,
            )
            for preset in found
        ]

    def _others(self) -> list[tuple[str, str]]:
        return [
            (name, value)
            for name in ("page", "section", "language", "class", "answer")
            for value in self.request.GET.getlist(name)
        ]
