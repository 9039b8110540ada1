"""The JSON of results: all that the results pages show."""

from typing import Any

from rest_framework import serializers

from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.surveys.api.score_json import ScoreOut
from cx_feedback.surveys.results.crosstab_disclosure import TOGETHER
from cx_feedback.surveys.results.filtered_results import FilteredResults
from cx_feedback.surveys.results.key_figures import Overview
from cx_feedback.surveys.results.thresholds import MIN_EXPECTED, SHOW_FROM


class CellOut(OutputSerializer):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    share = ScoreOut()
    retired = serializers.BooleanField()


class RowOut(CellOut):
    score = ScoreOut(allow_null=True, help_text="Of this row alone, such as a mean rank.")
    cells = CellOut(many=True, help_text="The columns of a part of the answers; often none.")


class FigureOut(OutputSerializer):
    label = serializers.CharField()  # type: ignore[assignment]
    score = ScoreOut()
    approximate = serializers.BooleanField(source="is_about")


class PaceOut(OutputSerializer):
    started = serializers.IntegerField()
    completion = ScoreOut(allow_null=True, help_text="In percent of the starts; null if unknown.")
    median_seconds = serializers.IntegerField(allow_null=True)


class UnfinishedOut(OutputSerializer):
    stopped = serializers.IntegerField(
        source="n_stopped", help_text="Readers who went on no further."
    )
    in_progress = serializers.IntegerField(help_text="Readers who may still go on.")
    by_question = serializers.DictField(
        source="stopped",
        child=serializers.IntegerField(),
        help_text="Those who stopped, by the last question of the pages that they answered.",
    )


# The result of one question: of ``{"result": …}``, and ``withheld`` under filters.
class ResultOut(OutputSerializer):
    question = serializers.CharField(source="result.question.key")
    type = serializers.CharField(source="result.question.type")
    label = serializers.CharField(source="result.question.label")  # type: ignore[assignment]
    n = serializers.IntegerField(source="result.n")
    retired = serializers.BooleanField(source="result.retired")
    shown = serializers.BooleanField(source="result.shown")
    score = ScoreOut(source="result.score", allow_null=True)
    score_label = serializers.CharField(
        source="result.score_label", help_text="Such as a mean; empty without a score."
    )
    figures = FigureOut(
        source="result.more", many=True, help_text="Beside the score: a median, a balance, a share."
    )
    row_score_label = serializers.CharField(
        source="result.row_score_label", help_text="Of the scores of rows; often empty."
    )
    has_texts = serializers.BooleanField(
        source="result.has_texts", help_text="Whether it is answered in own words."
    )
    withheld = serializers.BooleanField(
        required=False,
        help_text=f"Under filters: answers of 1 to {SHOW_FROM - 1} readers, and one that tells of "
        "them, are left out, since so few could be recognised.",
    )
    rows = RowOut(
        source="result.shown_rows", many=True, help_text=f"Empty while hidden (under {SHOW_FROM})."
    )


class ResultsOut(OutputSerializer):
    survey = serializers.IntegerField()
    n = serializers.IntegerField(
        allow_null=True, help_text="Null when readers could be told from the others."
    )
    total = serializers.IntegerField(help_text="Responses without any filter.")
    since = serializers.DateField(
        allow_null=True, help_text="The first day that is covered, where days were chosen."
    )
    until = serializers.DateField(allow_null=True)
    moved = serializers.BooleanField(
        help_text="Whether other days are covered than were chosen, so that few readers can't be "
        "told from the others."
    )
    pace = PaceOut(allow_null=True, help_text="Of all responses; null under filters.")
    unfinished = UnfinishedOut(
        required=False, help_text="Readers who did not send it; no other figure counts them."
    )
    questions = ResultOut(many=True)


class AssociationOut(OutputSerializer):
    chi_square = serializers.FloatField()
    degrees = serializers.IntegerField()
    p = serializers.FloatField()
    v = serializers.FloatField(help_text="Cramér's V, 0 to 1.")
    thin = serializers.IntegerField(help_text=f"Cells that expect under {MIN_EXPECTED} answers.")
    cells = serializers.IntegerField()
    n = serializers.IntegerField()
    significant = serializers.BooleanField(help_text="Whether p is under 0.05.")
    strength = serializers.ChoiceField(["negligible", "small", "medium", "large"])


class TableValueField(serializers.CharField):
    """A value of an answer, empty for those that are counted together."""

    def to_representation(self, value: str) -> str:
        return "" if value == TOGETHER else value


class SideOut(OutputSerializer):
    question = serializers.CharField(source="question.key")
    values = serializers.ListField(child=TableValueField())
    labels = serializers.ListField(child=serializers.CharField())


# The cross-tab of a survey: of ``{"survey": …, "shown": …, "table": …}``.
class CrossTabOut(OutputSerializer):
    survey = serializers.IntegerField()
    shown = serializers.BooleanField(help_text="False when it is too thin; the rest is null then.")
    n = serializers.IntegerField(source="table.n", allow_null=True)
    single = serializers.BooleanField(
        source="table.single",
        allow_null=True,
        help_text="False if an answer may be counted in several rows or columns.",
    )
    rows = SideOut(source="table.rows", allow_null=True)
    columns = SideOut(source="table.columns", allow_null=True)
    counts = serializers.ListField(
        source="table.counts",
        child=serializers.ListField(child=serializers.IntegerField()),
        allow_null=True,
    )
    association = AssociationOut(source="table.association", allow_null=True)


def build_results(overview: Overview) -> dict[str, Any]:
    """Return the JSON of unfiltered results, without figures from too few answers."""
    results = overview.results
    return ResultsOut.build(
        {
            "survey": results.survey_id,
            "n": results.n,
            "total": results.n,
            "since": None,
            "until": None,
            "moved": False,
            "pace": overview.pace,
            "unfinished": overview.unfinished,
            "questions": [{"result": result} for result in results.questions],
        }
    )


def build_filtered_results(survey_id: int, found: FilteredResults) -> dict[str, Any]:
    """Return the JSON of filtered results as far as they may be shown."""
    return ResultsOut.build(collect_filtered_results(survey_id, found))


def collect_filtered_results(survey_id: int, found: FilteredResults) -> dict[str, Any]:
    """Return what ``ResultsOut`` reads of filtered results."""
    return {
        "survey": survey_id,
        "n": found.n,
        "total": found.total,
        "since": found.since,
        "until": found.until,
        "moved": found.moved,
        "pace": None,
        "questions": [
            {"result": result, "withheld": result.question.key in found.withheld}
            for result in found.questions
        ],
    }
