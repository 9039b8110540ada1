"""Lists of the admin for small screens."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, Table, TitleColumn

_NOTHING_TO_SEE = re.compile(r"<(?!svg)[^<>]*>|\s")


class _Cell(Column.Cell):
    """A cell with its label, for screens without a table head."""

    unlabelled: ClassVar[tuple[type[Column], ...]] = (TitleColumn, BulkActionsCheckboxColumn)

    def render_html(self, parent_context: Any = None) -> SafeString:
        html: SafeString = super().render_html(parent_context)
        empty = not _NOTHING_TO_SEE.sub("", html)
        if empty or isinstance(self.column, self.unlabelled) or not self.column.label:
            return html
        label = escape(self.column.label)
        return mark_safe(html.replace("<td", f'<td data-label="{label}"', 1))


class _Row(Table.Row):
    def __getitem__(self, key: str) -> _Cell:
        return _Cell(self.columns[key], self.instance)


class CardTable(Table):
    """Wagtail's table, whose rows become cards on narrow screens (``admin.css``).

    Use it as the ``table_class`` of a list view.
    """

    classname = "listing cx-cards"

    @property
    def rows(self) -> Iterator[_Row]:
        for index, instance in enumerate(self.data):
            yield _Row(self, instance, index)
