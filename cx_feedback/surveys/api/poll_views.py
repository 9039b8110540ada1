"""REST: the result of a poll, for readers."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import PAGE_ID, describe_endpoint
from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.surveys.api.views import PublicSurveyView, read_page_parameter
from cx_feedback.surveys.polls.poll_access import find_poll_result, get_cache_control
from cx_feedback.surveys.polls.poll_rules import SHOW_POLL_FROM


class PollRowOut(OutputSerializer):
    value = serializers.CharField(source="row.value")
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField(source="row.count")
    share = serializers.FloatField(source="row.share.value", help_text="In percent.")
    mean_rank = serializers.FloatField(
        source="row.score.value", allow_null=True, help_text="Of a ranking."
    )
    retired = serializers.BooleanField(
        source="row.retired", help_text="Whether it is no longer offered."
    )


# The result of a poll: of ``{"survey": …, "poll": …}``.
class PollOut(OutputSerializer):
    survey = serializers.IntegerField()
    question = serializers.CharField(source="poll.result.question.key")
    label = serializers.CharField(source="poll.result.question.label")  # type: ignore[assignment]
    retired = serializers.BooleanField(
        source="poll.retired", help_text="Whether it is no longer asked."
    )
    shown = serializers.BooleanField(
        source="poll.shown",
        help_text=f"False under {SHOW_POLL_FROM} answers; there are no rows then.",
    )
    n = serializers.IntegerField(
        source="poll.result.n", help_text=f"Grows by {SHOW_POLL_FROM} at a time."
    )
    counted_at = serializers.DateTimeField(source="poll.counted_at")
    rows = PollRowOut(source="poll.rows", many=True)


class PollView(PublicSurveyView):
    """``GET``: how all have answered a poll, where its editor lets readers see it."""

    @describe_endpoint(
        responses=PollOut,
        parameters=[
            OpenApiParameter("question", str, description="Key; default the one that is asked."),
            OpenApiParameter("page", PAGE_ID, description="Id of the page that shows it."),
            OpenApiParameter("key", str, description="The key of a form of it, instead."),
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        query = request.query_params
        page_id = read_page_parameter(request)
        found = find_poll_result(
            self.django_request,
            pk,
            page_id=page_id,
            form_key=query.get("key", ""),
            question_key=query.get("question", ""),
        )
        headers = {"Cache-Control": get_cache_control(page_id)}
        return Response(PollOut.build({"survey": pk, "poll": found}), headers=headers)
