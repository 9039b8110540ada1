"""A text in the reader's own words."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cx_feedback.surveys.definitions import Question
from cx_feedback.surveys.questions.base import (
    ANSWERED,
    InvalidAnswer,
    QuestionBlock,
    QuestionType,
    Result,
)

#: The most characters that one answer may have.
LIMIT = 10_000
# What no database keeps and no page shows: controls other than tab and line feed, and halves of
# surrogate pairs.
_UNKEEPABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class LongTextBlock(QuestionBlock):
    class Meta:
        icon = "pilcrow"
        label = gettext_lazy("Long text")
        description = gettext_lazy("Readers answer in their own words.")


class LongText(QuestionType):
    """The answer is a text of up to 10,000 characters; None once its reader was erased."""

    name = "text"
    template = "cx_feedback/surveys/questions/text.html"
    block = LongTextBlock

    def options(self, value: Any) -> dict[str, Any]:
        return {"limit": LIMIT}

    def is_empty(self, value: Any) -> bool:
        return value is None or (isinstance(value, str) and not value.strip())

    def clean(self, question: Question, value: Any) -> str:
        if not isinstance(value, str):
            raise InvalidAnswer(_("Write a text."))
        text = _UNKEEPABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if not text:
            raise InvalidAnswer(_("Write a text."))
        limit = question.options["limit"]
        if len(text) > limit:
            raise InvalidAnswer(
                _("This text has %(length)d characters; %(limit)d are the most.")
                % {"length": len(text), "limit": limit}
            )
        return text

    def result(self, question: Question, counts: Mapping[str, int]) -> Result:
        return Result(question, counts.get(ANSWERED, 0), has_texts=True)

    def text(self, question: Question, value: Any) -> str:
        return value or ""

    def without_person(self, value: Any) -> Any:
        # None, not missing: that there was an answer stays counted.
        return None
