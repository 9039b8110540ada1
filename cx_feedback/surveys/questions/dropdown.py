"""One of many choices, folded up."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from cx_feedback.surveys.questions.choice import CHOICES, Choice, ChoiceBlock


class DropdownBlock(ChoiceBlock):
    class Meta:
        group = CHOICES
        icon = "collapse-down"
        label = gettext_lazy("Dropdown")
        description = gettext_lazy("Readers pick one of many choices from a list that opens.")
        sample: ClassVar[Any] = {
            "label": gettext_lazy("In which country do you live?"),
            "choices": [gettext_lazy("Argentina"), gettext_lazy("Mexico"), gettext_lazy("Spain")],
            "other": gettext_lazy("Another country"),
        }


class Dropdown(Choice):
    """Answers and options are those of a single choice."""

    name = "dropdown"
    template = "cx_feedback/surveys/questions/dropdown.html"
    block = DropdownBlock
