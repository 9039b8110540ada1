"""REST: results by page for users with the permission."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.surveys import selectors
from cx_feedback.surveys.api.result_views import FILTERS, StaffView, get_survey
from cx_feedback.surveys.api.score_json import ScoreOut, score_json
from cx_feedback.surveys.results.filtered_pages import get_page_report
from cx_feedback.surveys.results.filters import parse_filters
from cx_feedback.surveys.results.results_by_page import PageReport, get_report_titles


class PageRowOut(serializers.Serializer[Any]):
    page = serializers.IntegerField()
    title = serializers.CharField(help_text="Empty for a deleted page.")
    n = serializers.IntegerField()
    since = serializers.DateField(allow_null=True, help_text="Of the days that are covered.")
    until = serializers.DateField(allow_null=True)
    score = ScoreOut(allow_null=True, help_text="Null while it is withheld.")


class PageReportOut(serializers.Serializer[Any]):
    survey = serializers.IntegerField()
    question = serializers.CharField(allow_null=True, help_text="The one whose score is shown.")
    score_label = serializers.CharField()
    too_few = serializers.BooleanField(help_text="Whether too few readers meet the filters.")
    rows = PageRowOut(many=True, help_text="Pages that may be shown, most responses first.")
    other_pages = serializers.IntegerField(help_text="Pages that are added up.")
    other_n = serializers.IntegerField(help_text="Their responses.")


class PagesView(StaffView):
    """``GET``: the responses and the score of a question by page."""

    @describe_endpoint(
        responses=PageReportOut,
        parameters=[
            OpenApiParameter("score", str, description="Key; default the first with a score."),
            *FILTERS,
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        survey, query = get_survey(pk), request.query_params
        filters = parse_filters(query, selectors.get_survey_definition(survey))
        found = get_page_report(survey=survey, wanted=query.get("score", ""), filters=filters)
        return Response(page_report_json(pk, found))


def page_report_json(survey_id: int, report: PageReport) -> dict[str, Any]:
    """Return the REST output for results by page."""
    titles = get_report_titles(report)
    return {
        "survey": survey_id,
        "question": report.question.key if report.question else None,
        "score_label": report.score_label,
        "too_few": report.too_few,
        "rows": [
            {
                "page": row.page_id,
                "title": titles.get(row.page_id, ""),
                "n": row.n,
                "since": row.since and row.since.isoformat(),
                "until": row.until and row.until.isoformat(),
                "score": row.result and row.result.score and score_json(row.result.score),
            }
            for row in report.rows
        ],
        "other_pages": report.other_pages,
        "other_n": report.other_n,
    }
