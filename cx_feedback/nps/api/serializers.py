"""Serializers of the NPS REST API."""

from typing import Any

from rest_framework import serializers

from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.nps.results.trend import SPANS
from cx_feedback.surveys.api.score_json import ScoreChangeOut, ScoreOut
from cx_feedback.surveys.api.serializers import FormIn
from cx_feedback.surveys.questions.text import LIMIT


class NPSAnswers(serializers.Serializer[Any]):
    score = serializers.IntegerField(min_value=0, max_value=10)
    reason = serializers.CharField(required=False, max_length=LIMIT)


class NPSIn(FormIn):
    """``{"page": 12, "answers": {"score": 9, "reason": "…"}}``"""

    answers = NPSAnswers()


class SharesOut(OutputSerializer):
    promoter = ScoreOut()
    passive = ScoreOut()
    detractor = ScoreOut()


class PointOut(OutputSerializer):
    start = serializers.DateField(help_text="The first day of the week or month.")
    score = ScoreOut()


class GroupOut(OutputSerializer):
    key = serializers.CharField(help_text="Page id, author's name or language code.")
    label = serializers.CharField()  # type: ignore[assignment]
    score = ScoreOut()


class TableOut(OutputSerializer):
    groups = GroupOut(many=True)
    withheld = serializers.IntegerField(help_text="Groups left out to protect their readers.")


class TablesOut(OutputSerializer):
    page = TableOut()
    section = TableOut()
    author = TableOut()
    language = TableOut()


class ChangeOut(ScoreChangeOut):
    days = serializers.IntegerField(help_text="Length of each of the two periods.")


class UnsentOut(OutputSerializer):
    n = serializers.IntegerField(help_text="Readers who chose a score and did not send it.")
    score_with_them = ScoreOut(
        source="shown_score",
        allow_null=True,
        help_text="The score with theirs, as far as kept; null under too few.",
    )


class NPSResultsOut(OutputSerializer):
    widget = serializers.IntegerField(source="widget_id")
    n = serializers.IntegerField()
    score = ScoreOut(help_text="-100 to 100.")
    shares = SharesOut(help_text="In percent.")
    span = serializers.ChoiceField(list(SPANS))
    trend = PointOut(many=True)
    change = ChangeOut(help_text="The last days compared with as many days before.")
    tables = TablesOut(source="shown_tables", help_text="Empty while the score is hidden.")
    started = serializers.IntegerField(
        source="pace.started", help_text="Number of readers who chose a score, submitted or not."
    )
    completion = ScoreOut(
        source="pace.completion", allow_null=True, help_text="In percent, null if unknown."
    )
    median_seconds = serializers.IntegerField(source="pace.median_seconds", allow_null=True)
    unsent = UnsentOut(help_text="Scores that were chosen and not sent; nothing else counts them.")
