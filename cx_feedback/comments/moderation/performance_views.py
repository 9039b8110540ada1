"""The report on the performance of moderation."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.comments.moderation.performance import PerformanceReport, measure_performance
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.charts import Line, draw_lines, format_figure

WEEK_CHOICES = (4, 12, 52)
MINUTE, HOUR, DAY = 60, 3600, 86400


def format_duration(seconds: float | None) -> str:
    """Return a duration in its largest fitting unit."""
    if seconds is None:
        return "–"
    for size, unit in (
        (DAY, pgettext("comment", "d")),
        (HOUR, pgettext("comment", "h")),
        (MINUTE, pgettext("comment", "min")),
    ):
        if seconds >= size:
            return format_figure(round(seconds / size, 1), unit)
    return format_figure(round(seconds), pgettext("comment", "s"))


class PerformanceView(ModeratorViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """Waiting times, overturned decisions and replies, by week and moderator."""

    template_name = "cx_feedback/comments/admin/performance.html"
    page_title = pgettext_lazy("comment", "Moderation activity")
    header_icon = "cx-gauge"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        queue = (reverse("cx_comments:queue"), pgettext("comment", "Comments"))
        return get_breadcrumbs(self, queue)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        value = self.request.GET.get("weeks", "")
        weeks = int(value) if value in {str(span) for span in WEEK_CHOICES} else WEEK_CHOICES[1]
        found = measure_performance(scope=self.scope, weeks=weeks)
        return {
            **super().get_context_data(**kwargs),
            "report": found,
            "median": format_duration(found.total.median),
            "share": format_figure(found.total.share, "%"),
            "people": [
                (name, work, format_duration(work.median), format_figure(work.share, "%"))
                for name, work in found.people.items()
            ],
            "charts": build_charts(found) if found.total.decisions else [],
            "spans": [
                (span, npgettext("comment", "%d week", "%d weeks", span) % span, span == weeks)
                for span in WEEK_CHOICES
            ],
        }


def build_charts(found: PerformanceReport) -> list[Any]:
    """Return the charts of waits, overturned decisions and decisions by week."""
    labels = [(date_format(week, "j M"), work) for week, work in found.weeks.items()]
    waits = [(x, None if w.median is None else round(w.median / HOUR, 2)) for x, w in labels]
    over = [(x, None if w.share is None else round(w.share, 1)) for x, w in labels]
    number: list[tuple[str, float | None]] = [(x, w.decisions) for x, w in labels]
    return [
        draw_lines(
            _("Median wait for a decision, by week"),
            [Line(pgettext("comment", "Median"), waits)],
            pgettext("comment", "h"),
        ),
        draw_lines(
            _("Reversed decisions, by week"), [Line(pgettext("comment", "Overturned"), over)], "%"
        ),
        draw_lines(
            pgettext("comment", "Decisions, by week"),
            [Line(pgettext("comment", "Decisions"), number)],
        ),
    ]
