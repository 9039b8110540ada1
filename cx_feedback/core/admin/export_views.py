"""Wagtail's exports of lists, with the cells of ``tables.table_writer``."""

from collections.abc import Iterator
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import pgettext
from wagtail.admin.views.mixins import Echo, SpreadsheetExportMixin
from wagtail.admin.widgets.button import Button

from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.core.tables.table_writer import BYTE_ORDER_MARK, CSVWriter, xlsx_cell


class TableExportMixin(SpreadsheetExportMixin):
    """Exports CSV, with the separator of ``?separator=``, and XLSX."""

    @property
    def separator(self) -> Separator:
        """Return the separator of the cells."""
        return Separator.named(self.request.GET.get("separator", ""))

    def stream_csv(self, queryset: Any) -> Iterator[bytes]:
        """Iterate over the lines of the file."""
        writer = CSVWriter(Echo(), self.separator)
        yield BYTE_ORDER_MARK.encode()
        yield writer.writerow([self.get_heading(queryset, name) for name in self.list_export])
        for item in queryset:
            row = self.to_row_dict(item).items()
            yield writer.writerow(
                [self.preprocess_field_value(*pair, self.FORMAT_CSV) for pair in row]
            )

    def generate_xlsx_row(self, worksheet: Any, row_dict: Any, date_format: Any = None) -> Any:
        for cell in super().generate_xlsx_row(worksheet, row_dict, date_format):
            # Of an object the cell holds its words.
            yield xlsx_cell(worksheet, cell.value) if isinstance(cell.value, str) else cell

    def get_export_url(self, format: str, separator: str = "") -> str:
        params = self.request.GET.copy()
        params["export"] = format
        params.pop("separator", None)
        if separator:
            params["separator"] = separator
        return f"{self.request.path}?{params.urlencode()}"

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Return Wagtail's buttons, with one per separator instead of "Download CSV"."""
        buttons = super().header_more_buttons
        if not self.show_export_buttons:
            return list(buttons)
        files = [
            Button(
                pgettext("feedback", "Download CSV (%(separator)s)")
                % {"separator": separator.label},
                url=self.get_export_url(self.FORMAT_CSV, separator.value),
                icon_name="download",
                priority=100 + n,
            )
            for n, separator in enumerate(Separator)
        ]
        return [button for button in buttons if button.url != self.csv_export_url] + files
