"""Serializers that describe REST input and output, and functions that build the output."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from rest_framework import serializers

from cx_feedback.surveys import questions
from cx_feedback.surveys.api.score_json import ScoreOut, score_json
from cx_feedback.surveys.flow.condition_operators import OPERATORS
from cx_feedback.surveys.flow.endings import get_ending_url
from cx_feedback.surveys.flow.routing import PAGE_BREAK
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.base import Result, Row
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.responses import hidden_fields
from cx_feedback.surveys.responses.form_fields import remove_full_choices
from cx_feedback.surveys.results.crosstab import CrossTab, Side
from cx_feedback.surveys.results.crosstab_disclosure import TOGETHER
from cx_feedback.surveys.results.filtered_results import FilteredResults
from cx_feedback.surveys.results.results_by_question import Results
from cx_feedback.surveys.results.thresholds import MIN_EXPECTED, SHOW_FROM
from cx_feedback.surveys.selectors import LiveSurvey


class AnswersIn(serializers.Serializer[Any]):
    """``{"page": 12, "answers": {"<question key>": <value>}}``"""

    page = serializers.IntegerField(required=False, help_text="Id of the page it was asked on.")
    key = serializers.CharField(
        required=False,
        help_text="Of the form that this site rendered; else the page decides.",
    )
    answers = serializers.DictField(help_text="Question key to answer.")
    seconds = serializers.IntegerField(
        required=False, min_value=0, help_text="From the first interaction to sending."
    )
    hidden = serializers.DictField(
        child=serializers.CharField(max_length=hidden_fields.MAX_LENGTH),
        required=False,
        help_text="Name of a hidden field to its value, such as the source of the link.",
    )


class StartIn(serializers.Serializer[Any]):
    page = serializers.IntegerField(required=False, help_text="Id of the page it is asked on.")
    key = serializers.CharField(
        required=False,
        help_text="Of the form that this site rendered; else the page decides.",
    )


class AnswersOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    thanks = serializers.CharField(help_text="What to tell the reader; may be empty.")
    ending = serializers.CharField(required=False, help_text="Key of the ending reached, if any.")
    url = serializers.CharField(
        required=False, help_text="Where that takes the reader instead; may be empty."
    )


class RuleOut(serializers.Serializer[Any]):
    question = serializers.CharField(help_text="Key of an earlier question.")
    operator = serializers.ChoiceField(sorted(OPERATORS))
    value = serializers.JSONField(help_text="What to compare with: a text, a number or a list.")


class ConditionOut(serializers.Serializer[Any]):
    match = serializers.ChoiceField(["all", "any"])
    rules = RuleOut(many=True, help_text="None: it always holds.")


class QuestionOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    type = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    options = serializers.DictField(help_text="What only this type has: choices, low, high …")
    show_if = ConditionOut(
        help_text="When it is shown; of a page break, its whole page; of an ending, when the "
        "survey ends there and nothing after it is asked."
    )
    token = serializers.CharField(help_text="Later texts say the answer again at {{ token }}.")
    asks = serializers.BooleanField(help_text="Whether it takes an answer.")
    page = serializers.IntegerField(help_text="The page that it is on, from 1.")


class SurveyOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    url = serializers.CharField()
    title = serializers.CharField()
    intro = serializers.CharField()
    thanks = serializers.CharField()
    open = serializers.BooleanField(help_text="Whether it takes answers now.")
    opens_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    full = serializers.BooleanField(help_text="Whether as many have answered as were wanted.")
    results_shown = serializers.ChoiceField(
        Survey.ResultsShown.values, help_text="When readers see the result of a poll, at poll/."
    )
    anonymous = serializers.BooleanField(
        help_text="Whether no reader is stored. Tell readers so; an Idempotency-Key must be a UUID."
    )
    hidden_fields = serializers.ListField(
        child=serializers.CharField(), help_text="The names that may be sent as `hidden`."
    )
    pages = serializers.IntegerField(help_text="How many, those not shown to everybody included.")
    questions = QuestionOut(many=True)


class CellOut(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    share = ScoreOut()
    retired = serializers.BooleanField()


class RowOut(CellOut):
    score = ScoreOut(allow_null=True, help_text="Of this row alone, such as a mean rank.")
    cells = CellOut(many=True, help_text="The columns of a part of the answers; often none.")


class ResultOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    type = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    n = serializers.IntegerField()
    retired = serializers.BooleanField()
    shown = serializers.BooleanField()
    score = ScoreOut(allow_null=True)
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
    questions = ResultOut(many=True)


class AssociationOut(serializers.Serializer[Any]):
    chi_square = serializers.FloatField()
    degrees = serializers.IntegerField()
    p = serializers.FloatField()
    v = serializers.FloatField(help_text="Cramér's V, 0 to 1.")
    thin = serializers.IntegerField(help_text=f"Cells that expect under {MIN_EXPECTED} answers.")
    cells = serializers.IntegerField()


class SideOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField())


class CrossTabOut(serializers.Serializer[Any]):
    survey = serializers.IntegerField()
    shown = serializers.BooleanField(help_text="False when it is too thin; the rest is null then.")
    n = serializers.IntegerField(allow_null=True)
    rows = SideOut(allow_null=True)
    columns = SideOut(allow_null=True)
    counts = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()), allow_null=True
    )
    association = AssociationOut(allow_null=True)


def stored_json(response: Response, request: HttpRequest) -> dict[str, Any]:
    """Return the REST output for a stored response."""
    told: dict[str, Any] = {"id": response.pk, "thanks": response.thanks}
    if response.ending is not None:
        told |= {"ending": response.ending.key, "url": get_ending_url(response.ending, request)}
    return told


def survey_json(live: LiveSurvey, url_name: str = "cx_feedback:api-survey") -> dict[str, Any]:
    """Return the REST output for a published survey."""
    definition: Definition = live.definition
    return {
        "id": live.survey_id,
        "url": reverse(url_name, args=[live.survey_id]),
        "title": definition.title,
        "intro": definition.intro,
        "thanks": definition.thanks,
        "open": live.is_open,
        "opens_at": live.opens_at,
        "closes_at": live.closes_at,
        "full": live.is_full,
        "results_shown": live.results_shown,
        "anonymous": definition.anonymous,
        "hidden_fields": list(definition.hidden_fields),
        "pages": 1 + sum(question.type == PAGE_BREAK for question in definition.questions),
        "questions": _questions_json(live),
    }


def _questions_json(live: LiveSurvey) -> list[dict[str, Any]]:
    page, found = 1, []
    for question in live.definition.questions:
        page += question.type == PAGE_BREAK
        found.append({**question_json(remove_full_choices(question, live.full)), "page": page})
    return found


def question_json(question: Question) -> dict[str, Any]:
    """Return a question as readers see it, without retired choices and rows."""
    return {
        "key": question.key,
        "type": question.type,
        "label": question.label,
        "help": question.help,
        "required": question.required,
        "options": {k: v for k, v in question.options.items() if not k.startswith("retired_")},
        "show_if": question.show_if or {"match": "all", "rules": []},
        "token": question.token,
        "asks": questions.get(question.type).asks,
    }


def results_json(results: Results) -> dict[str, Any]:
    """Return unfiltered results, without figures from too few answers."""
    return {
        "survey": results.survey_id,
        "n": results.n,
        "total": results.n,
        "since": None,
        "until": None,
        "questions": [result_json(result) for result in results.questions],
    }


def filtered_results_json(survey_id: int, view: FilteredResults) -> dict[str, Any]:
    """Return filtered results as far as they may be shown."""
    return {
        "survey": survey_id,
        "n": view.n,
        "total": view.total,
        "since": view.since and view.since.isoformat(),
        "until": view.until and view.until.isoformat(),
        "questions": [
            {**result_json(result), "withheld": result.question.key in view.withheld}
            for result in view.questions
        ],
    }


def crosstab_json(survey_id: int, table: CrossTab | None) -> dict[str, Any]:
    """Return a cross-tab, with all values null if it may not be shown."""
    if table is None:
        names = ("n", "rows", "columns", "counts", "association")
        return {"survey": survey_id, "shown": False, **dict.fromkeys(names)}
    return {
        "survey": survey_id,
        "shown": True,
        "n": table.n,
        "rows": _side_json(table.rows),
        "columns": _side_json(table.columns),
        "counts": [list(row) for row in table.counts],
        "association": table.association and asdict(table.association),
    }


def _side_json(side: Side) -> dict[str, Any]:
    values = ["" if value == TOGETHER else value for value in side.values]
    return {"question": side.question.key, "values": values, "labels": list(side.labels)}


def result_json(result: Result) -> dict[str, Any]:
    """Return the result of one question, without figures from too few answers."""
    return {
        "question": result.question.key,
        "type": result.question.type,
        "label": result.question.label,
        "n": result.n,
        "retired": result.retired,
        "shown": result.shown,
        "score": None if result.score is None else score_json(result.score),
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
