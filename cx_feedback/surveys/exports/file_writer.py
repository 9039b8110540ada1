"""Writes the CSV file or the workbook of an export."""

from __future__ import annotations

import io
import tempfile
from typing import TYPE_CHECKING, Any

from django.utils.translation import pgettext

from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.core.tables.table_writer import BYTE_ORDER_MARK, CSVWriter, xlsx_cell
from cx_feedback.surveys.exports.codebook import build_codebook
from cx_feedback.surveys.exports.exported_responses import ExportTable
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.exports.progress import save_progress
from cx_feedback.surveys.questions.parts import Cell

if TYPE_CHECKING:
    from openpyxl import Workbook

#: Responses between two commits of a CSV file, and between two updates of the progress.
ROWS_PER_COMMIT = 5_000
#: The size in bytes of the parts of an XLSX file before compression.
PART_SIZE = 1 << 20
#: The maximum number of rows in a sheet.
MAX_SHEET_ROWS = 1_048_576


def write_csv(export: Export, table: ExportTable) -> None:
    """Write the rest of a CSV file, by commits of ``ROWS_PER_COMMIT`` responses."""
    text = io.StringIO()
    writer = CSVWriter(text, Separator(export.separator))
    if not export.last_written_id:
        text.write(BYTE_ORDER_MARK)
        writer.writerow(table.header)
    for number, row in enumerate(table.iterate_rows(), 1):
        if row.cells is not None:
            writer.writerow(row.cells)
            export.written += 1
        export.last_written_id = row.pk
        if number % ROWS_PER_COMMIT == 0:
            save_progress(export, text.getvalue().encode())
            text.seek(0)
            text.truncate()
    save_progress(export, text.getvalue().encode())


def write_xlsx(export: Export, table: ExportTable) -> None:
    """Write a workbook with the responses and the codebook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet: Any = None
    for number, row in enumerate(table.iterate_rows(), 1):
        if row.cells is not None:
            if export.written % (MAX_SHEET_ROWS - 1) == 0:
                sheet = _write_sheet(book, table.header)
            sheet.append([xlsx_cell(sheet, cell) for cell in row.cells])
            export.written += 1
        export.last_written_id = row.pk
        if number % ROWS_PER_COMMIT == 0:
            save_progress(export)
    if sheet is None:
        _write_sheet(book, table.header)
    _write_codebook(book, export, table)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while part := file.read(PART_SIZE):
            save_progress(export, part)


def _write_sheet(book: Workbook, first: list[Cell], title: str | None = None) -> Any:
    sheet = book.create_sheet(title)
    sheet.append([xlsx_cell(sheet, cell) for cell in first])
    return sheet


def _write_codebook(book: Workbook, export: Export, table: ExportTable) -> None:
    rows = build_codebook(export.survey, table.columns, table.extra, export.headings)
    sheet = _write_sheet(book, next(rows), pgettext("survey", "Codebook"))
    for row in rows:
        sheet.append([xlsx_cell(sheet, cell) for cell in row])
