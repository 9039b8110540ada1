"""Layout between questions: statements and page breaks."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cx_feedback.surveys.flow.piping_widgets import PipedCharBlock, PipedTextBlock
from cx_feedback.surveys.questions.base import InvalidAnswer, QuestionBlock, QuestionType
from cx_feedback.surveys.questions.definitions import Question


class StatementBlock(QuestionBlock):
    label = PipedCharBlock(label=pgettext_lazy("survey", "Heading"), max_length=300)
    help = PipedTextBlock(label=pgettext_lazy("survey", "Text"), max_length=5000, required=False)
    required = None
    token = None

    class Meta:
        icon = "info-circle"
        label = gettext_lazy("Text without a question")
        description = gettext_lazy("A heading with a text, to read; nothing is asked.")
        sample: ClassVar[Any] = {
            "label": pgettext_lazy("survey", "Almost done"),
            "help": gettext_lazy("The last two questions are about you. You can leave both blank."),
        }


class PageBreakBlock(QuestionBlock):
    label = PipedCharBlock(
        label=gettext_lazy("Heading of the next page"), max_length=300, required=False
    )
    help = None  # type: ignore[assignment]
    required = None
    token = None

    class Meta:
        icon = "cut"
        label = pgettext_lazy("survey", "Page break")
        description = gettext_lazy("What follows is on the next page of the survey.")
        sample: ClassVar[Any] = {"label": pgettext_lazy("survey", "About your visit")}


class Layout(QuestionType):
    """Base of types without an answer."""

    asks = False

    def clean(self, question: Question, value: Any) -> Any:
        raise InvalidAnswer(_("There is nothing to answer here."))


class Statement(Layout):
    """A heading (the label) and a text (the help)."""

    name = "statement"
    template = "cx_feedback/surveys/questions/statement.html"
    block = StatementBlock


class PageBreak(Layout):
    """The end of a page; the label is the heading of the next one, or empty."""

    name = "page_break"
    is_page_break = True
    template = "cx_feedback/surveys/questions/page_break.html"
    sample_template = "cx_feedback/surveys/questions/page_break_sample.html"
    block = PageBreakBlock
