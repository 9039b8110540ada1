"""REST: results over time for users with the permission."""

from datetime import date

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import selectors
from cx_feedback.surveys.api.result_json import ResultsOut, collect_filtered_results
from cx_feedback.surveys.api.result_views import FILTERS, StaffView, get_survey
from cx_feedback.surveys.api.score_json import ScoreChangeOut, ScoreOut
from cx_feedback.surveys.results.filters import PERIODS, parse_filters, parse_periods
from cx_feedback.surveys.results.trend import (
    SPANS,
    Span,
    compare_periods,
    get_trend,
    get_trend_question,
)


class TrendPointOut(OutputSerializer):
    first = serializers.DateField(help_text="Days with few answers are put together.")
    last = serializers.DateField()
    score = ScoreOut(source="result.score")


# A trend: of ``{"survey": …, "span": …, "trend": …, "points": …}``; it may be None.
class TrendOut(OutputSerializer):
    survey = serializers.IntegerField()
    question = serializers.CharField(
        source="trend.question.key", allow_null=True, help_text="Null without a score to follow."
    )
    span = serializers.ChoiceField(SPANS)
    points = TrendPointOut(many=True, help_text="The latest 60, in order of time.")
    change = ScoreChangeOut(
        source="trend.change", allow_null=True, help_text="The last point against the one before."
    )


class ShareChangeOut(OutputSerializer):
    label = serializers.CharField()  # type: ignore[assignment]
    before = ScoreOut(source="change.before", help_text="In percent.")
    after = ScoreOut(source="change.after")
    change = ScoreChangeOut()


class PairOut(OutputSerializer):
    question = serializers.CharField(source="after.question.key")
    label = serializers.CharField(source="after.question.label")  # type: ignore[assignment]
    change = ScoreChangeOut(allow_null=True, help_text="Of the score; null without one.")
    rows = ShareChangeOut(many=True)


class ComparisonOut(OutputSerializer):
    survey = serializers.IntegerField()
    before = ResultsOut()
    after = ResultsOut()
    pairs = PairOut(many=True, help_text="Empty when a period may not be shown.")


class TrendView(StaffView):
    """``GET``: a question's score by day, week or month, and whether it has changed."""

    @describe_endpoint(
        responses=TrendOut,
        parameters=[
            OpenApiParameter("question", str, description="Key; default the first with a score."),
            OpenApiParameter("span", str, enum=SPANS, default="week"),
            *FILTERS,
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        survey, query = get_survey(pk), request.query_params
        definition = selectors.get_survey_definition(survey)
        filters, key = parse_filters(query, definition), query.get("question", "")
        span: Span | None = next((s for s in SPANS if s == query.get("span", "week")), None)
        question = get_trend_question(definition, key)
        errors = {} if span else {"span": [_("Must be one of: day, week, month.")]}
        if key and (question is None or question.key != key):
            errors["question"] = [_("Choose a question that has a score.")]
        if errors or span is None:
            raise InvalidInput(fields=errors)
        trend = question and get_trend(survey=survey, question=question, span=span, filters=filters)
        points = trend.scored_points if trend else []
        shown = {"survey": pk, "span": span, "trend": trend, "points": points}
        return Response(TrendOut.build(shown))


class CompareView(StaffView):
    """``GET``: the comparison of two periods; ``since`` and ``until`` are ignored."""

    @describe_endpoint(
        responses=ComparisonOut,
        parameters=[
            *(
                OpenApiParameter(name, date, required=True, description="A day, YYYY-MM-DD.")
                for name in PERIODS
            ),
            *FILTERS[2:],
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        survey, query = get_survey(pk), request.query_params
        filters = parse_filters(query, selectors.get_survey_definition(survey)).without_dates()
        before, after = parse_periods(query)
        found = compare_periods(survey=survey, filters=filters, before=before, after=after)
        shown = {
            "survey": pk,
            "before": collect_filtered_results(pk, found.before),
            "after": collect_filtered_results(pk, found.after),
            "pairs": found.pairs,
        }
        return Response(ComparisonOut.build(shown))
