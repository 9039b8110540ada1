"""Text fields for editors with a list of earlier questions whose answers can be inserted.

``piping_editor.js`` inserts ``{{ name }}`` at the cursor, and gives the question a name if it has
none, so that editors need not know the syntax.
"""

import json
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail import blocks
from wagtail.admin.widgets import AdminAutoHeightTextInput


class _PipingMixin:
    """Adds the list of earlier questions to a widget for text."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        from cx_feedback.surveys import questions

        config = {
            "types": questions.get_condition_types(),
            "insert": _("Insert an earlier answer"),
            "answer": pgettext("survey", "answer"),
        }
        context: dict[str, Any] = super().get_context(name, value, attrs)  # type: ignore[misc]
        given = context["widget"]["attrs"]
        given["data-controller"] = f"{given.get('data-controller', '')} cx-piping".strip()
        given["data-cx-piping-config-value"] = json.dumps(config)
        return context

    @property
    def media(self) -> forms.Media:
        script: Any = forms.Script("cx_feedback/surveys/piping_editor.js", type="module")
        return super().media + forms.Media(  # type: ignore[misc]
            js=[script],
            css={"all": ["cx_feedback/surveys/condition_editor.css"]},
        )


class PipingInput(_PipingMixin, forms.TextInput):
    pass


class PipingTextarea(_PipingMixin, AdminAutoHeightTextInput):
    pass


class PipedCharBlock(blocks.CharBlock):
    """A line of text that may contain earlier answers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field.widget = PipingInput(attrs=self.field.widget.attrs)


class PipedTextBlock(blocks.TextBlock):
    """Lines of text that may contain earlier answers."""

    @cached_property
    def field(self) -> forms.CharField:
        return forms.CharField(**{**self.field_options, "widget": PipingTextarea()})
