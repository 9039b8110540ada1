"""One of many choices, folded up."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, pgettext_lazy

from cx_feedback.surveys.questions.single_choice import CHOICES, Choice, ChoiceBlock


class DropdownBlock(ChoiceBlock):
    class Meta:
        group = CHOICES
        icon = "collapse-down"
        label = pgettext_lazy("survey", "Dropdown")
        description = gettext_lazy("Readers pick one of many choices from a list that opens.")
        sample: ClassVar[Any] = {
            "label": gettext_lazy("In which country do you live?"),
            "choices": [
                pgettext_lazy("survey", "Argentina"),
                pgettext_lazy("survey", "Mexico"),
                pgettext_lazy("survey", "Spain"),
            ],
            "other": pgettext_lazy("survey", "Another country"),
        }


class Dropdown(Choice):
    """Answers and options are those of a single choice."""

    name = "dropdown"
    template = "cx_feedback/surveys/questions/dropdown.html"
    block = DropdownBlock
