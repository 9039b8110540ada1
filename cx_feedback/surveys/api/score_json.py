"""The JSON of a score: its description for OpenAPI, and the function that builds it."""

from typing import Any

from rest_framework import serializers

from cx_feedback.surveys.results.scores_and_intervals import Score
from cx_feedback.surveys.results.thresholds import SHOW_FROM


class ScoreOut(serializers.Serializer[Any]):
    value = serializers.FloatField(
        allow_null=True, help_text=f"Null while hidden (under {SHOW_FROM})."
    )
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    shown = serializers.BooleanField()
    low_confidence = serializers.BooleanField()


def score_json(score: Score) -> dict[str, Any]:
    """Return a score, its figures null while it is hidden."""
    return {
        "value": score.value if score.shown else None,
        "low": score.low if score.shown else None,
        "high": score.high if score.shown else None,
        "n": score.n,
        "shown": score.shown,
        "low_confidence": score.low_confidence,
    }
