"""One of many choices, folded up."""

from django.utils.translation import gettext_lazy

from cx_feedback.surveys.questions.choice import CHOICES, Choice, ChoiceBlock


class DropdownBlock(ChoiceBlock):
    class Meta:
        group = CHOICES
        icon = "collapse-down"
        label = gettext_lazy("Dropdown")
        description = gettext_lazy("Readers pick one of many choices from a list that opens.")


class Dropdown(Choice):
    """Answers and options are those of a single choice."""

    name = "dropdown"
    template = "cx_feedback/surveys/questions/dropdown.html"
    block = DropdownBlock
