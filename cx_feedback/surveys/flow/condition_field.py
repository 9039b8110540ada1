"""The editor's field for a condition: "Show only if …".

Its value is the condition itself (``condition_operators``). The browser posts it as JSON, written
by the controller of ``condition_editor.js``, which offers the questions above and their choices.
"""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import blocks

from cx_feedback.surveys.flow.condition_operators import ALL, ANY, OPERATORS

#: The most rules of one condition.
MAX_RULES = 20


def parse_condition(data: Any) -> dict[str, Any]:
    """Return the condition in ``data``, {} if it has no rules; raises ValueError."""
    if not data:
        return {}
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        raise ValueError("no condition")
    rules = [_parse_rule(rule) for rule in data["rules"][:MAX_RULES]]
    if not rules:
        return {}
    return {"match": ANY if data.get("match") == ANY else ALL, "rules": rules}


def _parse_rule(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict) or data.get("operator") not in OPERATORS:
        raise ValueError("no rule")
    question, value = data.get("question") or "", data.get("value", "")
    values = value if isinstance(value, list) else [value]
    if not isinstance(question, str) or not all(isinstance(v, (str, int, float)) for v in values):
        raise ValueError("no rule")
    return {"question": question, "operator": data["operator"], "value": value}


#: The operators that editors can choose, by the type's ``comparison``.
OPERATORS_BY_COMPARISON = {
    "text": ("contains", "not_contains", "is", "is_not", "answered", "not_answered"),
    "number": (
        "is",
        "is_not",
        "less",
        "at_most",
        "greater",
        "at_least",
        "answered",
        "not_answered",
    ),
    "date": ("is", "less", "at_most", "greater", "at_least", "answered", "not_answered"),
    "keys": ("is", "is_not", "one_of", "none_of", "answered", "not_answered"),
    "list": ("contains", "not_contains", "one_of", "none_of", "answered", "not_answered"),
    "rank": ("first", "answered", "not_answered"),
    "matrix": ("contains", "not_contains", "answered", "not_answered"),
    "yes": ("answered", "not_answered"),
}
LABELS = {
    "is": pgettext_lazy("survey", "is"),
    "is_not": pgettext_lazy("survey", "is not"),
    "one_of": pgettext_lazy("survey", "is one of"),
    "none_of": pgettext_lazy("survey", "is none of"),
    "contains": pgettext_lazy("survey", "contains"),
    "not_contains": pgettext_lazy("survey", "does not contain"),
    "first": pgettext_lazy("survey", "puts first"),
    "less": pgettext_lazy("survey", "is less than"),
    "at_most": pgettext_lazy("survey", "is at most"),
    "greater": pgettext_lazy("survey", "is greater than"),
    "at_least": pgettext_lazy("survey", "is at least"),
    "answered": pgettext_lazy("survey", "was answered"),
    "not_answered": pgettext_lazy("survey", "was not answered"),
    "match": pgettext_lazy("survey", "Conditions must match"),
    "all": pgettext_lazy("survey", "all of them"),
    "any": pgettext_lazy("survey", "any of them"),
    "add": pgettext_lazy("survey", "Add a condition"),
    "remove": pgettext_lazy("survey", "Remove condition"),
    "question": pgettext_lazy("survey", "Question"),
    "operator": pgettext_lazy("survey", "Condition"),
    "value": pgettext_lazy("survey", "Answer"),
    "choose": pgettext_lazy("survey", "Choose…"),
    "gone": pgettext_lazy("survey", "(gone, or later)"),
    "limit": pgettext_lazy("survey", "Maximum responses"),
    "add_quota": pgettext_lazy("survey", "Add a quota"),
    "remove_quota": gettext_lazy("Remove this quota"),
    "hint": pgettext_lazy("survey", "on a condition"),
    "none": gettext_lazy("There is no question above this one."),
}


#: Folds up the questions of a long form, which all have conditions.
OUTLINE = "cx_feedback/surveys/outline.js"


class ConditionsWidget(forms.TextInput):
    """A hidden field with JSON, from which ``condition_editor.js`` builds rows of selects."""

    template_name = "cx_feedback/surveys/admin/conditions.html"
    controller = "cx-conditions"
    script = "cx_feedback/surveys/condition_editor.js"

    def format_value(self, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value) if value else ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        from cx_feedback.surveys import questions

        context: dict[str, Any] = super().get_context(name, value, attrs)
        words = {key: str(text) for key, text in LABELS.items()}
        config = {
            "types": questions.get_condition_types(),
            "offered": OPERATORS_BY_COMPARISON,
            "words": words,
        }
        return {**context, "config": json.dumps(config), "controller": self.controller}

    @property
    def media(self) -> forms.Media:
        scripts: list[Any] = [forms.Script(name, type="module") for name in (self.script, OUTLINE)]
        return forms.Media(
            js=scripts,
            css={"all": ["cx_feedback/surveys/condition_editor.css"]},
        )


class ConditionsField(forms.Field):
    widget = ConditionsWidget

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> dict[str, Any]:
        try:
            return parse_condition(json.loads(value) if isinstance(value, str) and value else value)
        except ValueError:
            raise ValidationError(
                _("This condition is damaged. Remove it and add it again.")
            ) from None


class ConditionsBlock(blocks.FieldBlock):
    """A condition on earlier answers, {} for none."""

    def __init__(self, required: bool = False, help_text: Any = None, **kwargs: Any) -> None:
        self.field = ConditionsField(required=required, help_text=help_text)
        super().__init__(**kwargs)

    def get_default(self) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> Any:
        return value or {}

    def value_from_form(self, value: Any) -> Any:
        """Return the condition, or the raw value if it is damaged; ``clean`` rejects that."""
        try:
            return parse_condition(json.loads(value) if isinstance(value, str) and value else value)
        except ValueError:
            return value

    def get_searchable_content(self, value: Any) -> list[str]:
        return []

    class Meta:
        icon = "cogs"
        default: dict[str, Any] = {}
