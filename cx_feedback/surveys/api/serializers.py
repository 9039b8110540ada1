"""The JSON of surveys, and of the responses that are sent to them."""

import uuid
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.fields import empty

from cx_feedback.core.api.serializers import (
    InputSerializer,
    OutputSerializer,
    PageField,
    TextField,
    UncheckedDictField,
    WholeNumberField,
    apply_rule,
)
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow.condition_operators import OPERATORS
from cx_feedback.surveys.flow.endings import get_ending_url
from cx_feedback.surveys.flow.routing import is_page_break
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.partials.answered_pages import parse_partial_key
from cx_feedback.surveys.responses import answer_copy, hidden_fields
from cx_feedback.surveys.responses.answered_version import parse_version_field
from cx_feedback.surveys.responses.form_fields import remove_full_choices
from cx_feedback.surveys.selectors import LiveSurvey


class KeyField(serializers.CharField):
    """The key of a form, which says where it may be answered; None if it is missing."""

    def run_validation(self, data: Any = empty) -> str | None:
        if data is empty or data is None:
            return None
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class VersionField(serializers.IntegerField):
    """The number of a version, 0 for one that no version has."""

    def run_validation(self, data: Any = empty) -> int | None:
        return apply_rule(parse_version_field, {"version": None if data is empty else data})


class SecondsField(WholeNumberField):
    default_error_messages = {"invalid": gettext_lazy("Must be a whole number of seconds.")}


class PartialKeyField(serializers.UUIDField):
    def run_validation(self, data: Any = empty) -> uuid.UUID | None:
        return apply_rule(parse_partial_key, None if data is empty else data)


class CopyAddressField(TextField, serializers.EmailField):
    """An address, whose form the service checks."""


class StartIn(InputSerializer):
    page = PageField(required=False, help_text="Id of the page it is asked on.")
    key = KeyField(
        required=False,
        allow_null=True,
        help_text="Of the form that this site rendered; else the page decides.",
    )


class FormIn(StartIn):
    """A form that is sent: its answers are described by the classes below."""

    version = VersionField(
        required=False,
        allow_null=True,
        min_value=1,
        help_text="Version that the reader saw; else the newest for which the answers are valid.",
    )
    seconds = SecondsField(
        required=False, min_value=0, help_text="From the first interaction to sending."
    )
    partial = PartialKeyField(  # type: ignore[assignment]
        required=False,
        allow_null=True,
        help_text="Key under which answered pages of this form were kept.",
    )


class AnswersIn(FormIn):
    """``{"page": 12, "answers": {"<question key>": <value>}}``"""

    answers = UncheckedDictField(help_text="Question key to answer.")
    hidden = UncheckedDictField(
        child=serializers.CharField(max_length=hidden_fields.MAX_LENGTH),
        required=False,
        help_text="Name of a hidden field to its value, such as the source of the link.",
    )
    copy_to = CopyAddressField(
        required=False,
        help_text="Where to mail a copy, if the survey offers it; one per address and day.",
    )


# A stored response: of ``{"response": …}``, with ``url`` where it has reached an ending.
class AnswersOut(OutputSerializer):
    id = serializers.IntegerField(source="response.pk")
    thanks = serializers.CharField(
        source="response.thanks", help_text="What to tell the reader; may be empty."
    )
    ending = serializers.CharField(
        source="response.ending.key", required=False, help_text="Key of the ending reached, if any."
    )
    url = serializers.CharField(
        required=False, help_text="Where that takes the reader instead; may be empty."
    )


class RuleOut(OutputSerializer):
    question = serializers.CharField(help_text="Key of an earlier question.")
    operator = serializers.ChoiceField(sorted(OPERATORS))
    value = serializers.JSONField(help_text="What to compare with: a text, a number or a list.")


class ConditionOut(OutputSerializer):
    match = serializers.ChoiceField(["all", "any"])
    rules = RuleOut(many=True, help_text="None: it always holds.")


# A question as readers see it, without retired choices: of ``{"question": …, "page": …}``.
class QuestionOut(OutputSerializer):
    key = serializers.CharField(source="question.key")
    type = serializers.CharField(source="question.type")
    label = serializers.CharField(source="question.label")  # type: ignore[assignment]
    help = serializers.CharField(source="question.help")
    required = serializers.BooleanField(source="question.required")  # type: ignore[assignment]
    options = serializers.DictField(
        source="question.public_options", help_text="What only this type has: choices, low, high …"
    )
    show_if = ConditionOut(
        source="question.condition",
        help_text="When it is shown; of a page break, its whole page; of an ending, when the "
        "survey ends there and nothing after it is asked.",
    )
    token = serializers.CharField(
        source="question.token", help_text="Later texts say the answer again at {{ token }}."
    )
    asks = serializers.BooleanField(help_text="Whether it takes an answer.")
    page = serializers.IntegerField(help_text="The page that it is on, from 1.")


# A published survey: of ``{"live": …, "url": …, "questions": …}``.
class SurveyOut(OutputSerializer):
    id = serializers.IntegerField(source="live.survey_id")
    url = serializers.CharField()
    version = serializers.IntegerField(
        source="live.number", help_text="To be sent with the answers."
    )
    title = serializers.CharField(source="live.definition.title")
    intro = serializers.CharField(source="live.definition.intro")
    thanks = serializers.CharField(source="live.definition.thanks")
    open = serializers.BooleanField(
        source="live.is_open", help_text="Whether it takes answers now."
    )
    opens_at = serializers.DateTimeField(source="live.opens_at", allow_null=True)
    closes_at = serializers.DateTimeField(source="live.closes_at", allow_null=True)
    full = serializers.BooleanField(
        source="live.is_full", help_text="Whether as many have answered as were wanted."
    )
    results_shown = serializers.ChoiceField(
        Survey.ResultsShown.values,
        source="live.results_shown",
        help_text="When readers see the result of a poll, at poll/.",
    )
    anonymous = serializers.BooleanField(
        source="live.definition.anonymous",
        help_text="Whether no reader is stored. Tell readers so; an Idempotency-Key must be a "
        "UUID.",
    )
    mails_answers = serializers.BooleanField(
        help_text="Whether readers can have a copy of their answers mailed (`copy_to`)."
    )
    hidden_fields = serializers.ListField(
        source="live.definition.hidden_fields",
        child=serializers.CharField(),
        help_text="The names that may be sent as `hidden`.",
    )
    pages = serializers.IntegerField(help_text="How many, those not shown to everybody included.")
    questions = QuestionOut(many=True)


def build_stored_response(response: Response, request: HttpRequest) -> dict[str, Any]:
    """Return the JSON of a stored response."""
    found: dict[str, Any] = {"response": response}
    if response.ending is not None:
        found["url"] = get_ending_url(response.ending, request)
    return AnswersOut.build(found)


def build_survey(live: LiveSurvey, url_name: str = "cx_feedback:api-survey") -> dict[str, Any]:
    """Return the JSON of a published survey."""
    return SurveyOut.build(
        {
            "live": live,
            "url": reverse(url_name, args=[live.survey_id]),
            "mails_answers": answer_copy.is_offered(live.definition),
            "pages": 1 + sum(map(is_page_break, live.definition.questions)),
            "questions": _collect_questions(live),
        }
    )


def _collect_questions(live: LiveSurvey) -> list[dict[str, Any]]:
    """Return what ``QuestionOut`` reads of the questions of a survey."""
    page, found = 1, []
    for question in live.definition.questions:
        page += is_page_break(question)
        asks = questions.get(question.type).asks
        shown = remove_full_choices(question, live.full)
        found.append({"question": shown, "asks": asks, "page": page})
    return found
