"""The JSON of scores and of their changes."""

from rest_framework import serializers

from cx_feedback.core.api.serializers import FigureField, OutputSerializer
from cx_feedback.surveys.results.scores_and_intervals import Verdict
from cx_feedback.surveys.results.thresholds import SHOW_FROM


class ScoreOut(OutputSerializer):
    value = FigureField(allow_null=True, help_text=f"Null while hidden (under {SHOW_FROM}).")
    low = FigureField(allow_null=True)
    high = FigureField(allow_null=True)
    n = serializers.IntegerField()
    shown = serializers.BooleanField()
    low_confidence = serializers.BooleanField()


class ScoreChangeOut(OutputSerializer):
    value = FigureField(allow_null=True, help_text="Null when too few answered.")
    low = FigureField(allow_null=True, help_text="Of the 95% interval.")
    high = FigureField(allow_null=True)
    verdict = serializers.ChoiceField([verdict.value for verdict in Verdict])
