"""A text in the reader's own words, short or long."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.questions.base import (
    ANSWERED,
    SELDOM,
    ColumnProfile,
    QuestionBlock,
    QuestionType,
    Result,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.text_cleaning import clean_words

WORDS = pgettext_lazy("survey", "Written answers")
#: The most characters that one answer may have, in one line or in many.
LINE_LIMIT, LIMIT = 300, 10_000


def _build_length_block(label: Any, most: int) -> blocks.IntegerBlock:
    return blocks.IntegerBlock(label=label, min_value=1, max_value=most, required=False)


class TextBlock(QuestionBlock):
    min_length = _build_length_block(pgettext_lazy("survey", "Minimum characters"), LINE_LIMIT)
    max_length = _build_length_block(pgettext_lazy("survey", "Maximum characters"), LINE_LIMIT)

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        fewest, most = value["min_length"], value["max_length"]
        if fewest and most and fewest > most:
            return {
                "max_length": ValidationError(
                    _("Must not be less than the minimum number of characters.")
                )
            }
        return {}


class ShortTextBlock(TextBlock):
    class Meta:
        group = WORDS
        icon = "title"
        label = pgettext_lazy("survey", "Short text")
        description = gettext_lazy("Readers answer in a line of their own words.")
        sample: ClassVar[Any] = {"label": gettext_lazy("What is your name?")}
        more = ("min_length", "max_length", *SELDOM)


class LongTextBlock(TextBlock):
    min_length = _build_length_block(pgettext_lazy("survey", "Minimum characters"), LIMIT)
    max_length = _build_length_block(pgettext_lazy("survey", "Maximum characters"), LIMIT)

    class Meta:
        group = WORDS
        icon = "pilcrow"
        label = pgettext_lazy("survey", "Long text")
        description = gettext_lazy("Readers answer in their own words.")
        sample: ClassVar[Any] = {"label": gettext_lazy("What would you like to read next?")}
        more = ("min_length", "max_length", *SELDOM)


class LongText(QuestionType):
    """The answer is a text; None once its reader was erased.

    Options: ``limit``, at most 10,000 characters, and ``min_length``.
    """

    name = "text"
    template = "cx_feedback/surveys/questions/text.html"
    block: ClassVar[type[QuestionBlock] | None] = LongTextBlock
    most = LIMIT
    one_line = False

    def build_options(self, value: Any) -> dict[str, Any]:
        return {
            "limit": value.get("max_length") or self.most,
            "min_length": value.get("min_length") or 0,
        }

    def is_empty(self, value: Any) -> bool:
        return value is None or (isinstance(value, str) and not value.strip())

    def clean(self, question: Question, value: Any) -> str:
        return clean_words(
            value,
            most=question.options["limit"],
            fewest=question.options.get("min_length", 0),
            one_line=self.one_line,
        )

    def rate_column(self, column: ColumnProfile) -> int:
        return 10

    def build_result(self, question: Question, counts: Mapping[str, int]) -> Result:
        return Result(question, counts.get(ANSWERED, 0), has_texts=True)

    def get_own_words(self, question: Question, value: Any) -> str:
        return value or ""

    def anonymize_answer(self, value: Any) -> Any:
        # None, not missing: that there was an answer stays counted.
        return None


class ShortText(LongText):
    """A text of one line, at most 300 characters."""

    name = "short_text"
    template = "cx_feedback/surveys/questions/short_text.html"
    block = ShortTextBlock
    most = LINE_LIMIT
    one_line = True

    def rate_column(self, column: ColumnProfile) -> int:
        return 0  # later answers may be longer than those of the file
