"""Serializers of the NPS REST API."""

from typing import Any

from rest_framework import serializers

from cx_feedback.nps.results.breakdown import Table
from cx_feedback.nps.results.dashboard_figures import COMPARED_DAYS, NPSDashboard
from cx_feedback.surveys.api.score_json import ScoreOut, score_json
from cx_feedback.surveys.api.serializers import FormIn
from cx_feedback.surveys.questions.text import LIMIT


class NPSAnswers(serializers.Serializer[Any]):
    score = serializers.IntegerField(min_value=0, max_value=10)
    reason = serializers.CharField(required=False, max_length=LIMIT)


class NPSIn(FormIn):
    """``{"page": 12, "answers": {"score": 9, "reason": "…"}}``"""

    answers = NPSAnswers()


class SharesOut(serializers.Serializer[Any]):
    promoter = ScoreOut()
    passive = ScoreOut()
    detractor = ScoreOut()


class PointOut(serializers.Serializer[Any]):
    start = serializers.DateField(help_text="The first day of the week or month.")
    score = ScoreOut()


class GroupOut(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Page id, author's name or language code.")
    label = serializers.CharField()  # type: ignore[assignment]
    score = ScoreOut()


class TableOut(serializers.Serializer[Any]):
    groups = GroupOut(many=True)
    withheld = serializers.IntegerField(help_text="Groups left out to protect their readers.")


class TablesOut(serializers.Serializer[Any]):
    page = TableOut()
    section = TableOut()
    author = TableOut()
    language = TableOut()


class ChangeOut(serializers.Serializer[Any]):
    days = serializers.IntegerField(help_text="Length of each of the two periods.")
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    verdict = serializers.ChoiceField(["higher", "lower", "unclear", "too_few"])


class UnsentOut(serializers.Serializer[Any]):
    n = serializers.IntegerField(help_text="Readers who chose a score and did not send it.")
    score_with_them = ScoreOut(
        allow_null=True, help_text="The score with theirs, as far as kept; null under too few."
    )


class NPSResultsOut(serializers.Serializer[Any]):
    widget = serializers.IntegerField()
    n = serializers.IntegerField()
    score = ScoreOut(help_text="-100 to 100.")
    shares = SharesOut(help_text="In percent.")
    span = serializers.ChoiceField(["week", "month"])
    trend = PointOut(many=True)
    change = ChangeOut(help_text="The last days compared with as many days before.")
    tables = TablesOut(help_text="Empty while the score is hidden.")
    started = serializers.IntegerField(
        help_text="Number of readers who chose a score, submitted or not."
    )
    completion = ScoreOut(allow_null=True, help_text="In percent, null if unknown.")
    median_seconds = serializers.IntegerField(allow_null=True)
    unsent = UnsentOut(help_text="Scores that were chosen and not sent; nothing else counts them.")


def serialize_dashboard(found: NPSDashboard) -> dict[str, Any]:
    """Return the results of a widget as JSON. Values based on too few answers are null."""
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
        "change": _serialize_change(found),
        "tables": {
            name: _serialize_table(table if found.score.shown else Table((), 0))
            for name, table in found.tables.items()
        },
        "started": found.pace.started,
        "completion": found.pace.completion and score_json(found.pace.completion),
        "median_seconds": found.pace.median_seconds,
        "unsent": {
            "n": found.unsent.n,
            "score_with_them": score_json(found.unsent.together) if found.unsent.shown else None,
        },
    }


def _serialize_change(found: NPSDashboard) -> dict[str, Any]:
    change = found.change
    shown = change.shown
    return {
        "days": COMPARED_DAYS[found.span],
        "value": change.value if shown else None,
        "low": change.low if shown else None,
        "high": change.high if shown else None,
        "verdict": change.verdict.value,
    }


def _serialize_table(table: Table) -> dict[str, Any]:
    return {
        "groups": [
            {"key": str(g.key), "label": g.label, "score": score_json(g.score)}
            for g in table.groups
        ],
        "withheld": table.withheld,
    }
