"""REST: results over time for users with the permission."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import selectors
from cx_feedback.surveys.api.result_json import (
    ResultsOut,
    filtered_results_json,
)
from cx_feedback.surveys.api.result_views import FILTERS, StaffView, get_survey
from cx_feedback.surveys.api.score_json import ScoreOut, score_json
from cx_feedback.surveys.results.filters import PERIODS, parse_filters, parse_periods
from cx_feedback.surveys.results.scores_and_intervals import Difference, Verdict
from cx_feedback.surveys.results.trend import (
    SPANS,
    Comparison,
    QuestionPair,
    Span,
    Trend,
    compare_periods,
    get_trend,
    get_trend_question,
)


class ScoreChangeOut(serializers.Serializer[Any]):
    value = serializers.FloatField(allow_null=True, help_text="Null when too few answered.")
    low = serializers.FloatField(allow_null=True, help_text="Of the 95% interval.")
    high = serializers.FloatField(allow_null=True)
    verdict = serializers.ChoiceField([verdict.value for verdict in Verdict])


class TrendPointOut(serializers.Serializer[Any]):
    first = serializers.DateField(help_text="Days with few answers are put together.")
    last = serializers.DateField()
    score = ScoreOut()


class TrendOut(serializers.Serializer[Any]):
    survey = serializers.IntegerField()
    question = serializers.CharField(allow_null=True, help_text="Null without a score to follow.")
    span = serializers.ChoiceField(SPANS)
    points = TrendPointOut(many=True, help_text="The latest 60, in order of time.")
    change = ScoreChangeOut(allow_null=True, help_text="The last point against the one before.")


class ShareChangeOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    before = ScoreOut(help_text="In percent.")
    after = ScoreOut()
    change = ScoreChangeOut()


class PairOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    change = ScoreChangeOut(allow_null=True, help_text="Of the score; null without one.")
    rows = ShareChangeOut(many=True)


class ComparisonOut(serializers.Serializer[Any]):
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
        if question is None:
            nothing: dict[str, Any] = {"question": None, "span": span, "points": [], "change": None}
            return Response({"survey": pk, **nothing})
        found = get_trend(survey=survey, question=question, span=span, filters=filters)
        return Response(_trend_json(pk, found))


class CompareView(StaffView):
    """``GET``: the comparison of two periods; ``since`` and ``until`` are ignored."""

    @describe_endpoint(
        responses=ComparisonOut,
        parameters=[
            *(
                OpenApiParameter(name, str, required=True, description="A day, YYYY-MM-DD.")
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
        return Response(_comparison_json(pk, found))


def _difference_json(change: Difference | None) -> dict[str, Any] | None:
    if change is None:
        return None
    shown = change.shown
    return {
        "value": change.value if shown else None,
        "low": change.low if shown else None,
        "high": change.high if shown else None,
        "verdict": change.verdict.value,
    }


def _trend_json(survey_id: int, found: Trend) -> dict[str, Any]:
    return {
        "survey": survey_id,
        "question": found.question.key,
        "span": found.span,
        "points": [
            {"first": p.first.isoformat(), "last": p.last.isoformat(), "score": score_json(score)}
            for p in found.points
            if (score := p.result.score) is not None
        ],
        "change": _difference_json(found.change),
    }


def _comparison_json(survey_id: int, found: Comparison) -> dict[str, Any]:
    return {
        "survey": survey_id,
        "before": filtered_results_json(survey_id, found.before),
        "after": filtered_results_json(survey_id, found.after),
        "pairs": [_pair_json(pair) for pair in found.pairs],
    }


def _pair_json(pair: QuestionPair) -> dict[str, Any]:
    return {
        "question": pair.after.question.key,
        "label": pair.after.question.label,
        "change": _difference_json(pair.change),
        "rows": [
            {
                "label": label,
                "before": score_json(change.before),
                "after": score_json(change.after),
                "change": _difference_json(change),
            }
            for label, change in pair.rows
        ],
    }
