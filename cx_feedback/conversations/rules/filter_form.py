"""The fields of a form that say which conversations a rule or a promise is for."""

from typing import Any

from wagtail.admin.forms import WagtailAdminModelForm

from cx_feedback.conversations.rules.empty_filters import ALL


class ConversationFilterForm(WagtailAdminModelForm):
    """A form whose choices say what they mean if nothing is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.get_empty_labels().items():
            field = self.fields[name]
            if hasattr(field, "empty_label"):
                field.empty_label = label
            else:
                field.choices = [("", label), *(choice for choice in field.choices if choice[0])]

    def get_empty_labels(self) -> dict[str, str]:
        """Return the labels of the empty choices by the names of their fields."""
        return {name: str(ALL[name]) for name in ("kind", "tier")}
