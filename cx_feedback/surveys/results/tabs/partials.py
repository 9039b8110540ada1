"""The page of readers who did not finish: where they stopped, and on request their answers."""

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cx_feedback.core.admin.charts import Bar, draw_bars
from cx_feedback.surveys import permissions
from cx_feedback.surveys.partials import export
from cx_feedback.surveys.partials import selectors as partials
from cx_feedback.surveys.partials.keeping_period import get_partial_days, get_retention_days
from cx_feedback.surveys.results import charts
from cx_feedback.surveys.results.tabs.base_view import TabView
from cx_feedback.surveys.results.thresholds import SHOW_FROM


class PartialsView(TabView):
    tab = "results_partials"
    content = "cx_feedback/surveys/admin/results/partials.html"
    filterable = False

    def figures(self) -> dict[str, Any]:
        found = partials.get_unfinished(survey_ids=self.family)
        stops = partials.list_stops(self.definition, found)
        shown: dict[str, Any] = {
            "unfinished": found,
            "stops": draw_bars(
                _("Last question of the pages that they answered"),
                [Bar(stop.label, float(stop.n)) for stop in stops],
            )
            if stops
            else None,
            "download_url": self.url("results_partials_download")
            if found.kept and permissions.EXPORT.is_granted_to(self.request.user)
            else "",
            "days": get_retention_days(),
            "keeps": bool(get_partial_days(self.definition)),
            "asked": "answers" in self.request.GET,
            "enough": found.kept >= SHOW_FROM,
        }
        if shown["asked"] and shown["enough"]:
            results = partials.get_stopped_results(
                survey=self.object,
                survey_ids=self.family,
                definition=self.definition,
                n=found.kept,
            )
            shown["sections"] = [charts.build_section(r) for r in results.questions if r.n]
        return shown


class PartialsDownloadView(PartialsView):
    """Downloads the kept pages; texts only for users who may see texts."""

    required_permission = permissions.EXPORT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with_texts = permissions.VIEW_TEXTS.is_granted_to(request.user)
        export.note_download(survey=self.object, user=request.user, with_texts=with_texts)
        lines = export.iterate_csv(
            survey_ids=self.family, definition=self.definition, with_texts=with_texts
        )
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        name = f"{slugify(str(self.object)) or 'survey'}-unfinished"
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response
