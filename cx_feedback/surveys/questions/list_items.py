"""One item of an editor's list: a choice, a row, a column; written like a line of a list."""

from typing import Any

from django import forms
from wagtail import blocks


class ItemInput(forms.TextInput):
    """Its script (``list_items.js``): Enter begins the next item, pasted lines become one each."""

    def __init__(self, label: Any, attrs: Any = None) -> None:
        # Wagtail shows the label in the heading of an item, which is not tied to the field.
        actions = "keydown->cx-items#key paste->cx-items#paste"
        named = {"aria-label": label, "data-controller": "cx-items", "data-action": actions}
        super().__init__({**(attrs or {}), **named})

    @property
    def media(self) -> forms.Media:
        script: Any = forms.Script("cx_feedback/surveys/list_items.js", type="module")
        return forms.Media(js=[script])


class ItemBlock(blocks.CharBlock):
    """A line of at most 200 characters."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(max_length=200, label=label, **kwargs)
        self.field.widget = ItemInput(label, self.field.widget.attrs)
