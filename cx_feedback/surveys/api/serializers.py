"""Serializers that describe REST input and output, and functions that build the output."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from rest_framework import serializers

from cx_feedback.surveys import questions
from cx_feedback.surveys.flow.condition_operators import OPERATORS
from cx_feedback.surveys.flow.endings import get_ending_url
from cx_feedback.surveys.flow.routing import is_page_break
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.responses import answer_copy, hidden_fields
from cx_feedback.surveys.responses.form_fields import remove_full_choices
from cx_feedback.surveys.selectors import LiveSurvey


class StartIn(serializers.Serializer[Any]):
    page = serializers.IntegerField(required=False, help_text="Id of the page it is asked on.")
    key = serializers.CharField(
        required=False,
        help_text="Of the form that this site rendered; else the page decides.",
    )


class FormIn(StartIn):
    """A form that is sent: its answers are described by the classes below."""

    version = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="Version that the reader saw; else the newest for which the answers are valid.",
    )
    seconds = serializers.IntegerField(
        required=False, min_value=0, help_text="From the first interaction to sending."
    )
    partial = serializers.UUIDField(  # type: ignore[assignment]
        required=False, help_text="Key under which answered pages of this form were kept."
    )


class AnswersIn(FormIn):
    """``{"page": 12, "answers": {"<question key>": <value>}}``"""

    answers = serializers.DictField(help_text="Question key to answer.")
    hidden = serializers.DictField(
        child=serializers.CharField(max_length=hidden_fields.MAX_LENGTH),
        required=False,
        help_text="Name of a hidden field to its value, such as the source of the link.",
    )
    copy_to = serializers.EmailField(
        required=False,
        help_text="Where to mail a copy, if the survey offers it; one per address and day.",
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
    version = serializers.IntegerField(help_text="To be sent with the answers.")
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
    mails_answers = serializers.BooleanField(
        help_text="Whether readers can have a copy of their answers mailed (`copy_to`)."
    )
    hidden_fields = serializers.ListField(
        child=serializers.CharField(), help_text="The names that may be sent as `hidden`."
    )
    pages = serializers.IntegerField(help_text="How many, those not shown to everybody included.")
    questions = QuestionOut(many=True)


def stored_json(response: Response, request: HttpRequest) -> dict[str, Any]:
    """Return the REST output for a stored response."""
    output: dict[str, Any] = {"id": response.pk, "thanks": response.thanks}
    if response.ending is not None:
        output |= {"ending": response.ending.key, "url": get_ending_url(response.ending, request)}
    return output


def survey_json(live: LiveSurvey, url_name: str = "cx_feedback:api-survey") -> dict[str, Any]:
    """Return the REST output for a published survey."""
    definition: Definition = live.definition
    return {
        "id": live.survey_id,
        "url": reverse(url_name, args=[live.survey_id]),
        "version": live.number,
        "title": definition.title,
        "intro": definition.intro,
        "thanks": definition.thanks,
        "open": live.is_open,
        "opens_at": live.opens_at,
        "closes_at": live.closes_at,
        "full": live.is_full,
        "results_shown": live.results_shown,
        "anonymous": definition.anonymous,
        "mails_answers": answer_copy.is_offered(definition),
        "hidden_fields": list(definition.hidden_fields),
        "pages": 1 + sum(is_page_break(question) for question in definition.questions),
        "questions": _questions_json(live),
    }


def _questions_json(live: LiveSurvey) -> list[dict[str, Any]]:
    page, found = 1, []
    for question in live.definition.questions:
        page += is_page_break(question)
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
