"""A box to tick: the reader agrees to something."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cx_feedback.surveys.flow.piping_widgets import PipedCharBlock
from cx_feedback.surveys.questions.base import (
    AnswerCell,
    InvalidAnswer,
    QuestionBlock,
    QuestionType,
)
from cx_feedback.surveys.questions.definitions import Question


class ConsentBlock(QuestionBlock):
    label = PipedCharBlock(
        label=gettext_lazy("What the reader agrees to"),
        help_text=gettext_lazy("“I agree that …”; each answer keeps the words it was given to."),
        max_length=300,
    )

    class Meta:
        group = pgettext_lazy("survey", "Written answers")
        icon = "tick-inverse"
        label = pgettext_lazy("survey", "Consent")
        description = gettext_lazy("Readers tick a box to agree to something.")
        sample: ClassVar[Any] = {
            "label": gettext_lazy("I agree to receive messages about this answer.")
        }


class Consent(QuestionType):
    """The answer is True; who does not agree gives none. Its version keeps the words."""

    name = "consent"
    comparison = "yes"
    template = "cx_feedback/surveys/questions/consent.html"
    block = ConsentBlock

    def parse_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        return super().parse_form(values, parts) == "true" or None

    def is_empty(self, value: Any) -> bool:
        return value is None or value is False or value == ""

    def get_required_message(self, question: Question) -> str:
        return _("Please tick this box.")

    def clean(self, question: Question, value: Any) -> bool:
        if value is not True:
            raise InvalidAnswer(_("Tick this box, or leave it empty."))
        return True

    def get_tally_values(self, question: Question, value: Any) -> Iterable[str]:
        return ("true",)

    def read_cell(self, question: Question, cell: AnswerCell) -> Any:
        return True if cell.is_yes else None

    def format_answer(self, question: Question, value: Any) -> str:
        return pgettext("survey", "Yes") if value else ""
