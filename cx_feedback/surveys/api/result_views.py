"""REST: results for users with the permission, with the filters of the results page."""

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import PAGE_ID, describe_endpoint
from cx_feedback.core.api.section_limits import SectionQueryMixin
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.surveys import permissions, selectors
from cx_feedback.surveys.api import result_json as shapes
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.results.crosstab_disclosure import get_crosstab
from cx_feedback.surveys.results.filtered_results import get_filtered_results
from cx_feedback.surveys.results.filters import NPS_CLASSES, parse_filters
from cx_feedback.surveys.results.key_figures import get_overview

FILTERS = [
    OpenApiParameter("since", date, description="First day, YYYY-MM-DD."),
    OpenApiParameter("until", date, description="Last day, YYYY-MM-DD."),
    OpenApiParameter("page", PAGE_ID, description="Id of the page it was answered on."),
    OpenApiParameter("section", PAGE_ID, description="Id of the section's first page."),
    OpenApiParameter("language", str, description="Language code."),
    OpenApiParameter("class", str, enum=NPS_CLASSES, description="Class of the NPS question."),
    OpenApiParameter(
        "answer", str, many=True, description="Question key, colon, value; all must hold."
    ),
]


def get_survey(pk: int) -> Survey:
    """Return a survey, published or not; raises Http404."""
    return get_object_or_404(Survey, pk=pk, kind=Survey.SURVEY)


class StaffView(SectionQueryMixin, FeedbackAPIView):
    """An endpoint for staff who may see results."""

    required_permission = permissions.VIEW_RESULTS


class ResultsView(StaffView):
    """``GET``: the results so far, of all responses or of those selected by filters."""

    @describe_endpoint(responses=shapes.ResultsOut, parameters=FILTERS)
    def get(self, request: Request, pk: int) -> Response:
        survey: Any = get_survey(pk)
        family, definition = selectors.get_family_and_definition(survey)
        filters = parse_filters(request.query_params, definition)
        if not filters:
            overview = get_overview(
                survey=survey, family=family, definition=definition, by_day=None
            )
            return Response(shapes.build_results(overview))
        found = get_filtered_results(survey=survey, filters=filters)
        return Response(shapes.build_filtered_results(pk, found))


class CrossTabView(StaffView):
    """``GET``: the cross-tab of two questions."""

    @describe_endpoint(
        responses=shapes.CrossTabOut,
        parameters=[
            OpenApiParameter("rows", str, required=True, description="Question key."),
            OpenApiParameter("columns", str, required=True, description="Question key."),
            *FILTERS,
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        survey: Any = get_survey(pk)
        filters = parse_filters(request.query_params, selectors.get_survey_definition(survey))
        rows, columns = (request.query_params.get(name, "") for name in ("rows", "columns"))
        table = get_crosstab(survey=survey, rows=rows, columns=columns, filters=filters)
        shown = {"survey": pk, "shown": table is not None, "table": table}
        return Response(shapes.CrossTabOut.build(shown))
