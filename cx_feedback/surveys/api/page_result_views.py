"""REST: results by page for users with the permission."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.surveys import selectors
from cx_feedback.surveys.api.result_views import FILTERS, StaffView, get_survey
from cx_feedback.surveys.api.score_json import ScoreOut
from cx_feedback.surveys.results.filtered_results_by_page import get_page_report
from cx_feedback.surveys.results.filters import parse_filters
from cx_feedback.surveys.results.results_by_page import get_report_titles


class PageRowOut(OutputSerializer):
    page = serializers.IntegerField(source="row.page_id")
    title = serializers.CharField(help_text="Empty for a deleted page.")
    n = serializers.IntegerField(source="row.n")
    since = serializers.DateField(
        source="row.since", allow_null=True, help_text="Of the days that are covered."
    )
    until = serializers.DateField(source="row.until", allow_null=True)
    score = ScoreOut(
        source="row.result.score", allow_null=True, help_text="Null while it is withheld."
    )


# Results by page: of ``{"survey": …, "report": …, "rows": …}``.
class PageReportOut(OutputSerializer):
    survey = serializers.IntegerField()
    question = serializers.CharField(
        source="report.question.key", allow_null=True, help_text="The one whose score is shown."
    )
    score_label = serializers.CharField(source="report.score_label")
    too_few = serializers.BooleanField(
        source="report.too_few", help_text="Whether too few readers meet the filters."
    )
    rows = PageRowOut(many=True, help_text="Pages that may be shown, most responses first.")
    other_pages = serializers.IntegerField(
        source="report.other_pages", help_text="Pages that are added up."
    )
    other_n = serializers.IntegerField(source="report.other_n", help_text="Their responses.")


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
        titles = get_report_titles(found)
        rows = [{"row": row, "title": titles.get(row.page_id, "")} for row in found.rows]
        return Response(PageReportOut.build({"survey": pk, "report": found, "rows": rows}))
