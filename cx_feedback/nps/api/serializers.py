"""The shapes of the NPS room's REST answers."""

from typing import Any

from rest_framework import serializers

from cx_feedback.nps.selectors import Dashboard
from cx_feedback.surveys.api.serializers import ScoreOut, score_json


class NPSAnswers(serializers.Serializer[Any]):
    score = serializers.IntegerField(min_value=0, max_value=10)
    reason = serializers.CharField(required=False, max_length=10_000)


class NPSIn(serializers.Serializer[Any]):
    """``{"page": 12, "answers": {"score": 9, "reason": "…"}}``"""

    page = serializers.IntegerField(required=False, help_text="Id of the page it was asked on.")
    answers = NPSAnswers()


class SharesOut(serializers.Serializer[Any]):
    promoter = ScoreOut()
    passive = ScoreOut()
    detractor = ScoreOut()


class PointOut(serializers.Serializer[Any]):
    start = serializers.DateField(help_text="The first day of the week or month.")
    score = ScoreOut()


class NPSResultsOut(serializers.Serializer[Any]):
    widget = serializers.IntegerField()
    n = serializers.IntegerField()
    score = ScoreOut(help_text="-100 to 100.")
    shares = SharesOut(help_text="In percent.")
    span = serializers.ChoiceField(["week", "month"])
    trend = PointOut(many=True)


def dashboard_json(found: Dashboard) -> dict[str, Any]:
    """Return the figures of a widget; those that rest on too few answers are null."""
    return {
        "widget": found.widget_id,
        "n": found.n,
        "score": score_json(found.score),
        "shares": {name: score_json(share) for name, share in found.shares.items()},
        "span": found.span,
        "trend": [
            {"start": point.start.isoformat(), "score": score_json(point.score)}
            for point in found.trend
        ],
    }
