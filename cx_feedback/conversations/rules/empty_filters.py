"""Words for an empty filter of a rule or a promise, in forms and in lists."""

from typing import Any

from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column

#: Labels by the name of the field.
ALL: dict[str, Any] = {
    "kind": pgettext_lazy("conversation", "All reasons"),
    "tier": pgettext_lazy("conversation", "All tiers"),
    "section": pgettext_lazy("conversation", "All sections"),
    "author": pgettext_lazy("conversation", "All authors"),
    "language": pgettext_lazy("conversation", "All languages"),
}
#: Who gets the conversations of a rule without an account.
BY_RULES = pgettext_lazy("conversation", "By the assignment rules")


class FilterColumn(Column):
    """A filter in a list, which says what it means if it is empty."""

    def get_value(self, instance: Any) -> Any:
        return super().get_value(instance) or ALL[self.name]


def build_choice_column(name: str, label: Any) -> FilterColumn:
    """Return the column of a filter with choices, shown by their labels."""
    return FilterColumn(name, label=label, accessor=f"get_{name}_display")
