"""The screen of the report on the promise, and its export as a table."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import npgettext, pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.conversations.figure_tables import FigureTable
from cx_feedback.conversations.inbox.inbox_views import INBOX_URL, EditorViewMixin
from cx_feedback.conversations.promise.promise_report import PromiseReport, build_report
from cx_feedback.conversations.promise.report_text import (
    TABLE_COLUMNS,
    build_headlines,
    describe_change,
    draw_trend,
    get_tables,
)
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.export_views import TableExportMixin

#: Whole months before this one that can be chosen, and the choice where nothing is chosen.
MONTH_CHOICES, MONTHS = (3, 12, 24), 12


class PromiseReportView(EditorViewMixin, TableExportMixin, WagtailAdminTemplateMixin, TemplateView):
    """Shares in time and medians, of the conversations that the user may answer."""

    template_name = "cx_feedback/conversations/admin/promise_report.html"
    page_title = pgettext_lazy("conversation", "Promise kept")
    header_icon = "calendar-check"
    _show_breadcrumbs = True
    export_filename = "promise-kept"
    export_headings: ClassVar[dict[str, Any]] = {
        "table": pgettext_lazy("conversation", "Table"),
        "label": pgettext_lazy("conversation", "Group"),
        "figures.first.decided": pgettext_lazy("conversation", "First answers"),
        "figures.first.percent": pgettext_lazy("conversation", "First answers on time, %"),
        # xgettext:no-python-format
        "figures.first.low": pgettext_lazy("conversation", "95% interval from"),
        # xgettext:no-python-format
        "figures.first.high": pgettext_lazy("conversation", "95% interval to"),
        "figures.first.median": pgettext_lazy(
            "conversation", "Median to the first answer, working minutes"
        ),
        "figures.next.decided": pgettext_lazy("conversation", "Further answers"),
        "figures.next.percent": pgettext_lazy("conversation", "Further answers on time, %"),
        "figures.closing.decided": pgettext_lazy("conversation", "Closed or late"),
        "figures.closing.percent": pgettext_lazy("conversation", "Closed on time, %"),
        "figures.closing.median": pgettext_lazy(
            "conversation", "Median to the end, working minutes"
        ),
    }
    list_export = tuple(export_headings)

    @cached_property
    def months(self) -> int:
        value = self.request.GET.get("months", "")
        return int(value) if value in {str(months) for months in MONTH_CHOICES} else MONTHS

    @cached_property
    def report(self) -> PromiseReport:
        return build_report(scope=self.scope, months=self.months, now=timezone.now())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_export:
            rows = [row for _title, table in get_tables(self.report) for row in table]
            response: HttpResponse = self.as_spreadsheet(rows, request.GET["export"])
            return response
        return super().get(request, *args, **kwargs)

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        """Return the cells of a row, with decimals rounded; what is not known is empty."""
        cells = super().to_row_dict(item)
        return {
            name: "" if value is None else round(value, 1) if isinstance(value, float) else value
            for name, value in cells.items()
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        inbox = (reverse(INBOX_URL), pgettext("conversation", "Conversations"))
        return get_breadcrumbs(self, inbox)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "headlines": build_headlines(self.report.total),
            "change": describe_change(self.report.change),
            "chart": draw_trend(self.report),
            "tables": [
                FigureTable(title, TABLE_COLUMNS, rows)
                for title, rows in get_tables(self.report)
                if rows
            ],
            "spans": [
                (n, npgettext("conversation", "%d month", "%d months", n) % n, n == self.months)
                for n in MONTH_CHOICES
            ],
        }
