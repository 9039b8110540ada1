"""The yearly transparency table, on a screen and as CSV."""

import io
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.comments.moderation.performance_views import format_duration
from cx_feedback.comments.moderation.transparency import (
    TransparencyReport,
    list_years,
    measure_year,
)
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.core.tables.table_writer import BYTE_ORDER_MARK, CSVWriter

SUBJECTS = {
    "decisions": pgettext_lazy("comment", "Decisions"),
    "reports": pgettext_lazy("comments", "Reports by readers"),
    "objections": pgettext_lazy("comments", "Objections of authors"),
}


class TransparencyView(ModeratorViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """Decisions by kind and reason, reports and objections of a year."""

    template_name = "cx_feedback/comments/admin/transparency.html"
    page_title = gettext_lazy("Transparency report")
    header_icon = "cx-gauge"

    @cached_property
    def years(self) -> list[int]:
        return list_years(self.scope)

    @cached_property
    def report(self) -> TransparencyReport:
        asked = self.request.GET.get("year", "")
        known = {str(year): year for year in self.years}
        return measure_year(scope=self.scope, year=known.get(asked, self.years[0]))

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        label = _("Download CSV (%(separator)s)")
        return [
            Button(
                label % {"separator": each.label},
                url=f"?year={self.report.year}&export=csv&separator={each.value}",
                icon_name="download",
                priority=100 + place,
            )
            for place, each in enumerate(Separator)
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        queue = (reverse("cx_comments:queue"), pgettext("comment", "Comments"))
        return get_breadcrumbs(self, queue)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") == "csv":
            separator = Separator.named(request.GET.get("separator", ""))
            return export_report(self.report, separator)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.report
        return {
            **super().get_context_data(**kwargs),
            "report": report,
            "years": self.years,
            "tables": [(subject, SUBJECTS[subject], report.of(subject)) for subject in SUBJECTS],
            "median_decision": format_duration(report.median_decision),
            "median_objection": format_duration(report.median_objection),
            "everywhere": self.scope.everywhere,
        }


def export_report(report: TransparencyReport, separator: Separator) -> HttpResponse:
    """Return the report as a CSV file; medians are lines of their own, in seconds."""
    file = io.StringIO()
    writer = CSVWriter(file, separator)
    headings = (_("Year"), _("Subject"), _("Kind"), pgettext("comment", "Reason"))
    writer.writerow([*headings, _("Decided by"), pgettext("comment", "Number")])
    by = {True: pgettext("decided by", "program"), False: pgettext("decided by", "person")}
    for line in report.lines:
        who = by[line.automatic] if line.subject == "decisions" else ""
        words = (str(SUBJECTS[line.subject]), str(line.kind), str(line.reason))
        writer.writerow([report.year, *words, who, line.count])
    medians = (("decisions", report.median_decision), ("objections", report.median_objection))
    for subject, seconds in medians:
        shown = "–" if seconds is None else round(seconds)
        kind = _("Median time to the decision, in seconds")
        writer.writerow([report.year, str(SUBJECTS[subject]), kind, "", "", shown])
    response = HttpResponse(
        BYTE_ORDER_MARK + file.getvalue(), content_type="text/csv; charset=utf-8"
    )
    name = f"comments-transparency-{report.year}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
