"""The JSON of results: all that the results pages show, described for OpenAPI."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from cx_feedback.surveys.api.score_json import ScoreOut, score_json
from cx_feedback.surveys.partials.selectors import Unfinished
from cx_feedback.surveys.questions.base import Result, Row
from cx_feedback.surveys.results.crosstab import Association, CrossTab, Side
from cx_feedback.surveys.results.crosstab_disclosure import TOGETHER
from cx_feedback.surveys.results.filtered_results import FilteredResults
from cx_feedback.surveys.results.key_figures import Overview, Pace
from cx_feedback.surveys.results.thresholds import MIN_EXPECTED, SHOW_FROM


class CellOut(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    share = ScoreOut()
    retired = serializers.BooleanField()


class RowOut(CellOut):
    score = ScoreOut(allow_null=True, help_text="Of this row alone, such as a mean rank.")
    cells = CellOut(many=True, help_text="The columns of a part of the answers; often none.")


class FigureOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    score = ScoreOut()
    approximate = serializers.BooleanField()


class PaceOut(serializers.Serializer[Any]):
    started = serializers.IntegerField()
    completion = ScoreOut(allow_null=True, help_text="In percent of the starts; null if unknown.")
    median_seconds = serializers.IntegerField(allow_null=True)


class UnfinishedOut(serializers.Serializer[Any]):
    stopped = serializers.IntegerField(help_text="Readers who went on no further.")
    in_progress = serializers.IntegerField(help_text="Readers who may still go on.")
    by_question = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Those who stopped, by the last question of the pages that they answered.",
    )


class ResultOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    type = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    n = serializers.IntegerField()
    retired = serializers.BooleanField()
    shown = serializers.BooleanField()
    score = ScoreOut(allow_null=True)
    score_label = serializers.CharField(help_text="Such as a mean; empty without a score.")
    figures = FigureOut(many=True, help_text="Beside the score: a median, a balance, a share.")
    row_score_label = serializers.CharField(help_text="Of the scores of rows; often empty.")
    has_texts = serializers.BooleanField(help_text="Whether it is answered in own words.")
    withheld = serializers.BooleanField(
        required=False,
        help_text=f"Under filters: answers of 1 to {SHOW_FROM - 1} readers, and one that tells of "
        "them, are left out, since so few could be recognised.",
    )
    rows = RowOut(many=True, help_text=f"Empty while hidden (under {SHOW_FROM}).")


class ResultsOut(serializers.Serializer[Any]):
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


class AssociationOut(serializers.Serializer[Any]):
    chi_square = serializers.FloatField()
    degrees = serializers.IntegerField()
    p = serializers.FloatField()
    v = serializers.FloatField(help_text="Cramér's V, 0 to 1.")
    thin = serializers.IntegerField(help_text=f"Cells that expect under {MIN_EXPECTED} answers.")
    cells = serializers.IntegerField()
    n = serializers.IntegerField()
    significant = serializers.BooleanField(help_text="Whether p is under 0.05.")
    strength = serializers.ChoiceField(["negligible", "small", "medium", "large"])


class SideOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField())


class CrossTabOut(serializers.Serializer[Any]):
    survey = serializers.IntegerField()
    shown = serializers.BooleanField(help_text="False when it is too thin; the rest is null then.")
    n = serializers.IntegerField(allow_null=True)
    single = serializers.BooleanField(
        allow_null=True, help_text="False if an answer may be counted in several rows or columns."
    )
    rows = SideOut(allow_null=True)
    columns = SideOut(allow_null=True)
    counts = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()), allow_null=True
    )
    association = AssociationOut(allow_null=True)


def results_json(overview: Overview) -> dict[str, Any]:
    """Return unfiltered results, without figures from too few answers."""
    results = overview.results
    return {
        "survey": results.survey_id,
        "n": results.n,
        "total": results.n,
        "since": None,
        "until": None,
        "moved": False,
        "pace": _pace_json(overview.pace),
        "unfinished": _unfinished_json(overview.unfinished),
        "questions": [result_json(result) for result in results.questions],
    }


def _pace_json(pace: Pace) -> dict[str, Any]:
    return {
        "started": pace.started,
        "completion": pace.completion and score_json(pace.completion),
        "median_seconds": pace.median_seconds,
    }


def _unfinished_json(found: Unfinished) -> dict[str, Any]:
    return {
        "stopped": found.n_stopped,
        "in_progress": found.in_progress,
        "by_question": dict(found.stopped),
    }


def filtered_results_json(survey_id: int, view: FilteredResults) -> dict[str, Any]:
    """Return filtered results as far as they may be shown."""
    return {
        "survey": survey_id,
        "n": view.n,
        "total": view.total,
        "since": view.since and view.since.isoformat(),
        "until": view.until and view.until.isoformat(),
        "moved": view.moved,
        "pace": None,
        "questions": [
            {**result_json(result), "withheld": result.question.key in view.withheld}
            for result in view.questions
        ],
    }


def crosstab_json(survey_id: int, table: CrossTab | None) -> dict[str, Any]:
    """Return a cross-tab, with all values null if it may not be shown."""
    if table is None:
        names = ("n", "single", "rows", "columns", "counts", "association")
        return {"survey": survey_id, "shown": False, **dict.fromkeys(names)}
    return {
        "survey": survey_id,
        "shown": True,
        "n": table.n,
        "single": table.single,
        "rows": _side_json(table.rows),
        "columns": _side_json(table.columns),
        "counts": [list(row) for row in table.counts],
        "association": table.association and _association_json(table.association),
    }


def _association_json(found: Association) -> dict[str, Any]:
    return {**asdict(found), "significant": found.significant, "strength": found.strength}


def _side_json(side: Side) -> dict[str, Any]:
    values = ["" if value == TOGETHER else value for value in side.values]
    return {"question": side.question.key, "values": values, "labels": list(side.labels)}


def result_json(result: Result) -> dict[str, Any]:
    """Return the result of one question, without figures of too few answers."""
    return {
        "question": result.question.key,
        "type": result.question.type,
        "label": result.question.label,
        "n": result.n,
        "retired": result.retired,
        "shown": result.shown,
        "score": None if result.score is None else score_json(result.score),
        "score_label": result.score_label,
        "figures": [
            {
                "label": figure.label,
                "score": score_json(figure.score),
                "approximate": figure.is_about,
            }
            for figure in result.more
        ],
        "row_score_label": result.row_score_label,
        "has_texts": result.has_texts,
        "rows": [
            {
                **_cell_json(row),
                "score": None if row.score is None else score_json(row.score),
                "cells": [_cell_json(cell) for cell in row.cells],
            }
            for row in (result.rows if result.shown else ())
        ],
    }


def _cell_json(row: Row) -> dict[str, Any]:
    return {
        "value": row.value,
        "label": row.label,
        "count": row.count,
        "share": score_json(row.share),
        "retired": row.retired,
    }
