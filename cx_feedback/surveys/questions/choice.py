"""One of several choices."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cx_feedback.surveys import scores
from cx_feedback.surveys.definitions import Question
from cx_feedback.surveys.questions.base import (
    ANSWERED,
    InvalidAnswer,
    QuestionBlock,
    QuestionType,
    Result,
    Row,
)


class ChoiceBlock(QuestionBlock):
    choices = blocks.ListBlock(
        blocks.CharBlock(max_length=200, label=gettext_lazy("Choice")),
        min_num=2,
        default=["", ""],
        label=gettext_lazy("Choices"),
    )

    class Meta:
        icon = "list-ul"
        label = gettext_lazy("Single choice")
        description = gettext_lazy("Readers pick one of several choices.")


class Choice(QuestionType):
    """The answer is the key of one choice. Options: ``choices``, ``retired_choices``."""

    name = "choice"
    template = "cx_feedback/surveys/questions/choice.html"
    block = ChoiceBlock

    def options(self, value: Any) -> dict[str, Any]:
        return {
            "choices": [
                {"key": item.id, "label": item.value} for item in value["choices"].bound_blocks
            ],
            "retired_choices": [],
        }

    def successor_options(self, before: Question, now: Question) -> dict[str, Any]:
        keys = {choice["key"] for choice in now.options["choices"]}
        former = [*before.options["choices"], *before.options["retired_choices"]]
        return {**now.options, "retired_choices": [c for c in former if c["key"] not in keys]}

    def clean(self, question: Question, value: Any) -> str:
        if isinstance(value, str):
            for choice in question.options["choices"]:
                if choice["key"] == value:
                    return value
        raise InvalidAnswer(_("Choose one of the answers given."))

    def tally(self, question: Question, value: Any) -> Iterable[str]:
        return (value,)

    def result(self, question: Question, counts: Mapping[str, int]) -> Result:
        n = counts.get(ANSWERED, 0)
        rows = [
            Row(c["key"], c["label"], count, scores.share(count, n), retired)
            for retired, name in ((False, "choices"), (True, "retired_choices"))
            for c in question.options[name]
            if (count := counts.get(c["key"], 0)) or not retired
        ]
        return Result(question, n, tuple(rows))

    def words(self, question: Question, value: Any) -> str:
        for choice in [*question.options["choices"], *question.options["retired_choices"]]:
            if choice["key"] == value:
                return str(choice["label"])
        return ""
