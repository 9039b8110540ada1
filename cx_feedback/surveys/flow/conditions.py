"""The editor's field for a condition: "Show only if …".

Its value is the condition itself (``rules.matches``). The browser posts it as JSON, written by
the controller of ``conditions.js``, which offers the questions above and their choices.
"""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail import blocks

from cx_feedback.surveys.flow.rules import ALL, ANY, OPERATORS

#: The most rules of one condition.
MOST = 20


def condition_in(data: Any) -> dict[str, Any]:
    """Return the condition that ``data`` is, {} for one without rules; raises ValueError."""
    if not data:
        return {}
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        raise ValueError("no condition")
    rules = [_rule(rule) for rule in data["rules"][:MOST]]
    if not rules:
        return {}
    return {"match": ANY if data.get("match") == ANY else ALL, "rules": rules}


def _rule(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict) or data.get("operator") not in OPERATORS:
        raise ValueError("no rule")
    question, value = data.get("question") or "", data.get("value", "")
    values = value if isinstance(value, list) else [value]
    if not isinstance(question, str) or not all(isinstance(v, (str, int, float)) for v in values):
        raise ValueError("no rule")
    return {"question": question, "operator": data["operator"], "value": value}


class ConditionsWidget(forms.TextInput):
    """A hidden field with JSON, which ``conditions.js`` makes rows of selects from."""

    def format_value(self, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value or {})


class ConditionsField(forms.CharField):
    widget = ConditionsWidget

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> dict[str, Any]:
        try:
            return condition_in(json.loads(value) if isinstance(value, str) and value else value)
        except ValueError:
            raise ValidationError(
                _("This is no condition. Take it away and add it again.")
            ) from None


class ConditionsBlock(blocks.FieldBlock):
    """Holds a condition on earlier answers, {} for none."""

    def __init__(self, required: bool = False, help_text: Any = None, **kwargs: Any) -> None:
        self.field = ConditionsField(required=required, help_text=help_text)
        super().__init__(**kwargs)

    def get_default(self) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> Any:
        return value or {}

    def value_from_form(self, value: Any) -> Any:
        """Return the condition as far as it is one: what is none is for ``clean`` to refuse."""
        try:
            return condition_in(json.loads(value)) if value else {}
        except ValueError:
            return value

    def get_searchable_content(self, value: Any) -> list[str]:
        return []

    class Meta:
        icon = "cogs"
        default: dict[str, Any] = {}
