"""REST views of NPS widgets, their responses and their results."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.operation_traits import IDEMPOTENT
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.errors import InvalidInput
from cx_feedback.nps import permissions
from cx_feedback.nps.api import serializers as shapes
from cx_feedback.nps.models import NPSWidget
from cx_feedback.nps.results.dashboard_figures import build_dashboard
from cx_feedback.nps.results.trend import DEFAULT_SPAN, SPANS
from cx_feedback.surveys.api import partial_views
from cx_feedback.surveys.api import views as surveys
from cx_feedback.surveys.api.serializers import AnswersOut
from cx_feedback.surveys.models import Survey


class NPSView(surveys.SurveyView):
    """``GET``: a published NPS widget, for pages that Wagtail does not render."""

    kind = Survey.NPS
    url_name = "cx_feedback:api-nps"


class ResponsesView(surveys.ResponsesView):
    """``POST {"page": 12, "answers": {"score": 9, "reason": "…"}}``: store one reader's score."""

    kind = Survey.NPS
    editors = permissions.NPS_WIDGETS.change

    @describe_endpoint(request=shapes.NPSIn, responses={201: AnswersOut}, traits=[IDEMPOTENT])
    def post(self, request: Request, pk: int) -> Response:
        return super().post(request, pk)


class StartsView(surveys.StartsView):
    """``POST {"page": 12}``: count that a reader has begun to give a score, anonymously."""

    kind = Survey.NPS
    editors = permissions.NPS_WIDGETS.change


class PartialsView(partial_views.PartialsView):
    """``POST``: keep a score that was chosen and is not sent yet, if the widget's form says so."""

    kind = Survey.NPS
    editors = permissions.NPS_WIDGETS.change


class ResultsView(FeedbackAPIView):
    """``GET``: the score with its interval, the shares and the trend, by ``?span=week|month``."""

    required_permission = permissions.VIEW_RESULTS

    @describe_endpoint(
        responses=shapes.NPSResultsOut,
        parameters=[OpenApiParameter("span", enum=list(SPANS), default=DEFAULT_SPAN)],
    )
    def get(self, request: Request, pk: int) -> Response:
        span = SPANS.get(request.query_params.get("span", DEFAULT_SPAN))
        if span is None:
            raise InvalidInput(fields={"span": [_("Must be week or month.")]})
        widget = get_object_or_404(NPSWidget, pk=pk)
        found = build_dashboard(widget=widget, span=span)
        return Response(shapes.NPSResultsOut.build(found))
