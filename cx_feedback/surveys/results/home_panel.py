"""The panel with recent responses on the admin's home page."""

import datetime
from collections import Counter
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from cx_feedback.surveys import permissions
from cx_feedback.surveys.models import Response, Survey, Tally
from cx_feedback.surveys.results.thresholds import SHOW_FROM

DAYS = 7
MAX_SURVEYS = 5


def get_most_answered() -> list[tuple[Survey, int]]:
    """Return the surveys with the most responses in the last 7 days and their numbers."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    days = [today - datetime.timedelta(days=n) for n in range(DAYS)]
    parts = [f"day:{day.isoformat()}" for day in days]
    found: Counter[int] = Counter()
    tallies = Tally.objects.filter(part__in=parts, question="", value="")
    for survey_id, n in tallies.values_list("survey_id", "count"):
        found[survey_id] += n
    midnight = datetime.datetime.combine(
        days[-1], datetime.time.min, timezone.get_default_timezone()
    )
    rest = Response.objects.counted().filter(folded=False, created_at__gte=midnight).order_by()
    for survey_id, n in rest.values_list("survey_id").annotate(n=Count("pk")):
        found[survey_id] += n
    surveys = Survey.objects.filter(kind=Survey.SURVEY).in_bulk(list(found))
    return [(surveys[pk], n) for pk, n in found.most_common() if pk in surveys][:MAX_SURVEYS]


class RecentResponsesPanel(Component):
    """The surveys with recent responses, for users who may see results."""

    name = "cx_surveys_recent_responses"
    template_name = "cx_feedback/surveys/admin/recent_responses.html"
    order = 250

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        if not permissions.VIEW_RESULTS.is_granted_to(parent_context["request"].user):
            return {"rows": []}
        return {
            "rows": [(survey, n, _get_results_url(survey)) for survey, n in get_most_answered()],
            "show_from": SHOW_FROM,
        }


def _get_results_url(survey: Survey) -> str:
    return reverse(Survey.snippet_viewset.get_url_name("results"), args=[survey.pk])
