"""REST: the result of a poll, for readers."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.http.parameters import parse_page_id
from cx_feedback.surveys.api.views import PublicSurveyView
from cx_feedback.surveys.polls.poll_access import find_poll_result, get_cache_control
from cx_feedback.surveys.polls.poll_results import PollResult
from cx_feedback.surveys.results.thresholds import SHOW_FROM


class PollRowOut(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    share = serializers.FloatField(help_text="In percent.")
    mean_rank = serializers.FloatField(allow_null=True, help_text="Of a ranking.")
    retired = serializers.BooleanField(help_text="Whether it is no longer offered.")


class PollOut(serializers.Serializer[Any]):
    survey = serializers.IntegerField()
    question = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    retired = serializers.BooleanField(help_text="Whether it is no longer asked.")
    shown = serializers.BooleanField(
        help_text=f"False under {SHOW_FROM} answers; there are no rows then."
    )
    n = serializers.IntegerField(help_text=f"Grows by {SHOW_FROM} at a time.")
    counted_at = serializers.DateTimeField()
    rows = PollRowOut(many=True)


class PollView(PublicSurveyView):
    """``GET``: how all have answered a poll, where its editor lets readers see it."""

    @describe_endpoint(
        responses=PollOut,
        parameters=[
            OpenApiParameter("question", str, description="Key; default the one that is asked."),
            OpenApiParameter("page", int, description="Id of the page that shows it."),
            OpenApiParameter("key", str, description="The key of a form of it, instead."),
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        query = request.query_params
        page_id = parse_page_id(query.get("page", ""))
        found = find_poll_result(
            self.django_request,
            pk,
            page_id=page_id,
            form_key=query.get("key", ""),
            question_key=query.get("question", ""),
        )
        headers = {"Cache-Control": get_cache_control(page_id)}
        return Response(poll_json(pk, found), headers=headers)


def poll_json(survey_id: int, found: PollResult) -> dict[str, Any]:
    """Return the REST output for the result of a poll."""
    question = found.result.question
    return {
        "survey": survey_id,
        "question": question.key,
        "label": question.label,
        "retired": found.retired,
        "shown": found.result.shown,
        "n": found.result.n,
        "counted_at": found.counted_at.isoformat(),
        "rows": [
            {
                "value": row.row.value,
                "label": row.label,
                "count": row.row.count,
                "share": row.row.share.value,
                "mean_rank": row.row.score.value if row.row.score else None,
                "retired": row.row.retired,
            }
            for row in found.rows
        ],
    }
